// tar-split records: reading and skipping give streams of the same length, whatever is in them.
#include <fcntl.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "image/sources/tar_split.h"

namespace {

using namespace whittle;

constexpr uint64_t kMost = 1 << 20;

std::unique_ptr<ByteSource> source_of(const std::string& records) {
  auto open = [](std::string_view name) -> Result<UniqueFd> {
    if (name.size() % 3 == 0) return Error("no such file");
    return UniqueFd(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
  };
  return tar_split_source(string_source(records), open, Limits());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string records(reinterpret_cast<const char*>(data), size);
  std::unique_ptr<ByteSource> source = source_of(records);
  std::vector<std::byte> buffer(4096);
  uint64_t bytes = 0;
  bool is_whole = false;
  while (bytes < kMost) {
    Result<size_t> n = source->read(buffer);
    if (!n.ok()) break;
    is_whole = *n == 0;
    if (is_whole) break;
    bytes += *n;
  }
  if (!is_whole) return 0;
  if (source_of(records)->skip(UINT64_MAX) != bytes) std::abort();
  return 0;
}
