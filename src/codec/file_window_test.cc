#include "codec/file_window.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "codec/tar.h"

namespace whittle {
namespace {

constexpr uint64_t kStep = FileWindow::kStepBytes;

// A file of `bytes` zeros, with the number of each 4096 bytes at their beginning.
UniqueFd numbered_file(uint64_t bytes) {
  UniqueFd fd(::memfd_create("numbered", MFD_CLOEXEC));
  EXPECT_EQ(::ftruncate(fd.get(), static_cast<off_t>(bytes)), 0);
  for (uint64_t at = 0; at + 8 <= bytes; at += 4096) {
    uint64_t number = at / 4096;
    EXPECT_EQ(::pwrite(fd.get(), &number, 8, static_cast<off_t>(at)), 8);
  }
  return fd;
}

uint64_t number_at(Bytes bytes) {
  uint64_t number = 0;
  std::copy_n(bytes.begin(), sizeof number, reinterpret_cast<std::byte*>(&number));
  return number;
}

TEST(FileWindow, ShowsAnyPlaceOfAFile) {
  uint64_t end = 5 * kStep + 4096;
  UniqueFd fd = numbered_file(end);
  FileWindow window;
  for (uint64_t at : {uint64_t{0}, kStep, kStep - 4096, 4 * kStep + 8192, 3 * kStep, end - 4096}) {
    Bytes bytes = window.show(fd.get(), at, 8, end);
    ASSERT_GE(bytes.size(), 8U) << at;
    EXPECT_LE(bytes.size(), FileWindow::kBytes);
    EXPECT_LE(at + bytes.size(), end);
    EXPECT_EQ(number_at(bytes), at / 4096);
  }
  EXPECT_EQ(window.show(fd.get(), end - 4096, 4096, end).size(), 4096U);
  EXPECT_FALSE(window.is_broken());
}

TEST(FileWindow, WhatIsAskedForIsWhole) {
  uint64_t end = 4 * kStep;
  UniqueFd fd = numbered_file(end);
  FileWindow window;
  size_t most = FileWindow::kBytes - kStep;
  for (uint64_t at = 0; at + most <= end; at += kStep / 2)
    EXPECT_GE(window.show(fd.get(), at, most, end).size(), most) << at;
}

TEST(FileWindow, AFileThatBecameShorterIsZerosAndBroken) {
  UniqueFd fd = numbered_file(kStep);
  FileWindow window;
  Bytes bytes = window.show(fd.get(), 0, 8, kStep);
  EXPECT_EQ(number_at(bytes.subspan(4096)), 1U);
  ASSERT_EQ(::ftruncate(fd.get(), 4096), 0);
  EXPECT_FALSE(window.is_broken());
  EXPECT_EQ(number_at(bytes.subspan(4096)), 0U);
  EXPECT_EQ(number_at(bytes.subspan(kStep - 4096)), 0U);
  EXPECT_TRUE(window.is_broken());
  FileWindow other;
  EXPECT_EQ(number_at(other.show(fd.get(), 0, 8, 4096)), 0U);
  EXPECT_FALSE(other.is_broken());
}

TEST(FileWindow, ThreadsBreakForThemselves) {
  UniqueFd whole = numbered_file(kStep);
  UniqueFd cut = numbered_file(kStep);
  FileWindow windows[2];
  Bytes shown = windows[0].show(whole.get(), 0, 8, kStep);
  Bytes gone = windows[1].show(cut.get(), 0, 8, kStep);
  ASSERT_EQ(::ftruncate(cut.get(), 0), 0);
  auto sum = [](Bytes bytes) {
    uint64_t total = 0;
    for (size_t at = 0; at < bytes.size(); at += 4096) total += number_at(bytes.subspan(at));
    return total;
  };
  uint64_t sums[2];
  std::thread other([&] { sums[1] = sum(gone); });
  sums[0] = sum(shown);
  other.join();
  EXPECT_EQ(sums[0], (kStep / 4096 - 1) * (kStep / 4096) / 2);
  EXPECT_EQ(sums[1], 0U);
  EXPECT_FALSE(windows[0].is_broken());
  EXPECT_TRUE(windows[1].is_broken());
}

TEST(FileWindow, ThereAreOnlySoMany) {
  UniqueFd fd = numbered_file(8192);
  std::vector<std::unique_ptr<FileWindow>> windows;
  bool is_refused = false;
  for (int i = 0; i < 1000 && !is_refused; ++i) {
    windows.push_back(std::make_unique<FileWindow>());
    is_refused = windows.back()->show(fd.get(), 0, 8, 8192).empty();
  }
  EXPECT_TRUE(is_refused);
  EXPECT_TRUE(windows.back()->show(fd.get(), 0, 8, 8192).empty());
  windows.clear();
  FileWindow window;
  EXPECT_EQ(number_at(window.show(fd.get(), 4096, 8, 8192)), 1U);
}

TEST(FileWindow, WhatCannotBeShownIsEmpty) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  UniqueFd out(ends[0]);
  UniqueFd in(ends[1]);
  FileWindow window;
  EXPECT_TRUE(window.show(out.get(), 0, 8, 4096).empty());
  EXPECT_FALSE(window.is_broken());
}

// Faults elsewhere, and signals that somebody sends, are what they were before.
TEST(FileWindowDeathTest, OtherFaultsAreOthers) {
  UniqueFd fd = numbered_file(8192);
  auto fault = [&](bool is_sent) {
    ::signal(SIGBUS, [](int) { ::_exit(77); });
    FileWindow window;
    window.show(fd.get(), 0, 8, 8192);
    if (is_sent) {
      ::raise(SIGBUS);
    } else {
      void* memory = ::mmap(nullptr, 8192, PROT_READ, MAP_SHARED, fd.get(), 0);
      ::ftruncate(fd.get(), 0) == 0 ? void() : ::_exit(1);
      ::_exit(*static_cast<volatile char*>(memory));
    }
    ::_exit(2);
  };
  EXPECT_EXIT(fault(true), testing::ExitedWithCode(77), "");
  EXPECT_EXIT(fault(false), testing::ExitedWithCode(77), "");
}

TEST(FileWindow, ASourceSaysThatItsFileBecameShorter) {
  uint64_t end = 4 * kStep;
  UniqueFd fd = numbered_file(end);
  std::unique_ptr<ByteSource> source = file_range_source(fd.get(), 0, end);
  Result<Bytes> bytes = source->look(1);
  ASSERT_TRUE(bytes.ok());
  ASSERT_GT(bytes->size(), 8192U);
  ASSERT_TRUE(source->look(0).ok());
  ASSERT_EQ(::ftruncate(fd.get(), 4096), 0);
  EXPECT_EQ(number_at(bytes->subspan(8192)), 0U);
  for (size_t count : {size_t{0}, size_t{1}}) {
    Result<Bytes> again = source->look(count);
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().kind(), ErrorKind::Invalid);
    EXPECT_EQ(again.error().message(), "cannot read: the file became shorter, or its disk failed");
  }
}

TEST(FileWindow, ASourceIsLookedAtAndReadInTurn) {
  uint64_t begin = 4096;
  uint64_t end = 3 * kStep;
  UniqueFd fd = numbered_file(end);
  std::unique_ptr<ByteSource> source = file_range_source(fd.get(), begin, end - begin);
  EXPECT_EQ(number_at(*source->look(8)), 1U);
  EXPECT_EQ(number_at(*source->look(8)), 1U);  // nothing was passed over
  EXPECT_TRUE(
      source->look(FileWindow::kBytes)->empty());  // more than a window shows, less than all
  EXPECT_EQ(source->skip(2 * kStep), 2 * kStep);
  EXPECT_EQ(number_at(*source->look(8)), 1 + 2 * kStep / 4096);
  std::vector<std::byte> read(4096);
  ASSERT_EQ(*read_fully(*source, read), 4096U);
  EXPECT_EQ(number_at(read), 1 + 2 * kStep / 4096);
  EXPECT_EQ(number_at(*source->look(8)), 2 + 2 * kStep / 4096);
  source->skip(UINT64_MAX);
  EXPECT_TRUE(source->look(1)->empty());
  EXPECT_EQ(*source->read(read), 0U);
}

}  // namespace
}  // namespace whittle
