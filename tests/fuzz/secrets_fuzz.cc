// Any bytes as a file's content: searched by all built-in rules both ways. The answers are the
// same, can be shown, and come back from the cache as they were.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/strings.h"
#include "secrets/records.h"
#include "secrets/scanner.h"

namespace whittle {

namespace {

constexpr size_t kMaxCompared = 4096;  // the other way is slow

void require(bool is_true) {
  if (!is_true) std::abort();
}

void check(std::string_view content) {
  static const auto scanner = SecretScanner::built_in();
  static const auto other = SecretScanner::built_in({"", SecretEngine::Keywords});
  std::vector<SecretHit> hits = scanner->scan("a", content);
  for (const SecretHit& hit : hits) {
    require(printable(hit.masked) == hit.masked);
    require(hit.line > 0 && hit.column > 0 && hit.digest.size() == 16);
    require(contains(hit.masked, "********"));
  }
  require(read_hits(write_hits(hits)) == hits);
  if (content.size() <= kMaxCompared) require(other->scan("a", content) == hits);
  size_t equals = std::min(content.find('='), content.size());
  scanner->scan_variable(content.substr(0, equals),
                         content.substr(std::min(equals + 1, content.size())));
}

}  // namespace

}  // namespace whittle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whittle::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
