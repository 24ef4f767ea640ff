// What COPY and ADD take from the build context.
#pragma once

#include <string>
#include <vector>

#include "lint/lint.h"

namespace whittle {

struct CopySource {
  std::string path;  // expanded as far as known
  Range range;
  bool is_resolved = true;  // false: holds a variable without a value
};

// The sources of a COPY or ADD without --from; empty for others. Heredoc sources are left out.
std::vector<CopySource> copy_sources(const LintInput& input, size_t index);

// The destination: expanded, absolute, clean, without a trailing '/'; "" if it does not expand.
std::string copy_target(const LintInput& input, size_t index);
// True if the destination is written as a folder ("/x/", "."): what is copied keeps its name below
// it.
bool is_folder_target(const LintInput& input, size_t index);

// The clean relative form of a source: "" for the whole context.
std::string source_path(const CopySource& source);

// Per file of the context: the number of COPY and ADD instructions that put it into a layer of the
// final image.
std::vector<uint32_t> image_copies(const LintInput& input);

// The first `max_bytes` of a context file; "" if it cannot be read.
std::string read_head(const BuildContext& context, std::string_view path, size_t max_bytes);

}  // namespace whittle
