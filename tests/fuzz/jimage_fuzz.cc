// The runtime image of a JDK: whatever the bytes, filtering ends, and what comes out can be
// filtered again to the same.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "slim/jimage.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  whittle::JimageFilter filter{{"big"}, {"java.base"}};
  std::optional<std::string> once = whittle::filter_jimage(bytes, filter);
  if (!once) return 0;
  std::optional<std::string> twice = whittle::filter_jimage(*once, filter);
  if (!twice || twice->size() > once->size()) std::abort();
  return 0;
}
