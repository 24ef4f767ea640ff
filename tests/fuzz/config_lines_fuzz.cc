// Files of the system's configuration: the first line names the path, the rest is the content. What
// is kept of it reads back as whole lines, and holds no password.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/strings.h"
#include "checks/config_lines.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  size_t end = std::min(input.find('\n'), input.size());
  std::string_view path = input.substr(0, end);
  std::string_view content = input.substr(std::min(end + 1, input.size()));
  std::string kept = whittle::config_lines_of(path, content);
  std::vector<whittle::ConfigLine> lines = whittle::read_config_lines(kept);
  CHECK(lines.size() == whittle::split_lines(kept).size());
  for (const whittle::ConfigLine& line : lines) {
    CHECK(line.line > 0 && !line.words.empty());
    bool has_hash =
        line.kind == whittle::kShadowLine && line.words.back().find('$') != std::string_view::npos;
    CHECK(!has_hash);
  }
  whittle::read_config_lines(content);
  return 0;
}
