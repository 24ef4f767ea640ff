// The guard of the disk, against a file that grows in a temporary folder.
#include "container/disk_guard.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace whittle {
namespace {

constexpr uint64_t kPiece = 16ULL << 20;

// Really takes room in the folder; false where there is none.
bool grow(const fs::path& folder, uint64_t bytes) {
  int fd = ::open((folder / "big").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::string piece(kPiece, 'x');
  bool is_done = fd >= 0;
  for (uint64_t done = 0; is_done && done < bytes; done += kPiece)
    is_done = ::write(fd, piece.data(), piece.size()) == static_cast<ssize_t>(piece.size());
  ::close(fd);
  return is_done;
}

bool is_ended(const DiskGuard& guard) {
  for (int i = 0; i < 100 && !guard.token().is_cancelled(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return guard.token().is_cancelled();
}

TEST(DiskGuardTest, EndsWhatWritesTooMuch) {
  Result<TempDir> folder = TempDir::make("guard");
  ASSERT_TRUE(folder.ok());
  CancelToken run;
  DiskGuard guard({"/nowhere", folder->path()}, 2 * kPiece, run);
  EXPECT_FALSE(guard.token().is_cancelled());
  EXPECT_TRUE(guard.check().ok());
  if (!grow(folder->path(), 16 * kPiece)) GTEST_SKIP() << "no room for a file";
  ASSERT_TRUE(is_ended(guard));
  EXPECT_EQ(guard.check().error().kind(), ErrorKind::Limit);
  EXPECT_THAT(guard.check().error().message(), testing::HasSubstr(folder->path().string()));
  EXPECT_THAT(guard.check().error().hint(), testing::HasSubstr("--max-written"));
  EXPECT_FALSE(run.is_cancelled()) << "what comes after it goes on";
}

TEST(DiskGuardTest, EndsWithTheRun) {
  CancelToken run;
  DiskGuard guard({"/"}, UINT64_MAX, run);
  EXPECT_FALSE(guard.token().is_cancelled());
  run.cancel();
  ASSERT_TRUE(is_ended(guard));
  EXPECT_TRUE(guard.check().ok());
}

}  // namespace
}  // namespace whittle
