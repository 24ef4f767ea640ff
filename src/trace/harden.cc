#include "trace/harden.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/strings.h"
#include "trace/apparmor.h"
#include "trace/syscall_sets.h"

namespace whittle {

namespace {

using Names = std::set<std::string>;

constexpr uint16_t kFirstFreePort = 1024;

Names used_calls(const Trace& trace) {
  Names calls(trace.syscalls_start.begin(), trace.syscalls_start.end());
  calls.insert(trace.syscalls_serving.begin(), trace.syscalls_serving.end());
  return calls;
}

std::vector<std::string> allowed_calls(const Names& used) {
  Names out = used;
  out.insert(common_syscalls().begin(), common_syscalls().end());
  out.insert(runtime_syscalls().begin(), runtime_syscalls().end());
  for (const std::vector<std::string>& kin : syscall_kin()) {
    bool is_used = std::any_of(
        kin.begin(), kin.end(), [&](const std::string& name) { return used.contains(name); });
    if (is_used) out.insert(kin.begin(), kin.end());
  }
  return {out.begin(), out.end()};
}

std::string profile(const std::vector<std::string>& calls, const std::string& architecture) {
  nlohmann::ordered_json architectures = architecture == "arm64"
                                             ? nlohmann::ordered_json{"SCMP_ARCH_AARCH64"}
                                             : nlohmann::ordered_json{"SCMP_ARCH_X86_64"};
  if (architecture != "arm64") architectures.push_back("SCMP_ARCH_X86");
  nlohmann::ordered_json out = {{"defaultAction", "SCMP_ACT_ERRNO"},
                                {"defaultErrnoRet", 1},
                                {"architectures", architectures},
                                {"syscalls", {{{"names", calls}, {"action", "SCMP_ACT_ALLOW"}}}}};
  return out.dump(1) + "\n";
}

bool uses_any(const Names& used, std::initializer_list<const char*> names) {
  return std::any_of(
      names.begin(), names.end(), [&](const char* name) { return used.contains(name); });
}

bool is_root(const std::string& user) {
  std::string name = user.substr(0, user.find(':'));
  return name.empty() || name == "root" || name == "0";
}

bool has_low_port(const Trace& trace) {
  return std::any_of(trace.ports.begin(), trace.ports.end(), [](const TracePort& port) {
    return port.port < kFirstFreePort;
  });
}

// Docker's default ones that a used call may have needed. Of a program that is not root only the
// low ports count: engines let every user bind them, Kubernetes does not.
std::vector<std::string> capabilities_of(const Trace& trace, const Names& used, bool runs_as_root) {
  Names out;
  if (has_low_port(trace)) out.insert("NET_BIND_SERVICE");
  if (!runs_as_root) return {out.begin(), out.end()};
  if (uses_any(used, {"chown", "fchown", "lchown", "fchownat"})) out.insert({"CHOWN", "FOWNER"});
  if (uses_any(used, {"chmod", "fchmod", "fchmodat", "fchmodat2", "utimensat"}))
    out.insert({"FOWNER", "FSETID"});
  if (uses_any(used, {"setuid", "setresuid", "setreuid", "setfsuid"}))
    out.insert({"SETUID", "KILL"});
  if (uses_any(used, {"setgid", "setresgid", "setregid", "setgroups"})) out.insert("SETGID");
  if (uses_any(used, {"capset"})) out.insert("SETPCAP");
  if (uses_any(used, {"chroot"})) out.insert("SYS_CHROOT");
  if (uses_any(used, {"mknod", "mknodat"})) out.insert("MKNOD");
  // Root opens what belongs to others without asking; whether one file needed it is not known.
  if (!trace.written.empty() || out.contains("SETUID") || out.contains("CHOWN"))
    out.insert("DAC_OVERRIDE");
  return {out.begin(), out.end()};
}

bool is_below(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder == "/" ? folder : folder + "/");
}

std::string folder_of(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

// Folders that hold what was written, none inside another, without those of volumes.
std::vector<std::string> writable_folders(const Trace& trace, const RunConfig& config) {
  Names folders;
  for (const std::string& path : trace.written) {
    bool in_volume = std::any_of(config.volumes.begin(),
                                 config.volumes.end(),
                                 [&](const std::string& volume) { return is_below(path, volume); });
    if (!in_volume) folders.insert(folder_of(path));
  }
  std::vector<std::string> out;
  for (const std::string& folder : folders) {
    if (out.empty() || !is_below(folder, out.back())) out.push_back(folder);
  }
  return out;
}

std::vector<std::string> obstacles_of(const Trace& trace, const Hardening& hardening) {
  std::vector<std::string> out;
  if (!hardening.runs_as_root) return out;
  for (const TracePort& port : trace.ports) {
    if (port.port < kFirstFreePort)
      out.push_back(fmt::format(
          "listens on port {}, which needs NET_BIND_SERVICE outside of Docker", port.port));
  }
  for (const std::string& name : hardening.capabilities) {
    if (name == "SETUID" || name == "SETGID")
      out.push_back(
          fmt::format("changes its user by itself (CAP_{}): start it as that user", name));
    if (name == "CHOWN")
      out.emplace_back("changes owners of files (CAP_CHOWN): do that in the Dockerfile");
  }
  for (const std::string& folder : hardening.writable)
    out.push_back(
        fmt::format("writes to {}, which must belong to the new user", printable(folder)));
  return out;
}

bool can_be_read_only(const Hardening& hardening) {
  return std::find(hardening.writable.begin(), hardening.writable.end(), "/") ==
         hardening.writable.end();
}

std::string yaml_list(const std::vector<std::string>& items, std::string_view indent) {
  std::string out;
  for (const std::string& item : items)
    out += fmt::format("{}- {}\n", indent, nlohmann::ordered_json(item).dump());
  return out;
}

}  // namespace

Hardening harden(const Trace& trace, const RunConfig& config) {
  Hardening out;
  Names used = used_calls(trace);
  out.syscalls = allowed_calls(used);
  out.seccomp = profile(out.syscalls, trace.architecture);
  out.runs_as_root = is_root(config.user);
  out.capabilities = capabilities_of(trace, used, out.runs_as_root);
  out.writable = writable_folders(trace, config);
  out.apparmor = apparmor_rules(trace, config, out.capabilities);
  out.run_options = {"--cap-drop=ALL"};
  for (const std::string& name : out.capabilities) out.run_options.push_back("--cap-add=" + name);
  out.run_options.emplace_back("--security-opt=no-new-privileges");
  if (can_be_read_only(out)) {
    out.run_options.emplace_back("--read-only");
    // A volume begins with what the image has there; a tmpfs would be empty.
    for (const std::string& folder : out.writable)
      out.run_options.push_back(folder == "/tmp" || folder == "/run" ? "--tmpfs=" + folder
                                                                     : "--volume=" + folder);
  }
  out.nonroot_obstacles = obstacles_of(trace, out);
  return out;
}

std::string hardening_shell(const Hardening& hardening, const std::string& image) {
  std::string out = "docker run --security-opt=seccomp=seccomp.json";
  for (const std::string& option : hardening.run_options) out += " \\\n  " + shell_quote(option);
  return out + " \\\n  " + shell_quote(image) + "\n";
}

std::string hardening_compose(const Hardening& hardening, const std::string& image) {
  std::string out =
      fmt::format("services:\n  app:\n    image: {}\n", nlohmann::ordered_json(image).dump());
  out += "    security_opt:\n      - no-new-privileges:true\n      - seccomp:seccomp.json\n";
  out += "    cap_drop:\n      - ALL\n";
  if (!hardening.capabilities.empty())
    out += "    cap_add:\n" + yaml_list(hardening.capabilities, "      ");
  if (!can_be_read_only(hardening)) return out;
  out += "    read_only: true\n";
  if (!hardening.writable.empty())
    out += "    volumes:\n" + yaml_list(hardening.writable, "      ");
  return out;
}

std::string hardening_kubernetes(const Hardening& hardening, const std::string& image) {
  std::string out = fmt::format(
      "# Of a pod; seccomp.json lies in the node's folder of profiles. An emptyDir begins empty.\n"
      "spec:\n  securityContext:\n    seccompProfile:\n      type: Localhost\n"
      "      localhostProfile: seccomp.json\n  containers:\n    - name: app\n      image: {}\n"
      "      securityContext:\n        allowPrivilegeEscalation: false\n"
      "        readOnlyRootFilesystem: {}\n        runAsNonRoot: {}\n"
      "        capabilities:\n          drop: [ALL]\n",
      nlohmann::ordered_json(image).dump(),
      can_be_read_only(hardening),
      !hardening.runs_as_root);
  if (!hardening.capabilities.empty())
    out += "          add:\n" + yaml_list(hardening.capabilities, "            ");
  if (!can_be_read_only(hardening) || hardening.writable.empty()) return out;
  std::string mounts = "      volumeMounts:\n";
  std::string volumes = "  volumes:\n";
  for (size_t i = 0; i < hardening.writable.size(); ++i) {
    mounts += fmt::format("        - name: writable-{}\n          mountPath: {}\n",
                          i,
                          nlohmann::ordered_json(hardening.writable[i]).dump());
    volumes += fmt::format("    - name: writable-{}\n      emptyDir: {{}}\n", i);
  }
  return out + mounts + volumes;
}

std::vector<HardeningFile> hardening_files(const Hardening& hardening, const std::string& image) {
  std::string obstacles;
  for (const std::string& text : hardening.nonroot_obstacles) obstacles += text + "\n";
  if (!hardening.runs_as_root) obstacles = "The image runs as a user of its own.\n";
  if (obstacles.empty()) obstacles = "The runs showed none: try USER with a number of your own.\n";
  return {{"seccomp.json", hardening.seccomp},
          {"apparmor.profile", apparmor_profile(hardening.apparmor, image)},
          {"run.sh", "#!/bin/sh\nexec " + hardening_shell(hardening, image)},
          {"compose.yaml", hardening_compose(hardening, image)},
          {"kubernetes.yaml", hardening_kubernetes(hardening, image)},
          {"obstacles.txt", obstacles}};
}

}  // namespace whittle
