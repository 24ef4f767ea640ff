#include "trace/recording.h"

#include <fmt/format.h>

#include <cstring>
#include <map>
#include <unordered_map>

#include "base/strings.h"
#include "sensor/protocol.h"
#include "trace/syscall_names.h"

namespace whittle {

namespace {

using sensor::Architecture;
using sensor::Header;
using sensor::Method;
using sensor::NoteKind;
using sensor::RecordHead;
using sensor::RecordKind;

// Takes fixed parts off the front; a part that is not there makes it fail for good.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  T take() {
    T value{};
    if (bytes_.size() < sizeof(T)) {
      is_whole_ = false;
      bytes_ = {};
      return value;
    }
    std::memcpy(&value, bytes_.data(), sizeof(T));
    bytes_.remove_prefix(sizeof(T));
    return value;
  }

  std::string_view rest() const { return bytes_; }

  bool is_whole() const { return is_whole_; }

 private:
  std::string_view bytes_;
  bool is_whole_ = true;
};

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// The kernel's own file systems, and what the sensor brought along.
bool is_outside(std::string_view path) {
  for (std::string_view folder : {std::string_view("/proc"),
                                  std::string_view("/sys"),
                                  std::string_view("/dev"),
                                  kSensorFolder}) {
    if (is_below(path, folder)) return true;
  }
  return path.empty() || path.front() != '/' || contains(path, std::string_view("\0", 1));
}

std::string note_text(NoteKind kind, uint32_t count) {
  std::string calls = fmt::format("at least {}", count_of(count, "call"));
  switch (kind) {
    case NoteKind::UnreadablePath:
      return fmt::format("{}: the path could not be read, the process keeps its memory to itself",
                         calls);
    case NoteKind::UnknownFolder:
      return fmt::format("{}: the folder of a relative path is not known", calls);
    case NoteKind::IoUring:
      return "io_uring was refused, so that the program's look-ups are seen";
    case NoteKind::Compat:
      return "32-bit programs ran: of their system calls only those with paths are recorded";
    case NoteKind::OpenByHandle:
      return fmt::format("{}: files were opened by handle, without a path", calls);
    case NoteKind::OwnRoot:
      return "a process changed its root folder: its paths are relative to that";
    case NoteKind::LongPath:
      return fmt::format("{}: the path is longer than the kernel takes", calls);
  }
  return "";
}

class Reader {
 public:
  Reader(std::string_view bytes, const Limits& limits) : bytes_(bytes), limits_(limits) {}

  Result<Recording> read() {
    TRY(read_header());
    while (!bytes_.empty()) {
      Fields head_fields(bytes_);
      auto head = head_fields.take<RecordHead>();
      if (!head_fields.is_whole() || head_fields.rest().size() < head.size) {
        out_.trace.notes.emplace_back("the recording ends within a record");
        break;
      }
      if (++records_ > limits_.max_entries)
        return limit_error("the recording", &Limits::max_entries, limits_);
      read_record(head.kind, head_fields.rest().substr(0, head.size));
      bytes_ = head_fields.rest().substr(head.size);
    }
    finish();
    return std::move(out_);
  }

 private:
  Status read_header() {
    Fields fields(bytes_);
    auto header = fields.take<Header>();
    if (!fields.is_whole() || std::memcmp(header.magic, sensor::kMagic, sizeof header.magic) != 0)
      return Error(ErrorKind::Invalid, "not a recording of whittle's sensor");
    bool is_known =
        header.architecture == Architecture::Amd64 || header.architecture == Architecture::Arm64;
    if (!is_known) return Error(ErrorKind::Invalid, "a recording of an unknown architecture");
    native_ =
        header.architecture == Architecture::Amd64 ? SyscallTable::Amd64 : SyscallTable::Arm64;
    out_.trace.architecture = native_ == SyscallTable::Amd64 ? "amd64" : "arm64";
    out_.is_traced = header.method == Method::Notify || header.method == Method::Ptrace;
    out_.trace.method = header.method == Method::Notify   ? "notify"
                        : header.method == Method::Ptrace ? "ptrace"
                                                          : "";
    if (!out_.is_traced)
      out_.trace.notes.emplace_back("tracing does not work here: the program ran without");
    if (out_.is_traced && header.without_no_new_privs == 0)
      out_.trace.notes.emplace_back(
          "the engine grants no capabilities for tracing: programs with setuid bits or file "
          "capabilities ran without them");
    out_.trace.programs = {""};
    bytes_ = fields.rest();
    return {};
  }

  void read_record(RecordKind kind, std::string_view payload) {
    Fields fields(payload);
    switch (kind) {
      case RecordKind::Program: {
        auto id = fields.take<uint32_t>();
        if (fields.is_whole()) add_program(id, fields.rest());
        return;
      }
      case RecordKind::Access:
        return read_access(fields);
      case RecordKind::Process:
        return read_process(fields);
      case RecordKind::Syscall: {
        auto number = fields.take<uint32_t>();
        bool is_compat = fields.take<uint16_t>() != 0;
        bool is_serving = fields.take<uint16_t>() != 0;
        if (!fields.is_whole()) return;
        auto& list = is_serving ? out_.trace.syscalls_serving : out_.trace.syscalls_start;
        list.push_back(syscall_name(is_compat ? SyscallTable::Compat : native_, number));
        return;
      }
      case RecordKind::Port: {
        auto port = fields.take<uint16_t>();
        bool is_udp = fields.take<uint16_t>() != 0;
        if (fields.is_whole()) out_.trace.ports.push_back({port, is_udp});
        return;
      }
      case RecordKind::Note: {
        auto note = fields.take<NoteKind>();
        auto count = fields.take<uint32_t>();
        if (fields.is_whole()) notes_[note] = std::max(notes_[note], count);
        return;
      }
      case RecordKind::Failed: {
        int error = static_cast<int>(fields.take<uint32_t>());
        if (fields.is_whole())
          out_.not_started = fmt::format("{}: {}", printable(fields.rest()), std::strerror(error));
        return;
      }
    }
  }

  void add_program(uint32_t id, std::string_view path) {
    if (path.ends_with(" (deleted)")) path.remove_suffix(10);
    if (is_outside(path) || !programs_.emplace(id, out_.trace.programs.size()).second) {
      programs_.emplace(id, 0);
      return;
    }
    out_.trace.programs.emplace_back(path);
  }

  uint32_t program(uint32_t id) const {
    auto it = programs_.find(id);
    return it == programs_.end() ? 0 : static_cast<uint32_t>(it->second);
  }

  void read_access(Fields fields) {
    auto id = fields.take<uint32_t>();
    auto error = fields.take<uint16_t>();
    auto use = fields.take<uint16_t>();
    if (!fields.is_whole() || use >= kTraceUses || is_outside(fields.rest())) return;
    TraceAccess access;
    access.path = fields.rest();
    access.uses = 1U << use;
    access.succeeded = error == 0;
    access.error = error;
    access.program = program(id);
    // What the sensor itself tried while it looked for the command.
    if (id != 0 && access.program == 0 && !access.succeeded) return;
    if (access.succeeded && (access.uses & kChangingUses) != 0)
      out_.trace.written.push_back(access.path);
    out_.trace.accesses.push_back(std::move(access));
  }

  void read_process(Fields fields) {
    TraceProcess process;
    process.program = program(fields.take<uint32_t>());
    if (!fields.is_whole() || process.program == 0) return;
    std::string_view rest = fields.rest();
    while (!rest.empty()) {
      size_t end = std::min(rest.find('\0'), rest.size());
      process.args.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    out_.trace.processes.push_back(std::move(process));
  }

  void finish() {
    for (const auto& [kind, count] : notes_) {
      std::string text = note_text(kind, count);
      if (!text.empty()) out_.trace.notes.push_back(std::move(text));
    }
    normalise(out_.trace);
  }

  std::string_view bytes_;
  const Limits& limits_;
  Recording out_;
  SyscallTable native_ = SyscallTable::Amd64;
  std::unordered_map<uint32_t, size_t> programs_;
  std::map<NoteKind, uint32_t> notes_;
  uint64_t records_ = 0;
};

}  // namespace

Result<Recording> read_recording(std::string_view bytes, const Limits& limits) {
  return Reader(bytes, limits).read();
}

}  // namespace whittle
