// Any text as a Dockerfile: formatting it ends, parses, means the same, and changes nothing the
// second time.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "dockerfile/parser.h"
#include "formatter/formatter.h"
#include "formatter/proof.h"

namespace whittle {

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const std::string& source) {
  FormatOptions unsorted;
  unsorted.sorts_packages = false;
  for (const FormatOptions& options : {FormatOptions(), unsorted}) {
    Result<Formatted> result = format_dockerfile(source, options, Limits());
    if (!result.ok()) return;
    require(result->note.empty() || result->text == source);
    if (!result->note.empty()) return;
    Result<Formatted> again = format_dockerfile(result->text, options, Limits());
    require(again.ok() && again->note.empty() && again->text == result->text);
    if (options.sorts_packages) continue;
    Result<Dockerfile> before = parse_dockerfile(source, "", Limits());
    Result<Dockerfile> after = parse_dockerfile(result->text, "", Limits());
    require(layout_difference(*before, *after, Limits()).empty());
  }
}

}  // namespace

}  // namespace whittle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxSize = 4096;
  if (size <= kMaxSize) whittle::check(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
