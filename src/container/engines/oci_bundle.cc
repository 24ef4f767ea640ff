#include "container/engines/oci_bundle.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/strings.h"

namespace whittle {

namespace {

using nlohmann::json;

constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

struct Capability {
  const char* name;
  unsigned bit;  // capabilities(7), linux/capability.h
};

constexpr Capability kOtherCapabilities[] = {
    {"CAP_SYS_ADMIN", 21},
    {"CAP_SYS_PTRACE", 19},
};

constexpr Capability kDefaultCapabilities[] = {
    {"CAP_AUDIT_WRITE", 29},
    {"CAP_CHOWN", 0},
    {"CAP_DAC_OVERRIDE", 1},
    {"CAP_FOWNER", 3},
    {"CAP_FSETID", 4},
    {"CAP_KILL", 5},
    {"CAP_MKNOD", 27},
    {"CAP_NET_BIND_SERVICE", 10},
    {"CAP_NET_RAW", 13},
    {"CAP_SETFCAP", 31},
    {"CAP_SETGID", 6},
    {"CAP_SETPCAP", 8},
    {"CAP_SETUID", 7},
    {"CAP_SYS_CHROOT", 18},
};

json mount(const char* destination,
           const char* type,
           const char* source,
           std::vector<std::string> options) {
  return {{"destination", destination},
          {"type", type},
          {"source", source},
          {"options", std::move(options)}};
}

json mounts_of(const BundleSpec& spec) {
  json out = json::array();
  out.push_back(mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}));
  out.push_back(
      mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}));
  out.push_back(mount("/dev/pts",
                      "devpts",
                      "devpts",
                      {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}));
  out.push_back(mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}));
  if (spec.mount_cgroup) {
    out.push_back(mount("/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", "ro"}));
  }
  out.push_back(mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}));
  out.push_back(
      mount("/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}));
  for (const BundleTmpfs& tmpfs : spec.tmpfs)
    out.push_back(mount(tmpfs.destination.c_str(), "tmpfs", "tmpfs", tmpfs.options));
  for (const BundleMount& bind : spec.mounts) {
    out.push_back(
        mount(bind.destination.c_str(), "bind", bind.source.c_str(), {"rbind", "rprivate", "rw"}));
  }
  return out;
}

std::vector<std::string> environment(const BundleSpec& spec) {
  std::vector<std::pair<std::string, std::string>> env;
  auto set = [&](const std::string& name, const std::string& value, bool replace) {
    auto it = std::find_if(
        env.begin(), env.end(), [&](const auto& entry) { return entry.first == name; });
    if (it == env.end()) {
      env.emplace_back(name, value);
    } else if (replace) {
      it->second = value;
    }
  };
  for (const std::string& entry : spec.config.env) {
    size_t equals = entry.find('=');
    if (equals != std::string::npos) set(entry.substr(0, equals), entry.substr(equals + 1), true);
  }
  for (const auto& [name, value] : spec.request.env) set(name, value, true);
  set("PATH", std::string(kDefaultPath), false);
  set("HOSTNAME", spec.hostname, false);
  set("HOME", spec.user.home, false);
  std::vector<std::string> out;
  for (const auto& [name, value] : env) out.push_back(name + "=" + value);
  return out;
}

json process_of(const BundleSpec& spec, std::vector<std::string> args) {
  // As Docker: a user that is not root starts without effective capabilities.
  json granted = spec.user.uid == 0 ? json(spec.capabilities) : json::array();
  json user = {{"uid", spec.user.uid}, {"gid", spec.user.gid}};
  if (!spec.user.groups.empty()) user["additionalGids"] = spec.user.groups;
  return {
      {"terminal", false},
      {"user", user},
      {"args", std::move(args)},
      {"env", environment(spec)},
      {"cwd", spec.config.working_dir.empty() ? "/" : clean_path("/" + spec.config.working_dir)},
      {"capabilities",
       {{"bounding", spec.capabilities}, {"effective", granted}, {"permitted", granted}}},
      {"noNewPrivileges", spec.no_new_privileges}};
}

json namespaces() {
  json out = json::array();
  for (const char* type : {"pid", "network", "ipc", "uts", "mount"})
    out.push_back(json{{"type", type}});
  return out;
}

json resources_of(const BundleSpec& spec) {
  json allow = json::array();
  allow.push_back({{"allow", false}, {"access", "rwm"}});
  json out = {{"devices", allow}};
  if (spec.request.max_processes > 0 && spec.limit_processes)
    out["pids"] = {{"limit", spec.request.max_processes}};
  if (spec.request.memory_bytes > 0 && spec.limit_memory) {
    out["memory"] = {{"limit", spec.request.memory_bytes}};
    if (spec.limit_swap) out["memory"]["swap"] = spec.request.memory_bytes;
  }
  return out;
}

Result<json> linux_of(const BundleSpec& spec) {
  json out = {{"namespaces", namespaces()},
              {"resources", resources_of(spec)},
              {"maskedPaths",
               {"/proc/asound",
                "/proc/acpi",
                "/proc/kcore",
                "/proc/keys",
                "/proc/latency_stats",
                "/proc/timer_list",
                "/proc/timer_stats",
                "/proc/sched_debug",
                "/proc/scsi",
                "/sys/firmware"}},
              {"readonlyPaths",
               {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}}};
  if (!spec.cgroup.empty()) out["cgroupsPath"] = spec.cgroup;
  if (!spec.seccomp.empty()) {
    json profile = json::parse(spec.seccomp, nullptr, false);
    if (!profile.is_object() || profile.contains("archMap"))
      return Error(ErrorKind::Invalid, "the seccomp profile is none that an OCI runtime takes");
    out["seccomp"] = std::move(profile);
  }
  if (spec.unprivileged_ports) out["sysctl"] = {{"net.ipv4.ip_unprivileged_port_start", "0"}};
  return out;
}

std::vector<std::string> strings_at(const json& object, const char* key) {
  std::vector<std::string> out;
  auto it = object.find(key);
  if (it == object.end() || !it->is_array()) return out;
  for (const json& item : *it) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

std::vector<std::string> keys_at(const json& object, const char* key) {
  std::vector<std::string> out;
  auto it = object.find(key);
  if (it == object.end() || !it->is_object()) return out;
  for (const auto& item : it->items()) out.push_back(item.key());
  return out;
}

std::string text_at(const json& object, const char* key) {
  auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

}  // namespace

const std::vector<std::string>& default_capabilities() {
  static const std::vector<std::string> names = allowed_capabilities(UINT64_MAX);
  return names;
}

std::vector<std::string> allowed_capabilities(uint64_t bounding_set) {
  std::vector<std::string> out;
  for (const Capability& capability : kDefaultCapabilities) {
    if ((bounding_set >> capability.bit & 1) != 0) out.emplace_back(capability.name);
  }
  return out;
}

std::vector<std::string> granted_capabilities(const std::vector<std::string>& wanted,
                                              uint64_t bounding_set) {
  std::vector<std::string> out;
  for (const Capability& capability : kOtherCapabilities) {
    bool is_wanted = std::find(wanted.begin(), wanted.end(), capability.name + 4) != wanted.end();
    if (is_wanted && (bounding_set >> capability.bit & 1) != 0) out.emplace_back(capability.name);
  }
  return out;
}

bool can_give_capability(const std::string& name, uint64_t bounding_set) {
  auto is_it = [&](const Capability& capability) {
    return name == capability.name && (bounding_set >> capability.bit & 1) != 0;
  };
  return std::any_of(std::begin(kDefaultCapabilities), std::end(kDefaultCapabilities), is_it) ||
         std::any_of(std::begin(kOtherCapabilities), std::end(kOtherCapabilities), is_it);
}

Result<std::string> bundle_config(const BundleSpec& spec) {
  bool is_replaced = !spec.request.entrypoint.empty();
  std::vector<std::string> args = is_replaced ? spec.request.entrypoint : spec.config.entrypoint;
  const std::vector<std::string>& cmd =
      spec.request.command.empty() && !is_replaced ? spec.config.cmd : spec.request.command;
  args.insert(args.end(), cmd.begin(), cmd.end());
  if (args.empty())
    return Error(ErrorKind::Invalid, "the image has neither an entry point nor a command");
  TRY_ASSIGN(json linux_part, linux_of(spec));
  json config = {{"ociVersion", "1.0.2"},
                 {"process", process_of(spec, std::move(args))},
                 {"root", {{"path", spec.rootfs.string()}, {"readonly", spec.read_only}}},
                 {"hostname", spec.hostname},
                 {"mounts", mounts_of(spec)},
                 {"linux", std::move(linux_part)}};
  return config.dump(1, ' ', false, json::error_handler_t::replace);
}

Result<RunConfig> parse_buildah_inspect(const std::string& text) {
  json whole = json::parse(text, nullptr, false);
  const json* config = nullptr;
  if (whole.is_object() && whole.contains("OCIv1") && whole["OCIv1"].is_object()) {
    const json& image = whole["OCIv1"];
    if (image.contains("config") && image["config"].is_object()) config = &image["config"];
  }
  RunConfig out;
  if (config == nullptr) {
    if (whole.is_object()) return out;  // an image may have no config at all
    return Error(ErrorKind::Invalid, "buildah inspect: the answer is not JSON");
  }
  out.user = text_at(*config, "User");
  out.env = strings_at(*config, "Env");
  out.entrypoint = strings_at(*config, "Entrypoint");
  out.cmd = strings_at(*config, "Cmd");
  out.working_dir = text_at(*config, "WorkingDir");
  out.exposed_ports = keys_at(*config, "ExposedPorts");
  out.volumes = keys_at(*config, "Volumes");
  out.stop_signal = text_at(*config, "StopSignal");
  return out;
}

}  // namespace whittle
