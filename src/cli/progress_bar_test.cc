#include "cli/progress_bar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/fd.h"
#include "report/text_layout.h"

namespace whittle {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(ProgressLine, SpinsWhereTheTotalIsUnknown) {
  ProgressState state;
  state.title = "Building the original image";
  state.detail = "step 3/9 RUN apt-get update";
  state.seconds = 12.9;
  EXPECT_EQ(progress_line(state, 100, 0),
            "| Building the original image  12 s  step 3/9 RUN apt-get update");
  EXPECT_THAT(progress_line(state, 100, 1), StartsWith("/ "));
  state.seconds = 125;
  EXPECT_THAT(progress_line(state, 100, 0), HasSubstr("2 min 05 s"));
}

TEST(ProgressLine, ShowsShareAndTimeLeft) {
  ProgressState state;
  state.title = "Reading layers";
  state.total = 4 << 20;
  state.done = 1 << 20;
  state.unit = "B";
  state.seconds = 10;
  EXPECT_EQ(progress_line(state, 120, 0),
            "[#####...............] Reading layers  1.0 MiB of 4.0 MiB  10 s, about 30 s left");
  state.done = 5 << 20;  // more than announced
  EXPECT_THAT(progress_line(state, 120, 0), StartsWith("[####################]"));
  state.done = 0;
  EXPECT_THAT(progress_line(state, 120, 0), Not(HasSubstr("left")));
}

TEST(ProgressLine, FitsTheTerminal) {
  ProgressState state;
  state.title = std::string(60, 't');
  state.detail = std::string(500, 'd');
  for (unsigned width : {10U, 20U, 79U, 119U}) {
    EXPECT_EQ(display_width(progress_line(state, width, 3)), width);
  }
}

TEST(ProgressLine, SaysThatItCleansUp) {
  ProgressState state;
  state.title = "Building";
  state.interrupted = true;
  EXPECT_EQ(progress_line(state, 80, 2), "- interrupted, cleaning up");
}

std::string plain_output(bool quiet, bool verbose) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  CancelToken cancel;
  ProgressOptions options;
  options.quiet = quiet;
  options.verbose = verbose;
  options.fd = write_end.get();
  {
    auto progress = make_progress(options, cancel);
    progress->phase("Building", 10, "");
    progress->update(5);
    progress->detail("step 1\x1b[2J");
    progress->note("a note");
    progress->phase("Measuring");
  }
  write_end.reset();
  std::string out(4096, '\0');
  ssize_t count = ::read(read_end.get(), out.data(), out.size());
  out.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return out;
}

TEST(PlainProgress, OneLineAPhase) {
  EXPECT_EQ(plain_output(false, false), "whittle: Building\nwhittle: Measuring\n");
  EXPECT_EQ(plain_output(false, true),
            "whittle: Building\nwhittle: step 1\\x1b[2J\nwhittle: a note\nwhittle: Measuring\n");
  EXPECT_EQ(plain_output(true, true), "");
}

TEST(LiveProgress, ShortRunsDrawNothing) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  CancelToken cancel;
  ProgressOptions options;
  options.is_terminal = true;
  options.fd = write_end.get();
  make_progress(options, cancel)->phase("Building");
  write_end.reset();
  char byte = 0;
  EXPECT_EQ(::read(read_end.get(), &byte, 1), 0);
}

}  // namespace
}  // namespace whittle
