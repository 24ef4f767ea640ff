// Inside of codec: a part of a file in memory as the system's file cache has it, without a copy.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "codec/byte_source.h"

namespace whittle {

// Moves along a file. The system takes reading beyond the end of a file that became shorter, and a
// disk's failure, for a crash (SIGBUS): while a window is open, the process has a handler that puts
// zeros there and lets the window remember; other crashes go to the handler that was there before.
// Not thread-safe; threads have windows of their own.
class FileWindow {
 public:
  static constexpr size_t kBytes = 4 << 20;      // it never shows more at once
  static constexpr size_t kStepBytes = 2 << 20;  // it begins at multiples: the size of huge pages

  FileWindow() = default;
  FileWindow(const FileWindow&) = delete;
  FileWindow& operator=(const FileWindow&) = delete;
  ~FileWindow();

  // Shows at least bytes [offset, offset + count) of the file, `end` bytes of which may be shown:
  // offset + count <= end, count <= kBytes - kStepBytes. Then a view of all that is shown from
  // `offset` on, until the next call. Empty if the system cannot show the file like this.
  Bytes show(int fd, uint64_t offset, size_t count, uint64_t end);

  // Whether any zeros stand for bytes that could not be read.
  bool is_broken() const;

  // Of one window, for the handler, which looks at all of them.
  struct Slot {
    std::atomic<uintptr_t> begin{0};  // 0: nobody's
    std::atomic<bool> is_broken{false};
  };

 private:
  bool open();

  Slot* slot_ = nullptr;
  void* reserved_ = nullptr;
  std::byte* memory_ = nullptr;  // kBytes in what is reserved
  uint64_t begin_ = 0;           // what is shown, in the file
  uint64_t end_ = 0;
};

}  // namespace whittle
