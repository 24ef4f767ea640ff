// Which service is under test, which others run beside it, and in which order.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/fs.h"
#include "base/strings.h"
#include "builds/compose_services.h"

namespace whittle {

namespace {

// "docker.io/library/redis" and "docker:redis:latest" are "redis:latest".
std::string full_name(std::string_view name) {
  for (std::string_view prefix : {"docker:", "podman:", "containers-storage:"}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  for (std::string_view prefix : {"docker.io/", "library/", "localhost/"}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  std::string_view last = name.substr(name.rfind('/') + 1);
  bool has_tag = contains(last, ":") || contains(name, "@");
  return std::string(name) + (has_tag ? "" : ":latest");
}

class ServicePlanner {
 public:
  ServicePlanner(DeclaredServices declared, const ServiceChoice& choice)
      : declared_(std::move(declared)), choice_(choice) {
    for (size_t i = 0; i < declared_.services.size(); ++i)
      places_.emplace(declared_.services[i].name, i);
  }

  Result<ServicePlan> run() {
    TRY_ASSIGN(size_t target, find_target());
    TRY(order(target, {}));
    bool has_needs = !declared_.services[target].needs.empty();
    if (!has_needs) TRY(order_others(target));
    ServicePlan plan;
    plan.file = declared_.file;
    plan.notes = std::move(declared_.notes);
    std::erase(order_, target);
    for (size_t i : order_) plan.others.push_back(declared_.services[i]);
    plan.target = std::move(declared_.services[target]);
    for (const Service& other : plan.others)
      plan.notes.insert(plan.notes.end(), other.notes.begin(), other.notes.end());
    plan.notes.insert(plan.notes.end(), plan.target.notes.begin(), plan.target.notes.end());
    note_hidden(plan);
    return plan;
  }

 private:
  Error no_choice(std::string_view what) const {
    std::vector<std::string> rows;
    for (const Service& service : declared_.services) {
      std::string made = service.has_image       ? "image " + printable(service.images[0])
                         : service.build_context ? "built from " + printable(*service.build_context)
                                                 : "built elsewhere";
      rows.push_back(fmt::format("  {} ({})", printable(service.name), made));
    }
    return Error(
               ErrorKind::Usage,
               fmt::format("{}: {}; its services are\n{}", declared_.file, what, join(rows, "\n")))
        .hint("Name the one that the image is run as: --compose-service NAME");
  }

  bool fits(const Service& service) const {
    if (!choice_.build_context.empty()) return service.build_context == choice_.build_context;
    return std::any_of(service.images.begin(), service.images.end(), [&](const std::string& image) {
      return full_name(image) == full_name(choice_.image);
    });
  }

  Result<size_t> find_target() const {
    if (!choice_.service.empty()) {
      auto found = places_.find(choice_.service);
      if (found != places_.end()) return found->second;
      return no_choice(fmt::format("there is no service `{}`", printable(choice_.service)));
    }
    std::vector<size_t> fitting;
    for (size_t i = 0; i < declared_.services.size(); ++i) {
      if (fits(declared_.services[i])) fitting.push_back(i);
    }
    if (fitting.size() == 1) return fitting[0];
    const std::string& what = choice_.build_context.empty() ? choice_.image : choice_.build_context;
    return no_choice(fmt::format("{} service has the image or build `{}`",
                                 fitting.empty() ? "no" : "more than one",
                                 printable(what)));
  }

  // Appends a service behind all it needs. `path`: who asked for it.
  Status order(size_t service, std::vector<size_t> path) {
    if (std::find(order_.begin(), order_.end(), service) != order_.end()) return {};
    const Service& one = declared_.services[service];
    if (auto again = std::find(path.begin(), path.end(), service); again != path.end()) {
      std::string circle;
      for (; again != path.end(); ++again) circle += declared_.services[*again].name + " -> ";
      return Error(ErrorKind::Invalid,
                   fmt::format("{}:{}: services depend on each other in a circle: {}{}",
                               declared_.file,
                               one.line,
                               printable(circle),
                               printable(one.name)));
    }
    path.push_back(service);
    for (const ServiceNeed& need : one.needs) {
      auto found = places_.find(need.service);
      if (found != places_.end()) {
        TRY(order(found->second, path));
      } else if (need.is_required) {
        return Error(ErrorKind::Invalid,
                     fmt::format("{}:{}: service `{}` depends on `{}`, which is not there",
                                 declared_.file,
                                 need.line,
                                 printable(one.name),
                                 printable(need.service)));
      }
    }
    order_.push_back(service);
    return {};
  }

  // All that need not wait for the service under test.
  Status order_others(size_t target) {
    for (size_t i = 0; i < declared_.services.size(); ++i) {
      std::set<size_t> seen;
      if (!declared_.services[i].is_optional && !depends_on(i, target, seen)) TRY(order(i, {}));
    }
    return {};
  }

  bool depends_on(size_t service, size_t target, std::set<size_t>& seen) const {
    if (service == target) return true;
    if (!seen.insert(service).second) return false;
    const std::vector<ServiceNeed>& needs = declared_.services[service].needs;
    return std::any_of(needs.begin(), needs.end(), [&](const ServiceNeed& need) {
      auto found = places_.find(need.service);
      return found != places_.end() && depends_on(found->second, target, seen);
    });
  }

  static void note_hidden(ServicePlan& plan) {
    for (const ServiceMount& mount : plan.target.mounts) {
      std::error_code ignored;
      bool hides =
          mount.kind == ServiceMount::Kind::Bind && fs::is_directory(mount.source, ignored);
      if (!hides) continue;
      plan.notes.push_back(
          fmt::format("{}:{}: `{}` takes the place of the image's `{}`, whose files no run sees",
                      plan.file,
                      plan.target.line,
                      printable(mount.source),
                      printable(mount.destination)));
    }
  }

  DeclaredServices declared_;
  const ServiceChoice& choice_;
  std::map<std::string, size_t> places_;
  std::vector<size_t> order_;
};

}  // namespace

Result<ServicePlan> plan_services(DeclaredServices declared, const ServiceChoice& choice) {
  return ServicePlanner(std::move(declared), choice).run();
}

}  // namespace whittle
