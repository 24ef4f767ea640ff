// Which folder a Dockerfile is built with, as far as can be told in passing.
#include "base/strings.h"
#include "engine/lint_file.h"
#include "lint/context_sources.h"
#include "lint/project_text.h"

namespace whittle {

namespace {

// Entries of a folder that nobody named: a bigger one is not walked to the end.
constexpr uint64_t kMaxImpliedContextFiles = 20'000;

bool is_remote(std::string_view source) {
  return contains(source, "://") || source.substr(0, 4) == "git@";
}

// True if the file copies something of its context and all of it is in `folder`. Without such a
// copy a build sends nothing of the folder, so that it says nothing of the image.
bool holds_what_is_copied(const fs::path& folder, const LintInput& input) {
  bool is_any_there = false;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    for (const CopySource& source : copy_sources(input, i)) {
      if (!source.is_resolved || is_remote(source.path)) continue;
      std::string path = source_path(source);
      bool has_wildcard = path.find_first_of("*?[") != std::string::npos;
      if (has_wildcard) continue;
      std::error_code error;
      if (!path.empty() && !fs::exists(fs::symlink_status(folder / path, error))) return false;
      is_any_there = true;
    }
  }
  return is_any_there;
}

std::string relative_name(const fs::path& path, const fs::path& root) {
  std::error_code error;
  fs::path relative = fs::proximate(path, root, error);
  return error ? path.filename().string() : relative.string();
}

using Opened = std::shared_ptr<const LintContext>;

Result<Opened> open_folder(const fs::path& root,
                           const LintSource& source,
                           const Limits& limits,
                           const CancelToken& cancel) {
  ContextOptions options;
  if (!source.path.empty()) options.dockerfile = relative_name(source.path, root);
  TRY_ASSIGN(BuildContext context, read_context(root, options, limits, cancel));
  return Opened(std::make_shared<const LintContext>(std::move(context)));
}

}  // namespace

std::shared_ptr<const ProjectText> LintContext::text() const {
  std::call_once(is_read_, [this] {
    text_ = std::make_shared<const ProjectText>(read_project_text(context_));
  });
  return text_;
}

Result<std::shared_ptr<const LintContext>> open_lint_context(const LintSource& source,
                                                             const LintBuild& build,
                                                             const Dockerfile& file,
                                                             const Limits& limits,
                                                             const CancelToken& cancel) {
  if (!build.has_context) return Opened();
  if (build.context) return open_folder(*build.context, source, limits, cancel);
  if (source.path.empty()) return Opened();
  fs::path folder = source.path.parent_path();
  if (folder.empty()) folder = ".";
  if (!holds_what_is_copied(folder, make_lint_input(file, build.build_args, limits)))
    return Opened();
  Limits small = limits;
  small.max_context_files = std::min(limits.max_context_files, kMaxImpliedContextFiles);
  Result<Opened> opened = open_folder(folder, source, small, cancel);
  if (opened.ok() || opened.error().kind() == ErrorKind::Cancelled) return opened;
  return Opened();  // nobody asked for it
}

}  // namespace whittle
