// Writes the recording: each fact once, and on the disk's way before the traced program goes on.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sensor/calls.h"
#include "sensor/protocol.h"

namespace whittle::sensor {

// A set of hashes that grows; when memory runs out it forgets, and facts are written twice.
class HashSet {
 public:
  // False if it was there.
  bool add(uint64_t hash);
  bool contains(uint64_t hash) const;

 private:
  void grow();
  uint64_t* slot(uint64_t hash) const;

  uint64_t* slots_ = nullptr;
  size_t capacity_ = 0;  // a power of two
  size_t size_ = 0;
};

class Recorder {
 public:
  // `fd`: opened to append; not owned.
  explicit Recorder(int fd) : fd_(fd) {}

  void header(Method method, bool without_no_new_privs);
  // A number for the path of an executable; written when it is new.
  uint32_t program(const char* path, size_t size);
  // True if it was recorded as there before: nothing is left to find out.
  bool is_known(uint32_t program, Use use, const char* path, size_t size) const;
  void access(uint32_t program, Use use, long error, const char* path, size_t size);
  void process(uint32_t program, const char* args, size_t size);
  void syscall(uint32_t number, bool is_compat, bool is_serving);
  void port(uint16_t number, bool is_udp);
  // Counts; the counts are written as they double.
  void note(NoteKind kind);
  void failed(long error, const char* text);

 private:
  static constexpr unsigned kMaxNotes = 16;

  void write(RecordKind kind, const void* fixed, size_t fixed_size, const char* text, size_t size);

  int fd_;
  bool is_full_ = false;  // the disk
  HashSet facts_;
  HashSet programs_;
  uint32_t counts_[kMaxNotes] = {};
};

// FNV-1a, well mixed at the end.
uint64_t hash_of(const char* bytes, size_t size, uint64_t seed);

}  // namespace whittle::sensor
