#include "checks/readiness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/capabilities.h"
#include "checks/config_lines.h"
#include "checks/known_services.h"

namespace whittle {

namespace {

constexpr uint64_t kFirstFreePort = 1024;
constexpr uint32_t kUnknownUser = 65532;  // whom no file belongs to
constexpr size_t kMostFiles = 5;          // named before the rest is counted

bool is_below(std::string_view path, std::string_view folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
  return path == folder || folder == "/" ||
         (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

std::string parent_of(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : std::string(path.substr(0, slash));
}

class Judge {
 public:
  Judge(const ImageFacts& facts, const std::optional<ObservedNeeds>& observed)
      : facts_(facts), observed_(observed), service_(find_service(facts)) {
    user_ = facts.user();
    if (!user_.is_root) return;
    user_.uid = kUnknownUser;
    user_.groups = {kUnknownUser};
  }

  ImageReadiness run() {
    ImageReadiness result;
    result.has_trace = observed_.has_value();
    read_only_ = {"read-only-root", "a read-only root file system", {}, {}};
    capabilities_ = {"no-capabilities", "no capabilities", {}, {}};
    nonroot_ = {"non-root", "a user other than root", {}, {}};
    judge_writes();
    judge_capabilities();
    judge_user();
    for (ReadinessAspect* aspect : {&read_only_, &capabilities_, &nonroot_}) {
      settle(*aspect, result.has_trace);
      result.aspects.push_back(std::move(*aspect));
    }
    result.run_options = options_of(result.aspects);
    return result;
  }

 private:
  static void need(ReadinessAspect& aspect,
                   std::string text,
                   std::string option,
                   std::string source,
                   std::string remedy = "") {
    aspect.obstacles.push_back(
        {std::move(text), std::move(option), std::move(remedy), std::move(source), false});
  }

  static void block(ReadinessAspect& aspect,
                    std::string text,
                    std::string source,
                    std::string remedy) {
    aspect.obstacles.push_back({std::move(text), "", std::move(remedy), std::move(source), true});
  }

  // Volumes are writable, and what the kernel mounts is not the image's.
  bool is_writable_anyway(const std::string& path) const {
    constexpr auto kMounts = std::to_array<std::string_view>({"/proc", "/sys", "/dev"});
    auto has = [&path](std::string_view folder) { return is_below(path, folder); };
    const std::vector<std::string>& volumes = facts_.config().volumes;
    return std::any_of(kMounts.begin(), kMounts.end(), has) ||
           std::any_of(volumes.begin(), volumes.end(), has);
  }

  static std::string mount_of(const std::string& folder) {
    bool is_scratch = folder == "/tmp" || folder == "/run" || folder == "/var/tmp" ||
                      folder == "/var/run" || folder.starts_with("/run/");
    return (is_scratch ? "--tmpfs=" : "--volume=") + folder;
  }

  void need_folder(const std::string& folder, std::string text, std::string source) {
    if (is_writable_anyway(folder)) return;
    if (folder == "/") {
      block(read_only_,
            std::move(text),
            std::move(source),
            "Let the program write below a folder of its own");
    } else {
      need(read_only_, std::move(text), mount_of(folder), std::move(source));
    }
    judge_folder(folder);
  }

  // Whether the user may write there.
  void judge_folder(const std::string& folder) {
    NodeId id = facts_.paths().walk(folder).end;
    bool is_scratch = mount_of(folder).starts_with("--tmpfs");
    if (is_scratch || (id != kNoNode && facts_.may(user_, id, ImageFacts::Access::Write))) return;
    need(nonroot_,
         fmt::format("{} must belong to the user", printable(folder)),
         "",
         "files",
         fmt::format("RUN install -d -o USER {} before USER", printable(folder)));
  }

  // The commands of the script that the image starts, and of those that it runs by convention.
  template <typename Call>
  void each_script_line(const Call& call) const {
    std::string entry =
        facts_.entry_program() == kNoNode ? "" : facts_.tree().path(facts_.entry_program());
    for (const ImageSetting& setting : facts_.settings()) {
      bool is_run = setting.path == entry || setting.path.starts_with("docker-entrypoint.d/");
      if (setting.kind == kScriptLine && is_run && !setting.words.empty()) call(setting);
    }
  }

  static std::string place_of(const ImageSetting& setting) {
    return fmt::format("{}:{}", printable(setting.path), setting.line);
  }

  std::string_view service_name() const { return split_blanks(service_->name)[0]; }

  void judge_writes() {
    if (observed_) {
      for (const std::string& folder : observed_->writable)
        need_folder(folder, fmt::format("a run wrote to {}", printable(folder)), "trace");
      return;
    }
    each_script_line([this](const ImageSetting& setting) {
      const std::string& name = setting.words[0];
      if (!writes_to_paths(name) || setting.words.size() < 2) return;
      const std::string& path = setting.words.back();
      need_folder(parent_of(path),
                  fmt::format("{} writes to {} ({})", place_of(setting), printable(path), name),
                  "files");
    });
    if (service_ == nullptr) return;
    for (std::string_view folder : split_blanks(service_->writes)) {
      need_folder(std::string(folder),
                  fmt::format("{} writes to {}", service_name(), folder),
                  "known program");
    }
  }

  void need_capability(const std::string& name, std::string text, std::string source) {
    need(capabilities_, std::move(text), "--cap-add=" + name, std::move(source));
  }

  void judge_capabilities() {
    judge_start();
    if (observed_) {
      for (const std::string& name : observed_->capabilities)
        need_capability(name, fmt::format("a run needed CAP_{}", name), "trace");
      return;
    }
    for (const std::string& port : low_ports()) {
      need_capability(
          "NET_BIND_SERVICE",
          fmt::format("port {} is exposed, which takes CAP_NET_BIND_SERVICE outside of Docker",
                      port),
          "configuration");
    }
    if (!facts_.user().is_root) return;
    each_script_line([this](const ImageSetting& setting) {
      for (const std::string& name : capabilities_of_command(setting.words[0]))
        need_capability(
            name, fmt::format("{} calls {}", place_of(setting), setting.words[0]), "files");
    });
    if (service_ == nullptr) return;
    for (std::string_view name : split_blanks(service_->capabilities))
      need_capability(std::string(name),
                      fmt::format("{} as root takes CAP_{}", service_name(), name),
                      "known program");
  }

  // A file that has capabilities in force cannot be started without them (execve(2), EPERM).
  void judge_start() {
    NodeId id = facts_.entry_program();
    const Entry* entry = id == kNoNode ? nullptr : facts_.paths().entry(id);
    if (entry == nullptr) return;
    const LayerIndex& layer = *facts_.tree().layers[facts_.layer_of(id)];
    FileCapabilities own = file_capabilities(layer, *entry);
    if (!own.is_effective) return;
    std::string path = printable(facts_.tree().path(id));
    for (const std::string& name : capability_names(own.permitted))
      need_capability(
          name.substr(4), fmt::format("{} has {} and does not start without", path, name), "files");
  }

  static std::vector<std::string> capabilities_of_command(std::string_view name) {
    if (name == "chown" || name == "install") return {"CHOWN"};
    if (name == "chroot") return {"SYS_CHROOT"};
    if (name == "mknod") return {"MKNOD"};
    if (name == "mount") return {"SYS_ADMIN"};
    bool changes_user = name == "gosu" || name == "su" || name == "su-exec" || name == "sudo" ||
                        name == "runuser" || name == "setpriv";
    if (changes_user) return {"SETUID", "SETGID"};
    return {};
  }

  std::vector<std::string> low_ports() const {
    std::vector<std::string> ports;
    for (const std::string& port : facts_.config().exposed_ports) {
      std::optional<uint64_t> number = parse_u64(std::string_view(port).substr(0, port.find('/')));
      if (number && *number < kFirstFreePort) ports.push_back(printable(port));
    }
    return ports;
  }

  void judge_user() {
    const ImageUser& own = facts_.user();
    if (own.is_root) {
      need(nonroot_,
           "the configuration names no other user",
           fmt::format("--user={}", kUnknownUser),
           "configuration",
           "Name a user with USER");
    } else if (!own.is_known) {
      block(nonroot_,
            fmt::format("the user {} is not in the image", printable(own.text)),
            "configuration",
            "Make the user, or write a number");
    } else if (!own.is_number) {
      need(nonroot_,
           fmt::format("{} is a name, which Kubernetes cannot tell from root's",
                       printable(own.text)),
           fmt::format("--user={}", own.uid.value_or(0)),
           "configuration",
           fmt::format("Write USER {}", own.uid.value_or(0)));
    }
    judge_files();
    if (!own.is_root) return;
    if (observed_) {
      // Of folders it is said already, with what the image has there.
      for (const std::string& text : observed_->nonroot_obstacles) {
        if (!text.starts_with("writes to "))
          need(nonroot_, "a run " + printable(text), "", "trace");
      }
      return;
    }
    each_script_line([this](const ImageSetting& setting) {
      if (!capabilities_of_command(setting.words[0]).empty())
        need(nonroot_,
             fmt::format("{} calls {}, as root may", place_of(setting), setting.words[0]),
             "",
             "files",
             "Do that in the Dockerfile, and start the program as its user");
    });
    if (service_ != nullptr && contains(service_->capabilities, "SETUID"))
      need(nonroot_,
           fmt::format("{} changes its user by itself", service_name()),
           "",
           "known program",
           "Configure it to run as one user");
  }

  // The program, what lies in its folder, and the folders above.
  void judge_files() {
    NodeId entry = facts_.entry_program();
    if (entry != kNoNode && !reaches(entry, ImageFacts::Access::Execute)) {
      block(nonroot_,
            fmt::format("{} may not be executed by the user", printable(facts_.tree().path(entry))),
            "files",
            "RUN chmod a+rx it and the folders above");
    }
    const std::string& folder = facts_.config().working_dir;
    NodeId top = folder.empty() || folder == "/" ? kNoNode : facts_.paths().walk(folder).end;
    if (top == kNoNode || top == NodeId{0}) return;
    std::vector<std::string> closed;
    uint64_t count = 0;
    uint32_t end = facts_.paths().subtree_end(top);
    for (auto i = static_cast<uint32_t>(top); i < end; ++i) {
      bool is_readable = facts_.paths().entry(NodeId{i}) == nullptr ||
                         facts_.may(user_, NodeId{i}, ImageFacts::Access::Read);
      bool is_link =
          !facts_.paths().is_folder(NodeId{i}) && facts_.paths().file(NodeId{i}) == nullptr;
      if (is_readable || is_link) continue;
      if (++count <= kMostFiles) closed.push_back(printable(facts_.tree().path(NodeId{i})));
    }
    if (count == 0) return;
    std::string more = count > kMostFiles ? fmt::format(" and {} more", count - kMostFiles) : "";
    block(nonroot_,
          fmt::format("the user may not read {}{}", join(closed, ", "), more),
          "files",
          "COPY with --chown or --chmod");
  }

  // Also through the folders above.
  bool reaches(NodeId id, ImageFacts::Access access) const {
    if (!facts_.may(user_, id, access)) return false;
    for (NodeId up = facts_.paths().at(id).parent; up != kNoNode;
         up = facts_.paths().at(up).parent) {
      bool has_entry = facts_.paths().entry(up) != nullptr;
      if (has_entry && !facts_.may(user_, up, ImageFacts::Access::Execute)) return false;
    }
    return true;
  }

  // What works as the image is: another user only where nothing in the image has to change for him;
  // he then needs none of the capabilities that root's ways ask for.
  std::vector<std::string> options_of(const std::vector<ReadinessAspect>& aspects) const {
    const ReadinessAspect& nonroot = aspects[2];
    bool changes_user =
        facts_.user().is_root && nonroot.verdict != ReadinessVerdict::No &&
        std::none_of(nonroot.obstacles.begin(),
                     nonroot.obstacles.end(),
                     [](const Obstacle& obstacle) { return obstacle.option.empty(); });
    std::vector<std::string> options;
    auto add = [&](const std::string& option) {
      bool is_new = std::find(options.begin(), options.end(), option) == options.end();
      if (!option.empty() && is_new) options.push_back(option);
    };
    constexpr auto kBegins = std::to_array<std::string_view>({"--read-only", "--cap-drop=ALL", ""});
    for (size_t i = 0; i < aspects.size(); ++i) {
      bool is_user = i == 2;
      if (aspects[i].verdict == ReadinessVerdict::No || (is_user && !changes_user)) continue;
      add(std::string(kBegins[i]));
      for (const Obstacle& obstacle : aspects[i].obstacles) {
        bool is_roots = changes_user && obstacle.option.starts_with("--cap-add=") &&
                        obstacle.option != "--cap-add=NET_BIND_SERVICE";
        if (!is_roots) add(obstacle.option);
      }
    }
    add("--security-opt=no-new-privileges");
    return options;
  }

  const ImageFacts& facts_;
  const std::optional<ObservedNeeds>& observed_;
  const KnownService* service_;
  ImageUser user_;  // who is to run it
  ReadinessAspect read_only_;
  ReadinessAspect capabilities_;
  ReadinessAspect nonroot_;
};

}  // namespace

ImageReadiness judge_readiness(const ImageFacts& facts,
                               const std::optional<ObservedNeeds>& observed) {
  return Judge(facts, observed).run();
}

}  // namespace whittle
