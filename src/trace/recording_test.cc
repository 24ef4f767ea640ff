#include "trace/recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "sensor/protocol.h"
#include "trace/sensor_program.h"
#include "trace/syscall_names.h"

namespace whittle {
namespace {

using sensor::RecordKind;
using testing::ElementsAre;
using testing::HasSubstr;

// Builds a recording by the words of the format's description.
class Writer {
 public:
  explicit Writer(uint16_t method = 1, uint16_t free = 1) {
    bytes_ = "WHTLREC1";
    add16(1);
    add16(method);
    add16(free);
    add16(0);
  }

  void program(uint32_t id, std::string_view path) { record(1, word32(id) + std::string(path)); }

  void access(uint32_t program, uint16_t error, uint16_t use, std::string_view path) {
    record(2, word32(program) + word16(error) + word16(use) + std::string(path));
  }

  void record(uint16_t kind, const std::string& payload) {
    add16(kind);
    add16(static_cast<uint16_t>(payload.size()));
    bytes_ += payload;
  }

  static std::string word16(uint16_t value) {
    return {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8)};
  }

  static std::string word32(uint32_t value) {
    return word16(static_cast<uint16_t>(value & 0xFFFF)) +
           word16(static_cast<uint16_t>(value >> 16));
  }

  const std::string& bytes() const { return bytes_; }

 private:
  void add16(uint16_t value) { bytes_ += word16(value); }

  std::string bytes_;
};

Recording read(const std::string& bytes) {
  Result<Recording> recording = read_recording(bytes, Limits{});
  EXPECT_TRUE(recording.ok());
  return recording.ok() ? std::move(*recording) : Recording{};
}

TEST(Recording, ReadsEveryKind) {
  Writer writer;
  writer.program(9, "/usr/bin/app");
  writer.access(9, 0, 0, "/etc/app.conf");
  writer.access(9, 2, 3, "/etc/none");
  writer.access(9, 0, 8, "/tmp/made");
  writer.access(9, 13, 1, "/etc/passwd");
  writer.record(3, Writer::word32(9) + std::string("app\0-v\0", 7));
  writer.record(4, Writer::word32(257) + Writer::word16(0) + Writer::word16(0));
  writer.record(4, Writer::word32(59) + Writer::word16(0) + Writer::word16(1));
  writer.record(5, Writer::word16(8080) + Writer::word16(0));
  writer.record(6, Writer::word32(3) + Writer::word32(1));
  Recording recording = read(writer.bytes());
  const Trace& trace = recording.trace;
  EXPECT_TRUE(recording.is_traced);
  EXPECT_THAT(trace.programs, ElementsAre("", "/usr/bin/app"));
  ASSERT_EQ(trace.accesses.size(), 4U);
  EXPECT_EQ(trace.accesses[0].path, "/etc/app.conf");
  EXPECT_TRUE(trace.accesses[0].succeeded);
  EXPECT_EQ(trace.accesses[1].error, 2);
  EXPECT_THAT(trace.written, ElementsAre("/tmp/made"));
  ASSERT_EQ(trace.processes.size(), 1U);
  EXPECT_THAT(trace.processes[0].args, ElementsAre("app", "-v"));
  EXPECT_THAT(trace.syscalls_start, ElementsAre("openat"));
  EXPECT_THAT(trace.syscalls_serving, ElementsAre("execve"));
  EXPECT_THAT(trace.ports, ElementsAre(TracePort{8080, false}));
  EXPECT_THAT(trace.notes, ElementsAre(HasSubstr("io_uring")));
  EXPECT_EQ(trace.architecture, "amd64");
  EXPECT_EQ(trace.method, "notify");
}

TEST(Recording, LeavesTheKernelsFileSystemsAndTheSensorOut) {
  Writer writer;
  writer.program(3, "/.whittle/sensor");
  writer.access(3, 2, 2, "/usr/local/bin/app");  // the sensor's own search
  writer.access(3, 0, 2, "/usr/bin/app");
  writer.access(0, 2, 3, "/of/unknown/program");
  writer.access(3, 0, 0, "/proc/self/maps");
  writer.access(3, 0, 0, "/devices");
  writer.access(3, 0, 0, "/.whittle/recording");
  writer.access(3, 0, 0, "relative");
  Recording recording = read(writer.bytes());
  std::vector<std::string> paths;
  for (const TraceAccess& access : recording.trace.accesses) paths.push_back(access.path);
  EXPECT_THAT(paths, ElementsAre("/devices", "/of/unknown/program", "/usr/bin/app"));
}

TEST(Recording, KeepsWhatStandsBeforeACut) {
  Writer writer;
  writer.program(5, "/bin/a");
  writer.access(5, 0, 0, "/first");
  size_t whole = writer.bytes().size();
  writer.access(5, 0, 0, "/second");
  for (size_t size = whole + 1; size < writer.bytes().size(); ++size) {
    Recording recording = read(writer.bytes().substr(0, size));
    ASSERT_EQ(recording.trace.accesses.size(), 1U) << size;
    EXPECT_THAT(recording.trace.notes, ElementsAre(HasSubstr("ends within a record")));
  }
}

TEST(Recording, SaysWhatWasNotPossible) {
  Recording without = read(Writer(0, 0).bytes());
  EXPECT_FALSE(without.is_traced);
  EXPECT_THAT(without.trace.notes, ElementsAre(HasSubstr("tracing does not work here")));
  Recording limited = read(Writer(1, 0).bytes());
  EXPECT_TRUE(limited.is_traced);
  EXPECT_THAT(limited.trace.notes, ElementsAre(HasSubstr("setuid")));
  Writer writer;
  writer.record(7, Writer::word32(2) + "no-such-program");
  EXPECT_EQ(read(writer.bytes()).not_started, "no-such-program: No such file or directory");
}

TEST(Recording, RefusesOtherFiles) {
  EXPECT_FALSE(read_recording("", Limits{}).ok());
  EXPECT_FALSE(read_recording("not a recording at all", Limits{}).ok());
  Limits few;
  few.max_entries = 1;
  Writer writer;
  writer.program(1, "/a");
  writer.program(3, "/b");
  Result<Recording> recording = read_recording(writer.bytes(), few);
  ASSERT_FALSE(recording.ok());
  EXPECT_EQ(recording.error().kind(), ErrorKind::Limit);
}

TEST(SyscallNames, AreThoseOfTheArchitecture) {
  EXPECT_EQ(syscall_name(SyscallTable::Amd64, 0), "read");
  EXPECT_EQ(syscall_name(SyscallTable::Amd64, 439), "faccessat2");
  EXPECT_EQ(syscall_name(SyscallTable::Arm64, 56), "openat");
  EXPECT_EQ(syscall_name(SyscallTable::Arm64, 221), "execve");
  EXPECT_EQ(syscall_name(SyscallTable::Compat, 5), "open");
  EXPECT_EQ(syscall_name(SyscallTable::Compat, 11), "execve");
  EXPECT_EQ(syscall_name(SyscallTable::Amd64, 9999), "syscall_9999");
}

TEST(SensorProgram, IsASmallStaticFile) {
  std::string_view program = sensor_program();
  EXPECT_EQ(program.substr(0, 4), "\177ELF");
  EXPECT_LT(program.size(), 1U << 20);
  EXPECT_EQ(program.find("/lib64/ld-linux"), std::string_view::npos);
}

}  // namespace
}  // namespace whittle
