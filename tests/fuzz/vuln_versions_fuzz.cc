// Two texts, parted by a line end, in every order of versions: no crash, equal to itself, and the
// other way round the other sign.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vuln/versions/versions.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t end = text.find('\n');
  std::string_view a = text.substr(0, end);
  std::string_view b = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  for (const VersionOrder& order : version_orders()) {
    (void)order.is_valid(a);
    if (order.compare(a, a) != 0) std::abort();
    if (order.compare(a, b) != -order.compare(b, a)) std::abort();
  }
  return 0;
}
