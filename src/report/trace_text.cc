#include "report/trace_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kShownPaths = 40;  // of a list, without `verbose`
constexpr size_t kShownPrograms = 20;
constexpr size_t kMaxArgText = 100;

// What the runs did with one path, whoever it was.
struct UsedPath {
  uint32_t uses = 0;
  bool succeeded = false;
};

std::map<std::string, UsedPath> paths_of(const Trace& trace) {
  std::map<std::string, UsedPath> paths;
  for (const TraceAccess& access : trace.accesses) {
    UsedPath& path = paths[access.path];
    if (access.succeeded) path.uses |= access.uses;
    path.succeeded |= access.succeeded;
  }
  return paths;
}

std::string use_names(uint32_t uses) {
  std::string out;
  for (size_t i = 0; i < kTraceUses; ++i) {
    if ((uses >> i & 1) == 0) continue;
    if (!out.empty()) out += ',';
    out += trace_use_name(i);
  }
  return out;
}

void add_heading(std::string& out, const std::string& text, const RenderOptions& options) {
  out += options.color ? fmt::format("\n\033[1m{}\033[0m\n", text) : fmt::format("\n{}\n", text);
}

template <typename Items, typename ToText>
void add_items(std::string& out, const Items& items, size_t limit, ToText to_text) {
  size_t shown = 0;
  for (const auto& item : items) {
    if (shown++ == limit) {
      out += fmt::format("  and {} more (--verbose shows all)\n", items.size() - limit);
      return;
    }
    out += "  " + to_text(item) + "\n";
  }
}

std::string process_text(const Trace& trace, const TraceProcess& process) {
  std::string words;
  for (size_t i = 1; i < process.args.size(); ++i) words += " " + process.args[i];
  if (words.size() > kMaxArgText) words = words.substr(0, kMaxArgText) + "...";
  return printable(trace.programs[process.program] + words);
}

std::string port_text(const TracePort& port) {
  return fmt::format("{}/{}", port.port, port.is_udp ? "udp" : "tcp");
}

// "/usr/lib/python3" of "/usr/lib/python3/os.py".
std::string folder_of(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

void add_checks(std::string& out, const std::vector<TraceCheck>& checks) {
  for (const TraceCheck& check : checks) {
    out += fmt::format("  {} {}: {}\n",
                       check.passed ? "ok  " : "FAIL",
                       printable(check.name),
                       printable(check.observed));
    if (check.passed) continue;
    for (std::string_view line : split_lines(check.detail))
      out += "       " + printable(line) + "\n";
  }
}

void add_files(std::string& out,
               const std::map<std::string, UsedPath>& paths,
               const RenderOptions& options) {
  std::map<std::string, size_t> folders;
  size_t there = 0;
  for (const auto& [path, used] : paths) {
    if (!used.succeeded) continue;
    ++there;
    ++folders[folder_of(path)];
  }
  add_heading(
      out,
      fmt::format("Used paths: {}; looked for and not there: {}", there, paths.size() - there),
      options);
  if (options.verbose) {
    add_items(out, paths, paths.size(), [](const auto& item) {
      std::string uses = item.second.succeeded ? use_names(item.second.uses) : "missing";
      return fmt::format("{}  {}", printable(item.first), uses);
    });
    return;
  }
  std::vector<std::pair<std::string, size_t>> sorted(folders.begin(), folders.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second > b.second;
  });
  add_items(out, sorted, kShownPaths, [](const auto& item) {
    return fmt::format("{:>6}  {}", item.second, printable(item.first));
  });
}

}  // namespace

std::string trace_text(const TraceReport& report, const RenderOptions& options) {
  const Trace& trace = report.trace;
  std::string out = fmt::format("{} on {}, traced by {}\n",
                                printable(report.image),
                                printable(report.engine),
                                trace.method.empty() ? "nothing" : printable(trace.method));
  add_checks(out, report.checks);
  for (const std::string& note : report.notes) out += "  note: " + printable(note) + "\n";
  for (const std::string& note : trace.notes) out += "  note: " + printable(note) + "\n";
  size_t limit = options.verbose ? SIZE_MAX : kShownPrograms;
  add_heading(out, fmt::format("Processes: {}", trace.processes.size()), options);
  add_items(out, trace.processes, limit, [&](const TraceProcess& process) {
    return process_text(trace, process);
  });
  if (!trace.ports.empty()) {
    add_heading(out, fmt::format("Listening ports: {}", trace.ports.size()), options);
    add_items(out, trace.ports, limit, port_text);
  }
  add_heading(out, fmt::format("Written paths: {}", trace.written.size()), options);
  add_items(
      out, trace.written, options.verbose ? SIZE_MAX : kShownPaths, [](const std::string& path) {
        return printable(path);
      });
  add_files(out, paths_of(trace), options);
  if (!report.hardening.empty()) {
    add_heading(out, "Limits it keeps: " + printable(join(report.hardening, " ")), options);
    add_checks(out, report.hardened);
  }
  std::set<std::string> calls(trace.syscalls_start.begin(), trace.syscalls_start.end());
  calls.insert(trace.syscalls_serving.begin(), trace.syscalls_serving.end());
  add_heading(out,
              fmt::format("System calls beyond the common ones: {}, {} of them once serving",
                          calls.size(),
                          trace.syscalls_serving.size()),
              options);
  if (!calls.empty()) out += "  " + printable(join({calls.begin(), calls.end()}, " ")) + "\n";
  return out;
}

}  // namespace whittle
