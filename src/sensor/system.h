// System calls and the few functions of a C library that the sensor needs. It is linked without
// one, so that the same file runs in every image.
#pragma once

#include <asm/unistd.h>
#include <stddef.h>
#include <stdint.h>

namespace whittle::sensor {

inline long syscall6(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
  long result = number;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "+a"(result)
               : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  register long x4 asm("x4") = e;
  register long x5 asm("x5") = f;
  asm volatile("svc 0"
               : "+r"(x0)
               : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
               : "memory");
  return x0;
#else
#error "the sensor knows x86-64 and arm64"
#endif
}

inline long word(const volatile void* value) {
  return reinterpret_cast<long>(value);
}

template <typename T>

requires(static_cast<T>(-1) != T() && sizeof(T) <= sizeof(long)) inline long word(T value) {
  return static_cast<long>(value);
}

// A system call: its result, or -errno.
template <typename... Args>
long call(long number, Args... args) {
  long words[6] = {word(args)...};
  return syscall6(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

inline constexpr int kHere = -100;  // AT_FDCWD

inline size_t length(const char* text) {
  size_t n = 0;
  while (text[n] != '\0') ++n;
  return n;
}

inline bool same(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) ++a, ++b;
  return *a == *b;
}

inline bool starts_with(const char* text, const char* start) {
  while (*start != '\0' && *text == *start) ++text, ++start;
  return *start == '\0';
}

// A text of bounded length that is built piece by piece; what does not fit is left out.
template <size_t kSize>
class Text {
 public:
  Text() = default;

  explicit Text(const char* text) { add(text); }

  Text& add(const char* text) { return add(text, length(text)); }

  Text& add(const char* bytes, size_t n) {
    if (n > kSize - 1 - size_) {
      n = kSize - 1 - size_;
      is_cut_ = true;
    }
    for (size_t i = 0; i < n; ++i) bytes_[size_ + i] = bytes[i];
    size_ += n;
    bytes_[size_] = '\0';
    return *this;
  }

  Text& add_number(uint64_t value) {
    char digits[20];
    size_t at = sizeof digits;
    do {
      digits[--at] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    return add(digits + at, sizeof digits - at);
  }

  void cut(size_t n) {
    if (n < size_) size_ = n;
    bytes_[size_] = '\0';
  }

  const char* c_str() const { return bytes_; }

  char* data() { return bytes_; }

  // After the bytes were written from outside.
  void set_size(size_t n) {
    size_ = n < kSize ? n : kSize - 1;
    bytes_[size_] = '\0';
  }

  size_t size() const { return size_; }

  bool is_cut() const { return is_cut_; }

  static constexpr size_t capacity() { return kSize - 1; }

  char operator[](size_t i) const { return bytes_[i]; }

 private:
  size_t size_ = 0;
  bool is_cut_ = false;
  char bytes_[kSize] = {};
};

// Fresh zeroed memory, or nullptr.
void* allocate(size_t bytes);
void release(void* memory, size_t bytes);

// Decimal digits at the start of `text`; -1 if there are none.
long parse_number(const char* text);

// Reads a whole small file, zero-terminated; the number of bytes, or -errno.
long read_whole(const char* path, char* to, size_t capacity);

// To standard error.
void complain(const char* text, const char* detail);

}  // namespace whittle::sensor
