// Tables of contents of layers: the JSON on its own, as a stored eSTARGZ table, and as a whole
// layer that is read by ranges. What is accepted is an index as the layer itself would give.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/digest.h"
#include "image/sources/toc.h"

namespace {

using namespace whittle;

void check(const LayerIndex& index) {
  for (const Entry& entry : index.entries) {
    std::string_view path = index.path(entry);
    bool is_clean =
        !path.starts_with('/') && !path.ends_with('/') && path != ".." && !path.starts_with("../");
    if (!is_clean) std::abort();
    if (entry.type != EntryType::File && entry.size_bytes != 0) std::abort();
  }
}

void check_layer(std::string stored, const Limits& limits, Descriptor blob) {
  blob.size = stored.size();
  RangeReader read = [&](uint64_t offset, uint64_t size) -> Result<std::string> {
    if (offset > stored.size() || size > stored.size() - offset) std::abort();
    return stored.substr(offset, size);
  };
  Result<std::optional<LayerIndex>> listed = list_by_toc(blob, read, limits);
  if (listed.ok() && *listed) check(**listed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string input(reinterpret_cast<const char*>(data), size);
  Limits limits;
  limits.max_entries = 10'000;
  limits.max_layer_bytes = 16 << 20;
  Result<LayerIndex> index = index_toc(input, limits);
  if (index.ok()) check(*index);
  static_cast<void>(parse_toc_time(input));
  static_cast<void>(unpack_stargz_toc(input, limits).ok());
  Descriptor blob;
  blob.annotations["containerd.io/snapshot/stargz/toc.digest"] = digest_of(input);
  check_layer(input, limits, blob);
  blob.annotations.clear();
  blob.annotations["io.github.containers.zstd-chunked.manifest-checksum"] = digest_of(input);
  blob.annotations["io.github.containers.zstd-chunked.manifest-position"] =
      "0:" + std::to_string(input.size()) + ":100000:1";
  check_layer(input, limits, blob);
  return 0;
}
