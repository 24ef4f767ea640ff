#include "model/trace.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace whittle {

namespace {

constexpr std::string_view kUseNames[kTraceUses] = {"open",
                                                    "write",
                                                    "execute",
                                                    "stat",
                                                    "list",
                                                    "readlink",
                                                    "xattr",
                                                    "enter",
                                                    "create",
                                                    "remove",
                                                    "change",
                                                    "connect",
                                                    "bind",
                                                    "watch",
                                                    "link",
                                                    "handle"};

template <typename T, typename Less = std::less<>>
void sort_unique(std::vector<T>& items, Less less = {}) {
  std::sort(items.begin(), items.end(), less);
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

template <typename T>
void append(std::vector<T>& to, std::vector<T> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

auto key(const TraceAccess& access) {
  return std::tie(access.path, access.program, access.succeeded, access.error);
}

// Numbers the programs by their paths, so that equal traces are equal values.
void sort_programs(Trace& trace) {
  std::vector<std::string> sorted = trace.programs;
  sorted.emplace_back();
  sort_unique(sorted);
  std::vector<uint32_t> place(std::max<size_t>(trace.programs.size(), 1), 0);
  for (size_t i = 0; i < trace.programs.size(); ++i) {
    auto it = std::lower_bound(sorted.begin(), sorted.end(), trace.programs[i]);
    place[i] = static_cast<uint32_t>(it - sorted.begin());
  }
  auto move = [&](uint32_t& program) { program = program < place.size() ? place[program] : 0; };
  for (TraceAccess& access : trace.accesses) move(access.program);
  for (TraceProcess& process : trace.processes) move(process.program);
  trace.programs = std::move(sorted);
}

void join_accesses(std::vector<TraceAccess>& accesses) {
  std::sort(accesses.begin(), accesses.end(), [](const TraceAccess& a, const TraceAccess& b) {
    return key(a) < key(b);
  });
  size_t kept = 0;
  for (size_t i = 0; i < accesses.size(); ++i) {
    if (kept > 0 && key(accesses[kept - 1]) == key(accesses[i])) {
      accesses[kept - 1].uses |= accesses[i].uses;
    } else {
      if (kept != i) accesses[kept] = std::move(accesses[i]);
      ++kept;
    }
  }
  accesses.resize(kept);
}

// "notify+ptrace" of "ptrace" and "notify+ptrace".
std::string join_methods(const std::string& a, const std::string& b) {
  std::string both = a + "+" + b;
  std::vector<std::string> names;
  for (size_t from = 0; from <= both.size();) {
    size_t plus = std::min(both.find('+', from), both.size());
    if (plus > from) names.push_back(both.substr(from, plus - from));
    from = plus + 1;
  }
  sort_unique(names);
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : "+") + name;
  return out;
}

}  // namespace

std::string_view trace_use_name(size_t index) {
  return index < kTraceUses ? kUseNames[index] : std::string_view();
}

bool Trace::used(std::string_view path) const {
  auto it = std::lower_bound(
      accesses.begin(),
      accesses.end(),
      path,
      [](const TraceAccess& access, std::string_view wanted) { return access.path < wanted; });
  for (; it != accesses.end() && it->path == path; ++it) {
    if (it->succeeded) return true;
  }
  return false;
}

void normalise(Trace& trace) {
  sort_programs(trace);
  join_accesses(trace.accesses);
  sort_unique(trace.processes, [](const TraceProcess& a, const TraceProcess& b) {
    return std::tie(a.program, a.args) < std::tie(b.program, b.args);
  });
  sort_unique(trace.written);
  sort_unique(trace.ports);
  sort_unique(trace.syscalls_start);
  sort_unique(trace.syscalls_serving);
  sort_unique(trace.capabilities);
  sort_unique(trace.notes);
}

Trace merge(Trace a, Trace b) {
  uint32_t shift = static_cast<uint32_t>(a.programs.size());
  for (TraceAccess& access : b.accesses) access.program += shift;
  for (TraceProcess& process : b.processes) process.program += shift;
  append(a.accesses, std::move(b.accesses));
  append(a.programs, std::move(b.programs));
  append(a.processes, std::move(b.processes));
  append(a.written, std::move(b.written));
  append(a.ports, std::move(b.ports));
  append(a.syscalls_start, std::move(b.syscalls_start));
  append(a.syscalls_serving, std::move(b.syscalls_serving));
  append(a.capabilities, std::move(b.capabilities));
  append(a.notes, std::move(b.notes));
  if (a.architecture.empty()) {
    a.architecture = b.architecture;
  } else if (!b.architecture.empty() && a.architecture != b.architecture) {
    a.notes.push_back("runs on " + std::min(a.architecture, b.architecture) + " and " +
                      std::max(a.architecture, b.architecture) + " are merged");
    a.architecture = std::min(a.architecture, b.architecture);
  }
  a.method = join_methods(a.method, b.method);
  normalise(a);
  return a;
}

}  // namespace whittle
