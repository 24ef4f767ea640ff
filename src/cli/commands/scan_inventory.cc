#include "cli/commands/scan_inventory.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/fs.h"
#include "cli/standard_input.h"
#include "engine/scan.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxInventoryBytes = 256ULL << 20;
constexpr size_t kBeginningBytes = 4096;
constexpr std::string_view kTransport = "sbom:";

Result<std::string> beginning_of(const fs::path& path) {
  TRY_ASSIGN(UniqueFd fd, open_read(path));
  std::string text(kBeginningBytes, '\0');
  ssize_t count = ::pread(fd.get(), text.data(), text.size(), 0);
  if (count < 0) return errno_error("cannot read " + path.string(), errno);
  text.resize(static_cast<size_t>(count));
  return text;
}

}  // namespace

Result<std::optional<std::string>> inventory_text(const std::string& target) {
  bool is_named = target.starts_with(kTransport);
  std::string file = is_named ? target.substr(kTransport.size()) : target;
  bool is_input = file == "-";
  std::error_code ignored;
  if (!is_named && !is_input && !fs::is_regular_file(file, ignored))
    return std::optional<std::string>();
  if (!is_named) {
    TRY_ASSIGN(std::string beginning,
               is_input ? peek_standard_input(kBeginningBytes) : beginning_of(file));
    if (!is_inventory(beginning)) return std::optional<std::string>();
  }
  TRY_ASSIGN(
      std::string text,
      is_input ? read_standard_input(kMaxInventoryBytes) : read_file(file, kMaxInventoryBytes));
  return std::optional<std::string>(std::move(text));
}

}  // namespace whittle
