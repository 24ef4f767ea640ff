#include "reach/file_kinds.h"

#include <algorithm>

#include "reach/file_kinds_rows.h"

namespace whittle {

namespace {

constexpr size_t kBeginning = 512;

const FileKind* kind_of(const FileFacts& file, std::string_view beginning) {
  for (const FileKind* kind : file_kind_table()) {
    if (kind->wants(file) && kind->takes(file, beginning)) return kind;
  }
  return nullptr;
}

}  // namespace

// Those told by their bytes come before those told by their names, those that take much last.
const std::vector<const FileKind*>& file_kind_table() {
  static const std::vector<const FileKind*> table = {&kElfKind,
                                                     &kJarKind,
                                                     &kPackageJsonKind,
                                                     &kPythonPathsKind,
                                                     &kPythonEntriesKind,
                                                     &kPythonKind,
                                                     &kJavaScriptKind,
                                                     &kPerlKind,
                                                     &kRubyKind,
                                                     &kPhpKind,
                                                     &kShellKind,
                                                     &kScriptKind,
                                                     &kConfigKind};
  return table;
}

bool wants_facts(const FileFacts& file) {
  if (file.size_bytes == 0 || file.size_bytes > kMaxFactsFileBytes) return false;
  const auto& table = file_kind_table();
  return std::any_of(
      table.begin(), table.end(), [&](const FileKind* kind) { return kind->wants(file); });
}

bool is_worth_facts(const FileFacts& file, std::string_view beginning) {
  return kind_of(file, beginning.substr(0, kBeginning)) != nullptr;
}

std::string file_facts(const FileFacts& file, std::string_view content) {
  const FileKind* kind = kind_of(file, content.substr(0, kBeginning));
  if (kind == nullptr) return "";
  FactWriter facts;
  kind->extract(file, content, facts);
  return facts.take(kind->name);
}

}  // namespace whittle
