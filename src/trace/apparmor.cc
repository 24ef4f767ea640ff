#include "trace/apparmor.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"

namespace whittle {

namespace {

using Folders = std::set<std::string>;

constexpr size_t kMaxFolders = 200;  // of one kind; beyond that those above them are named
constexpr std::string_view kFixedRules =
    "  signal (receive) peer=unconfined,\n"
    "  signal (send, receive) peer=@{profile_name},\n"
    "  unix,\n"
    "  / r,\n"
    "  /** mr,\n"
    "  /dev/{null,zero,full,random,urandom,tty,console,ptmx} rw,\n"
    "  /dev/{pts,shm,mqueue,fd}/** rwkl,\n"
    "  /dev/{stdin,stdout,stderr} rw,\n"
    "  owner /proc/** rw,\n"
    "  deny /proc/sys/** w,\n"
    "  deny /proc/{kcore,kmem,mem,sysrq-trigger} rwkl,\n"
    "  deny /sys/** wkl,\n"
    "  deny /sys/{firmware,kernel/security}/** rwkl,\n";

// A path without the special characters of patterns, in quotes.
std::string quoted(std::string_view path, std::string_view pattern) {
  std::string out = "\"";
  for (char c : path) {
    if (std::string_view("\\\"*?[]{}^,@").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out + std::string(pattern) + "\"";
}

// What a rule can name: nothing that ends its line.
bool can_be_named(std::string_view path) {
  return path.starts_with('/') &&
         std::all_of(path.begin(), path.end(), [](char c) { return c >= ' ' && c != '\x7f'; });
}

std::string folder_of(std::string_view path) {
  return std::string(path.substr(0, path.rfind('/')));
}

// The first two folders of a path.
std::string upper_folder(const std::string& folder) {
  size_t second = folder.find('/', 1);
  size_t third = second == std::string::npos ? second : folder.find('/', second + 1);
  return folder.substr(0, third);
}

// At most kMaxFolders, none in another one but for those in the root itself (""), which is not
// recursive.
Folders bounded(const Folders& folders) {
  Folders out;
  for (const std::string& folder : folders)
    out.insert(folders.size() > kMaxFolders ? upper_folder(folder) : folder);
  std::string last;
  std::erase_if(out, [&](const std::string& folder) {
    bool is_inside = !last.empty() && folder.starts_with(last + "/");
    if (!is_inside) last = folder;
    return is_inside;
  });
  return out;
}

// Under their other names where /bin and its like are links to /usr/bin, and /var/run to /run.
void add_twins(Folders& folders) {
  Folders twins;
  for (const std::string& folder : folders) {
    for (std::string_view top : {"/bin", "/sbin", "/lib"}) {
      if (folder.starts_with(top)) twins.insert("/usr" + folder);
      if (folder.starts_with("/usr" + std::string(top))) twins.insert(folder.substr(4));
    }
    if (folder == "/var/run" || folder.starts_with("/var/run/")) twins.insert(folder.substr(4));
    if (folder == "/var/lock" || folder.starts_with("/var/lock/"))
      twins.insert("/run" + folder.substr(4));
  }
  folders.merge(twins);
}

Folders run_folders(const Trace& trace) {
  Folders out;
  for (const std::string& program : trace.programs) {
    if (can_be_named(program)) out.insert(folder_of(program));
  }
  for (const TraceAccess& access : trace.accesses) {
    bool is_run = access.succeeded && (access.uses & bit(TraceUse::Execute)) != 0;
    if (is_run && can_be_named(access.path)) out.insert(folder_of(access.path));
  }
  add_twins(out);
  return out;
}

Folders written_folders(const Trace& trace, const RunConfig& config) {
  Folders out;
  for (const std::string& path : trace.written) {
    if (can_be_named(path)) out.insert(folder_of(path));
  }
  for (const std::string& volume : config.volumes) {
    std::string_view path = volume;
    while (path.size() > 1 && path.ends_with("/")) path.remove_suffix(1);
    if (can_be_named(path) && path != "/") out.insert(std::string(path));
  }
  out = bounded(out);
  add_twins(out);
  return out;
}

bool uses_network(const Trace& trace) {
  constexpr std::string_view kCalls[] = {
      "accept", "accept4", "bind", "connect", "listen", "socket"};
  auto is_used = [&](const std::vector<std::string>& calls) {
    return std::any_of(calls.begin(), calls.end(), [&](const std::string& call) {
      return std::find(std::begin(kCalls), std::end(kCalls), call) != std::end(kCalls);
    });
  };
  return !trace.ports.empty() || is_used(trace.syscalls_start) || is_used(trace.syscalls_serving);
}

}  // namespace

std::string apparmor_rules(const Trace& trace,
                           const RunConfig& config,
                           const std::vector<std::string>& capabilities) {
  std::string out;
  for (const std::string& name : capabilities)
    out += fmt::format("  capability {},\n", to_lower(name));
  if (uses_network(trace)) out += "  network inet,\n  network inet6,\n  network netlink,\n";
  out += kFixedRules;
  Folders run = run_folders(trace);
  bool is_bounded = run.size() <= kMaxFolders;
  for (const std::string& folder : is_bounded ? run : bounded(run))
    out += fmt::format("  {} mrix,\n", quoted(folder, is_bounded ? "/*" : "/**"));
  for (const std::string& folder : written_folders(trace, config)) {
    out += fmt::format("  {} rwkl,\n", quoted(folder, folder.empty() ? "/*" : "/**"));
    if (!folder.empty()) out += fmt::format("  {} rw,\n", quoted(folder, "/"));
  }
  return out;
}

std::string apparmor_name(std::string_view image) {
  std::string out = "whittle-";
  for (char c : image) out += is_alpha(c) || is_digit(c) || c == '.' || c == '_' ? c : '-';
  return out;
}

std::string apparmor_profile(std::string_view rules, std::string_view image) {
  std::string name = apparmor_name(image);
  return fmt::format(
      "# What runs of {} needed. On each host: apparmor_parser -r apparmor.profile; then run with\n"
      "# --security-opt apparmor={}\n"
      "profile {} flags=(attach_disconnected,mediate_deleted) {{\n{}}}\n",
      printable(image),
      name,
      name,
      rules);
}

}  // namespace whittle
