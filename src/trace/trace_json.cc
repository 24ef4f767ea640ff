#include "trace/trace_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_nesting.h"

namespace whittle {

namespace {

using nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr uint64_t kMaxTraceBytes = 512ULL << 20;

ordered_json uses_to_json(uint32_t uses) {
  ordered_json out = ordered_json::array();
  for (size_t i = 0; i < kTraceUses; ++i) {
    if ((uses >> i & 1) != 0) out.push_back(trace_use_name(i));
  }
  return out;
}

// One value on each line, without the indentation inside of it that would make long files longer.
void add_list(std::string& out, std::string_view name, const ordered_json& list, bool is_last) {
  out += fmt::format(" \"{}\": [", name);
  bool first = true;
  for (const ordered_json& item : list) {
    out += first ? "\n  " : ",\n  ";
    out += item.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    first = false;
  }
  out += first ? "]" : "\n ]";
  out += is_last ? "\n" : ",\n";
}

ordered_json accesses_to_json(const Trace& trace) {
  ordered_json out = ordered_json::array();
  for (const TraceAccess& access : trace.accesses) {
    ordered_json item = {{"path", access.path}, {"uses", uses_to_json(access.uses)}};
    if (access.program != 0) item["program"] = access.program;
    if (!access.succeeded) item["error"] = access.error;
    out.push_back(std::move(item));
  }
  return out;
}

// Reads members of the expected kind; anything else makes the whole invalid.
class Json {
 public:
  bool is_valid() const { return is_valid_; }

  const ordered_json& list(const ordered_json& object, const char* name) {
    static const ordered_json kEmpty = ordered_json::array();
    const ordered_json& value = member(object, name, kEmpty);
    if (value.is_array()) return value;
    is_valid_ = false;
    return kEmpty;
  }

  std::string text(const ordered_json& value) {
    if (value.is_string()) return value.get<std::string>();
    is_valid_ = false;
    return "";
  }

  std::string text(const ordered_json& object, const char* name) {
    static const ordered_json kEmpty = "";
    return text(member(object, name, kEmpty));
  }

  uint32_t number(const ordered_json& object, const char* name) {
    static const ordered_json kZero = 0;
    const ordered_json& value = member(object, name, kZero);
    if (value.is_number_unsigned() && value.get<uint64_t>() <= UINT32_MAX)
      return static_cast<uint32_t>(value.get<uint64_t>());
    if (value.is_number_integer() && value == 0) return 0;
    is_valid_ = false;
    return 0;
  }

  std::vector<std::string> texts(const ordered_json& object, const char* name) {
    std::vector<std::string> out;
    for (const ordered_json& item : list(object, name)) out.push_back(text(item));
    return out;
  }

 private:
  const ordered_json& member(const ordered_json& object,
                             const char* name,
                             const ordered_json& missing) {
    if (!object.is_object()) {
      is_valid_ = false;
      return missing;
    }
    auto it = object.find(name);
    return it == object.end() ? missing : *it;
  }

  bool is_valid_ = true;
};

uint32_t use_of(std::string_view name) {
  for (size_t i = 0; i < kTraceUses; ++i) {
    if (trace_use_name(i) == name) return 1U << i;
  }
  return 0;
}

void read_accesses(const ordered_json& root, Json& json, Trace& trace) {
  for (const ordered_json& item : json.list(root, "accesses")) {
    TraceAccess access;
    access.path = json.text(item, "path");
    for (const ordered_json& use : json.list(item, "uses")) access.uses |= use_of(json.text(use));
    access.program = json.number(item, "program");
    access.error = static_cast<int>(json.number(item, "error") & 0xFFFF);
    access.succeeded = access.error == 0;
    if (access.path.starts_with("/")) trace.accesses.push_back(std::move(access));
  }
}

void read_rest(const ordered_json& root, Json& json, Trace& trace) {
  for (const ordered_json& item : json.list(root, "processes"))
    trace.processes.push_back({json.number(item, "program"), json.texts(item, "args")});
  for (const ordered_json& item : json.list(root, "ports")) {
    std::string protocol = json.text(item, "protocol");
    trace.ports.push_back(
        {static_cast<uint16_t>(json.number(item, "port") & 0xFFFF), protocol == "udp"});
  }
  trace.written = json.texts(root, "written");
  trace.syscalls_start = json.texts(root, "syscalls_start");
  trace.syscalls_serving = json.texts(root, "syscalls_serving");
  trace.capabilities = json.texts(root, "capabilities");
  trace.notes = json.texts(root, "notes");
  trace.method = json.text(root, "method");
  trace.architecture = json.text(root, "architecture");
}

}  // namespace

std::string trace_to_json(const Trace& trace) {
  ordered_json processes = ordered_json::array();
  for (const TraceProcess& process : trace.processes)
    processes.push_back({{"program", process.program}, {"args", process.args}});
  ordered_json ports = ordered_json::array();
  for (const TracePort& port : trace.ports)
    ports.push_back({{"port", port.port}, {"protocol", port.is_udp ? "udp" : "tcp"}});
  std::string out = fmt::format("{{\n \"whittle_trace\": {},\n", kVersion);
  for (const auto& [name, value] :
       {std::pair("architecture", trace.architecture), std::pair("method", trace.method)}) {
    out += fmt::format(
        " \"{}\": {},\n",
        name,
        ordered_json(value).dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  }
  add_list(out, "notes", trace.notes, false);
  add_list(out, "ports", ports, false);
  add_list(out, "programs", trace.programs, false);
  add_list(out, "processes", processes, false);
  add_list(out, "syscalls_start", trace.syscalls_start, false);
  add_list(out, "syscalls_serving", trace.syscalls_serving, false);
  add_list(out, "capabilities", trace.capabilities, false);
  add_list(out, "written", trace.written, false);
  add_list(out, "accesses", accesses_to_json(trace), true);
  return out + "}\n";
}

Result<Trace> parse_trace_json(std::string_view text, const Limits& limits) {
  if (text.size() > kMaxTraceBytes)
    return Error(ErrorKind::Limit, fmt::format("the trace has more than {} bytes", kMaxTraceBytes));
  if (json_nesting(text) > limits.max_json_depth)
    return limit_error("the trace", &Limits::max_json_depth, limits);
  ordered_json root = ordered_json::parse(text, nullptr, false);
  if (!root.is_object() || !root.contains("whittle_trace"))
    return Error(ErrorKind::Invalid, "not a trace of whittle");
  Json json;
  if (json.number(root, "whittle_trace") > kVersion)
    return Error(ErrorKind::Invalid, "the trace was written by a newer whittle");
  Trace trace;
  trace.programs = json.texts(root, "programs");
  read_accesses(root, json, trace);
  read_rest(root, json, trace);
  if (!json.is_valid())
    return Error(ErrorKind::Invalid, "not a trace of whittle: a member is of the wrong kind");
  normalise(trace);
  return trace;
}

}  // namespace whittle
