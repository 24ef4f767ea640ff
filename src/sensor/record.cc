#include "sensor/record.h"

#include "sensor/system.h"

namespace whittle::sensor {

namespace {

constexpr size_t kFirstCapacity = 1U << 12;

struct AccessFixed {
  uint32_t program;
  uint16_t error;
  uint16_t use;
};

struct SyscallFixed {
  uint32_t number;
  uint16_t is_compat;
  uint16_t is_serving;
};

struct PortFixed {
  uint16_t port;
  uint16_t is_udp;
};

struct NoteFixed {
  NoteKind kind;
  uint32_t count;
};

uint64_t seed_of(uint32_t program, Use use, long error) {
  return static_cast<uint64_t>(program) << 32 | static_cast<uint64_t>(use) << 16 |
         static_cast<uint64_t>(error);
}

}  // namespace

uint64_t hash_of(const char* bytes, size_t size, uint64_t seed) {
  uint64_t hash = 14695981039346656037ULL ^ (seed * 0x9E3779B97F4A7C15ULL);
  for (size_t i = 0; i < size; ++i) {
    hash ^= static_cast<unsigned char>(bytes[i]);
    hash *= 1099511628211ULL;
  }
  hash ^= hash >> 32;
  hash *= 0xD6E8FEB86659FD93ULL;
  hash ^= hash >> 32;
  return hash == 0 ? 1 : hash;
}

uint64_t* HashSet::slot(uint64_t hash) const {
  size_t at = hash & (capacity_ - 1);
  while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & (capacity_ - 1);
  return slots_ + at;
}

bool HashSet::contains(uint64_t hash) const {
  return capacity_ > 0 && *slot(hash) == hash;
}

void HashSet::grow() {
  size_t wanted = capacity_ == 0 ? kFirstCapacity : capacity_ * 2;
  auto* fresh = static_cast<uint64_t*>(allocate(wanted * sizeof(uint64_t)));
  if (fresh == nullptr) return;
  uint64_t* old = slots_;
  size_t old_capacity = capacity_;
  slots_ = fresh;
  capacity_ = wanted;
  for (size_t i = 0; i < old_capacity; ++i) {
    if (old[i] != 0) *slot(old[i]) = old[i];
  }
  release(old, old_capacity * sizeof(uint64_t));
}

bool HashSet::add(uint64_t hash) {
  if (size_ * 2 >= capacity_) grow();
  if (size_ * 8 >= capacity_ * 7) return !contains(hash);  // no memory
  uint64_t* place = slot(hash);
  if (*place == hash) return false;
  *place = hash;
  ++size_;
  return true;
}

void Recorder::write(
    RecordKind kind, const void* fixed, size_t fixed_size, const char* text, size_t size) {
  if (is_full_) return;
  static Text<sizeof(RecordHead) + 16 + kMaxPath + kMaxArgs + 1> record;
  RecordHead head = {kind, static_cast<uint16_t>(fixed_size + size)};
  record.cut(0);
  record.add(reinterpret_cast<const char*>(&head), sizeof head);
  record.add(static_cast<const char*>(fixed), fixed_size);
  record.add(text, size);
  const char* at = record.c_str();
  for (size_t left = record.size(); left > 0;) {
    long n = call(__NR_write, fd_, at, left);
    if (n <= 0) {  // the file ends within a record, which the reader says
      is_full_ = true;
      return;
    }
    at += n;
    left -= static_cast<size_t>(n);
  }
}

void Recorder::header(Method method, bool without_no_new_privs) {
  Header header = {};
  for (size_t i = 0; i < sizeof kMagic; ++i) header.magic[i] = kMagic[i];
#if defined(__x86_64__)
  header.architecture = Architecture::Amd64;
#else
  header.architecture = Architecture::Arm64;
#endif
  header.method = method;
  header.without_no_new_privs = without_no_new_privs ? 1 : 0;
  call(__NR_write, fd_, &header, sizeof header);
}

uint32_t Recorder::program(const char* path, size_t size) {
  uint64_t hash = hash_of(path, size, 1);
  // Numbers are the hash itself: nothing needs to be looked up, and 0 stays the unknown one.
  uint32_t id = static_cast<uint32_t>(hash) | 1;
  if (size > 0 && programs_.add(hash)) write(RecordKind::Program, &id, sizeof id, path, size);
  return size > 0 ? id : 0;
}

bool Recorder::is_known(uint32_t program, Use use, const char* path, size_t size) const {
  return facts_.contains(hash_of(path, size, seed_of(program, use, 0)));
}

void Recorder::access(uint32_t program, Use use, long error, const char* path, size_t size) {
  if (!facts_.add(hash_of(path, size, seed_of(program, use, error)))) return;
  AccessFixed fixed = {program, static_cast<uint16_t>(error), static_cast<uint16_t>(use)};
  write(RecordKind::Access, &fixed, sizeof fixed, path, size);
}

void Recorder::process(uint32_t program, const char* args, size_t size) {
  constexpr uint64_t kProcessSeed = 0x50000000;
  if (!facts_.add(hash_of(args, size, kProcessSeed << 32 | program))) return;
  write(RecordKind::Process, &program, sizeof program, args, size);
}

void Recorder::syscall(uint32_t number, bool is_compat, bool is_serving) {
  SyscallFixed fixed = {
      number, is_compat ? uint16_t{1} : uint16_t{0}, is_serving ? uint16_t{1} : uint16_t{0}};
  if (!facts_.add(hash_of(reinterpret_cast<const char*>(&fixed), sizeof fixed, 2))) return;
  write(RecordKind::Syscall, &fixed, sizeof fixed, "", 0);
}

void Recorder::port(uint16_t number, bool is_udp) {
  PortFixed fixed = {number, is_udp ? uint16_t{1} : uint16_t{0}};
  if (!facts_.add(hash_of(reinterpret_cast<const char*>(&fixed), sizeof fixed, 3))) return;
  write(RecordKind::Port, &fixed, sizeof fixed, "", 0);
}

void Recorder::note(NoteKind kind) {
  uint32_t& count = counts_[static_cast<uint32_t>(kind) % kMaxNotes];
  ++count;
  if ((count & (count - 1)) != 0) return;
  NoteFixed fixed = {kind, count};
  write(RecordKind::Note, &fixed, sizeof fixed, "", 0);
}

void Recorder::failed(long error, const char* text) {
  uint32_t fixed = static_cast<uint32_t>(error);
  write(RecordKind::Failed, &fixed, sizeof fixed, text, length(text));
}

}  // namespace whittle::sensor
