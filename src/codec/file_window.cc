#include "codec/file_window.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>

namespace whittle {

namespace {

constexpr size_t kMaxWindows = 64;  // at once; who comes later reads without
constexpr size_t kReservedBytes = FileWindow::kBytes + FileWindow::kStepBytes;

std::array<FileWindow::Slot, kMaxWindows> g_slots;
std::mutex g_handler_mutex;

struct sigaction g_former {};  // NOLINT: what a signal handler reads cannot have an owner

FileWindow::Slot* slot_at(uintptr_t address) {
  for (FileWindow::Slot& slot : g_slots) {
    uintptr_t begin = slot.begin.load();
    if (begin != 0 && address >= begin && address - begin < FileWindow::kBytes) return &slot;
  }
  return nullptr;
}

// Calls nothing but system calls, and changes nothing but the slot of the thread that it
// interrupts.
extern "C" void on_bus_error(int number, siginfo_t* info, void* /*context*/) {
  int saved = errno;
  auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  bool is_fault = info->si_code > 0;
  FileWindow::Slot* slot = is_fault ? slot_at(address) : nullptr;
  uintptr_t page_bytes = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  void* page = reinterpret_cast<void*>(address / page_bytes * page_bytes);
  bool is_mended =
      slot != nullptr &&
      ::mmap(page, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
          MAP_FAILED;
  if (is_mended) {
    slot->is_broken.store(true);
  } else {
    // Who was in charge before gets it: a fault comes again on return, a sent signal is sent again.
    ::sigaction(number, &g_former, nullptr);
    if (!is_fault) ::raise(number);
  }
  errno = saved;
}

// Others may have put theirs in its place meanwhile, as who draws on a terminal does.
void put_handler() {
  std::lock_guard lock(g_handler_mutex);

  struct sigaction now {};

  if (::sigaction(SIGBUS, nullptr, &now) != 0) return;
  bool is_ours = (now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == on_bus_error;
  if (is_ours) return;
  g_former = now;

  struct sigaction ours {};

  ours.sa_sigaction = on_bus_error;
  ours.sa_flags = SA_SIGINFO;
  ::sigemptyset(&ours.sa_mask);
  ::sigaction(SIGBUS, &ours, nullptr);
}

FileWindow::Slot* take_slot(uintptr_t begin) {
  for (FileWindow::Slot& slot : g_slots) {
    uintptr_t nobody = 0;
    if (slot.begin.compare_exchange_strong(nobody, begin)) return &slot;
  }
  return nullptr;
}

}  // namespace

FileWindow::~FileWindow() {
  if (slot_ != nullptr) {  // before somebody else's memory can lie there
    slot_->is_broken.store(false);
    slot_->begin.store(0);
  }
  if (reserved_ != nullptr) ::munmap(reserved_, kReservedBytes);
}

// The memory begins at a multiple of kStepBytes, as all parts of a file do that are shown.
bool FileWindow::open() {
  if (slot_ != nullptr) return true;
  if (reserved_ != nullptr) return false;  // there was no slot
  void* reserved = ::mmap(
      nullptr, kReservedBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return false;
  reserved_ = reserved;
  uintptr_t first = reinterpret_cast<uintptr_t>(reserved);
  uintptr_t begin = (first + kStepBytes - 1) / kStepBytes * kStepBytes;
  memory_ = static_cast<std::byte*>(reserved) + (begin - first);
  slot_ = take_slot(begin);
  return slot_ != nullptr;
}

Bytes FileWindow::show(int fd, uint64_t offset, size_t count, uint64_t end) {
  if (offset < begin_ || offset + count > end_) {
    if (!open()) return {};
    put_handler();
    begin_ = offset / kStepBytes * kStepBytes;
    end_ = std::min<uint64_t>(begin_ + kBytes, end);
    // What was shown before and is behind the new end stays mapped until the window closes.
    void* mapped = ::mmap(memory_,
                          static_cast<size_t>(end_ - begin_),
                          PROT_READ,
                          MAP_SHARED | MAP_FIXED,
                          fd,
                          static_cast<off_t>(begin_));
    if (mapped == MAP_FAILED) {
      end_ = begin_ = 0;
      return {};
    }
  }
  return Bytes(memory_ + (offset - begin_), static_cast<size_t>(end_ - offset));
}

bool FileWindow::is_broken() const {
  return slot_ != nullptr && slot_->is_broken.load();
}

}  // namespace whittle
