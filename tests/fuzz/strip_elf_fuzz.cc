// Programs without their symbols: whatever the bytes, stripping ends, what comes out is smaller,
// and has nothing more to lose.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "slim/strip_elf.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::optional<std::string> once = whittle::strip_elf(bytes);
  if (!once) return 0;
  if (once->size() >= size) std::abort();
  if (whittle::strip_elf(*once)) std::abort();
  return 0;
}
