// The program `whittle`.
#include <malloc.h>
#include <sys/mman.h>

#include <cstdlib>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/signals.h"

namespace {

constexpr size_t kHugePageBytes = 2 << 20;

}  // namespace

// The indexes of a big image are a few blocks of many megabytes each: in huge pages, the system
// hands them out hundreds of pages at a time. The rest behind the last whole one stays in small
// pages, of which only those are filled that are used.
void* operator new(size_t size) {
  void* block = nullptr;
  if (size < kHugePageBytes) {
    block = std::malloc(size == 0 ? 1 : size);
  } else if (::posix_memalign(&block, kHugePageBytes, size) == 0) {
    // Advice only: where there are none, small pages do.
    ::madvise(block, size & ~(kHugePageBytes - 1), MADV_HUGEPAGE);
  }
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void operator delete(void* block) noexcept {
  std::free(block);
}

void operator delete(void* block, size_t) noexcept {
  std::free(block);
}

int main(int argc, char** argv) {
  // Big blocks go back to the system when they are freed. Left alone, the allocator learns from the
  // first of them to keep the next, and a layer's index costs half as much again.
  ::mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  static whittle::CancelToken cancel;
  whittle::install_signal_handlers(cancel);
  std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  // Under the name of the tool it stands in for.
  if (argc > 0 && std::filesystem::path(argv[0]).filename() == "hadolint")
    words.insert(words.begin(), {"lint", "--compat=hadolint"});
  return whittle::run_program(words, whittle::command_table(), cancel);
}
