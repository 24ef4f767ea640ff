// Turns stopped calls into facts of the recording.
#pragma once

#include <stdint.h>

#include "sensor/calls.h"
#include "sensor/paths.h"
#include "sensor/record.h"
#include "sensor/target.h"

namespace whittle::sensor {

struct StoppedCall {
  int tid = 0;
  bool is_compat = false;  // 32-bit x86
  uint32_t number = 0;
  uint64_t args[6] = {};
};

class Observer {
 public:
  explicit Observer(Recorder& recorder);

  // Records what the call is about to do. 0: it may go on; -errno: it is to fail with that.
  long observe(const StoppedCall& call);

  // True while a port may be about to open: tick() wants to be called every few milliseconds.
  bool wants_ticks() const { return ticks_left_ > 0; }

  void tick();

 private:
  struct Seen;  // one path of one call, as it is put together

  static constexpr unsigned kMaxNumber = 512;
  static constexpr unsigned kPrograms = 4096;
  static constexpr unsigned kMaxPorts = 64;

  struct CachedProgram {
    int tid = 0;
    uint32_t epoch = 0;
    uint32_t id = 0;
  };

  void index(const CallTable& table, uint16_t* first);
  uint32_t program_of(const Target& target);
  long observe_row(const CallRow& row, const StoppedCall& call, const Target& target);
  bool find_path(const CallRow& row, const StoppedCall& call, const Target& target, Seen& seen);
  bool place(const Target& target, int folder, const char* text, Seen& seen);
  void take_pseudo(const Target& target, Seen& seen);
  void observe_path(const CallRow& row, const StoppedCall& call, const Target& target);
  void observe_open(uint64_t flags, const Target& target, Seen& seen);
  void observe_change(Use use, const Target& target, Seen& seen, bool is_new_name);
  void observe_execute(const CallRow& row, const StoppedCall& call, const Target& target);
  void observe_interpreters(const Target& target, Seen& seen, uint32_t program);
  void observe_args(const StoppedCall& call, uint64_t list, const Target& target, uint32_t program);
  void observe_address(Use use, uint64_t address, uint64_t size, const Target& target);
  void observe_socket_call(const StoppedCall& call, const Target& target);
  void record(Use use, long error, const Seen& seen);
  Found look(const Seen& seen, bool follow);
  void read_ports(const char* table, bool is_udp);

  Recorder& recorder_;
  uint16_t native_[kMaxNumber] = {};  // 1 + the first row of a number; 0: none
  uint16_t compat_[kMaxNumber] = {};
  CachedProgram programs_[kPrograms] = {};
  uint32_t epoch_ = 1;  // grows with every exec: programs may have changed
  bool has_roots_ = false;
  bool is_started_ = false;  // the sensor has become the command
  bool is_serving_ = false;
  unsigned ticks_left_ = 0;
  uint16_t bound_[kMaxPorts] = {};
  unsigned bound_count_ = 0;
};

}  // namespace whittle::sensor
