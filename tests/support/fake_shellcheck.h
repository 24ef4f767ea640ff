// A small script in the place of ShellCheck: keeps what it was asked beside itself, and always
// answers the same.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <memory>
#include <string>

#include "base/fs.h"
#include "lint/shellcheck.h"

namespace whittle::test {

class FakeShellcheck {
 public:
  explicit FakeShellcheck(const std::string& answer) {
    Result<TempDir> made = TempDir::make("shellcheck");
    EXPECT_TRUE(made.ok());
    folder_ = std::make_unique<TempDir>(std::move(*made));
    std::string script =
        "#!/bin/sh\nhome=$(dirname \"$0\")\necho \"$@\" >> \"$home/arguments\"\n"
        "shift 3\ncat \"$@\" >> \"$home/input\"\ncat \"$home/answer\"\n";
    EXPECT_TRUE(write_file_atomic(folder_->path() / "answer", answer).ok());
    EXPECT_TRUE(write_file_atomic(folder_->path() / "fake", script).ok());
    EXPECT_EQ(chmod((folder_->path() / "fake").c_str(), 0755), 0);
  }

  ShellcheckOptions options() const {
    ShellcheckOptions options;
    options.program = (folder_->path() / "fake").string();
    return options;
  }

  // "arguments" or "input": all so far.
  std::string text(const char* name) const {
    Result<std::string> text = read_file(folder_->path() / name, 1 << 20);
    return text.ok() ? *text : "";
  }

 private:
  std::unique_ptr<TempDir> folder_;
};

// A comment on the first script, as ShellCheck writes it. Its lines 1 and 2 are not the RUN's.
inline std::string shellcheck_comment(
    int line, int column, int end_line, int end_column, int code) {
  return R"({"file":"0","line":)" + std::to_string(line) + R"(,"endLine":)" +
         std::to_string(end_line) + R"(,"column":)" + std::to_string(column) + R"(,"endColumn":)" +
         std::to_string(end_column) + R"(,"level":"info","code":)" + std::to_string(code) +
         R"(,"message":"m","fix":null})";
}

inline std::string shellcheck_answer(const std::string& comments) {
  return R"({"comments":[)" + comments + "]}";
}

}  // namespace whittle::test
