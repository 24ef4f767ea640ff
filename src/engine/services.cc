#include "engine/services.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/strings.h"
#include "image/sources/sources.h"

namespace whittle {

namespace {

class Preparer {
 public:
  Preparer(ServicePlan& plan,
           Engine& engine,
           const OpenOptions& open,
           std::vector<std::string>& notes)
      : plan_(plan), engine_(engine), open_(open), notes_(notes) {}

  Status run() {
    if (engine_.name() == "builtin") {
      return Error(ErrorKind::Unsupported,
                   "the built-in engine has no networks between containers, so it cannot run an "
                   "image beside services")
          .hint("Use Docker or Podman (--engine docker), or give an environment without services");
    }
    TRY(find_images());
    for (Service& service : plan_.others) {
      TRY(check_mounts(service));
      if (is_waited_for(service) && !service.health_check) TRY(take_health_check(service));
    }
    TRY(check_mounts(plan_.target));
    if (!plan_.others.empty()) notes_.push_back(describe());
    notes_.insert(notes_.end(), plan_.notes.begin(), plan_.notes.end());
    return {};
  }

 private:
  std::string describe() const {
    std::vector<std::string> names;
    for (const Service& service : plan_.others) names.push_back(printable(service.name));
    return fmt::format("run as service {} of {}, beside {}",
                       printable(plan_.target.name),
                       plan_.file,
                       join(names, ", "));
  }

  // False when somebody needs it.
  bool is_dispensable(const Service& service) const {
    auto needs_it = [&](const Service& other) {
      return std::any_of(other.needs.begin(), other.needs.end(), [&](const ServiceNeed& need) {
        return need.service == service.name && need.is_required;
      });
    };
    auto names_it = [&](const Service& other) {
      return std::any_of(other.needs.begin(), other.needs.end(), [&](const ServiceNeed& need) {
        return need.service == service.name;
      });
    };
    bool is_needed =
        needs_it(plan_.target) || std::any_of(plan_.others.begin(), plan_.others.end(), needs_it);
    bool is_named =
        names_it(plan_.target) || std::any_of(plan_.others.begin(), plan_.others.end(), names_it);
    return is_named && !is_needed;
  }

  Result<bool> choose_image(Service& service) {
    for (const std::string& image : service.images) {
      TRY_ASSIGN(bool is_there, engine_.has_image(image, *open_.cancel));
      if (!is_there) continue;
      service.images = {image};
      return true;
    }
    return false;
  }

  // Tells of all that are missing at once.
  Status find_images() {
    std::vector<std::string> missing;
    bool are_built = true;
    std::vector<std::string> left_out;
    for (Service& service : plan_.others) {
      TRY_ASSIGN(bool is_there, choose_image(service));
      if (is_there) continue;
      if (is_dispensable(service)) {
        notes_.push_back(fmt::format("service `{}`, which is not required, has no image here",
                                     printable(service.name)));
        left_out.push_back(service.name);
        continue;
      }
      bool is_built = !service.has_image;
      are_built = are_built && is_built;
      missing.push_back(fmt::format("  {}:{}: service {} needs {}{}",
                                    plan_.file,
                                    service.line,
                                    printable(service.name),
                                    printable(service.images.front()),
                                    is_built ? ", which is built from its `build`" : ""));
    }
    std::erase_if(plan_.others, [&](const Service& service) {
      return std::find(left_out.begin(), left_out.end(), service.name) != left_out.end();
    });
    if (missing.empty()) return {};
    return Error(ErrorKind::NotFound,
                 fmt::format("{} does not have {}:\n{}",
                             engine_.name(),
                             missing.size() == 1 ? "an image" : "some images",
                             join(missing, "\n")))
        .hint(are_built ? fmt::format("Build first: {} compose build", engine_.name())
                        : fmt::format("Get them first: {0} pull IMAGE, or {0} compose build for "
                                      "those that are built",
                                      engine_.name()));
  }

  bool is_waited_for(const Service& service) const {
    auto waits = [&](const Service& other) {
      return std::any_of(other.needs.begin(), other.needs.end(), [&](const ServiceNeed& need) {
        return need.service == service.name && need.condition == NeedCondition::Healthy;
      });
    };
    return waits(plan_.target) || std::any_of(plan_.others.begin(), plan_.others.end(), waits);
  }

  Status take_health_check(Service& service) {
    TRY_ASSIGN(RunConfig config, config_in_engine(engine_, service.images.front(), open_));
    service.health_check = std::move(config.health_check);
    return {};
  }

  Status check_mounts(Service& service) {
    Status first;
    std::erase_if(service.mounts, [&](const ServiceMount& mount) {
      if (mount.kind != ServiceMount::Kind::Bind) return false;
      std::error_code ignored;
      fs::file_status status = fs::status(mount.source, ignored);
      if (fs::is_regular_file(status) || fs::is_directory(status)) return false;
      if (fs::exists(status)) {
        notes_.push_back(
            fmt::format("`{}` is not mounted into service `{}`: it is neither a file "
                        "nor a folder",
                        printable(mount.source),
                        printable(service.name)));
        return true;
      }
      if (mount.is_read_only && first.ok()) {
        first = Error(ErrorKind::NotFound,
                      fmt::format("{}:{}: service `{}` mounts `{}`, which is not there",
                                  plan_.file,
                                  service.line,
                                  printable(service.name),
                                  printable(mount.source)));
      }
      return false;
    });
    return first;
  }

  ServicePlan& plan_;
  Engine& engine_;
  const OpenOptions& open_;
  std::vector<std::string>& notes_;
};

}  // namespace

Result<RunConfig> config_in_engine(Engine& engine,
                                   const std::string& image,
                                   const OpenOptions& open) {
  TRY_ASSIGN(std::string target, engine.image_target(image, *open.cancel));
  TRY_ASSIGN(std::unique_ptr<Image> opened, open_image(target, open));
  RunConfig config = opened->info().config.run;
  opened.reset();
  engine.release_targets();
  return config;
}

Status prepare_services(ServicePlan& plan,
                        Engine& engine,
                        const OpenOptions& open,
                        std::vector<std::string>& notes) {
  return Preparer(plan, engine, open, notes).run();
}

}  // namespace whittle
