// What the project's own text files say: a bounded search for names, so that nothing is hidden that
// is asked for.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace whittle {

inline constexpr uint64_t kMaxSearchedFileBytes = 512 * 1024;
inline constexpr uint64_t kMaxSearchedBytes = 32ULL << 20;

// The text files of a context that a build would send, read once.
struct ProjectText {
  struct File {
    std::string path;
    std::string text;
  };

  std::vector<File> files;  // by path
  bool is_complete = true;  // false: more text than kMaxSearchedBytes
};

// Leaves out binary files, files over kMaxSearchedFileBytes, folders of dependencies and VCS, lock
// files.
ProjectText read_project_text(const BuildContext& context);

// That of the input: the one it carries, else read now; null without a context.
std::shared_ptr<const ProjectText> project_text(const LintInput& input);

// True if `name` stands in `text` as a name of its own: not as part of a longer name ("process.env"
// does not hold ".env").
bool mentions_name(std::string_view text, std::string_view name);

// A file that speaks about the project but is not read by its build or program: documentation,
// ignore files, CI, Compose.
bool is_about_project(std::string_view path);

// The first file that holds one of the names; "" if none does, "(more text than can be searched)"
// when cut off. Files for which `skip` is true are left out.
std::string first_mention(const LintInput& input,
                          const std::vector<std::string>& names,
                          const std::function<bool(std::string_view path)>& skip);

// True if a shell script of the context installs with apt and does not update the lists itself.
bool scripts_install_with_apt(const LintInput& input);

}  // namespace whittle
