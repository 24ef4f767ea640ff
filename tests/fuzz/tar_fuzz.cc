// TarReader over any bytes: no crash, no hang, and no more content than the sizes it states.
#include <cstdint>
#include <cstdlib>

#include "codec/tar.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  Limits limits;
  limits.max_entries = 10'000;
  limits.max_layer_bytes = 1 << 22;
  std::unique_ptr<ByteSource> source =
      string_source(std::string(reinterpret_cast<const char*>(data), size));
  TarReader reader(*source, limits);
  for (int i = 0;; ++i) {
    Result<bool> is_there = reader.next();
    if (!is_there.ok() || !*is_there) break;
    if (i % 3 == 2) continue;  // passed over unread
    uint64_t seen = 0;
    bool is_whole = false;
    for (;;) {
      Result<std::string_view> piece = reader.read_content();
      if (!piece.ok()) break;
      is_whole = piece->empty();
      if (is_whole) break;
      seen += piece->size();
    }
    if (is_whole && seen != reader.entry().size_bytes) std::abort();
    // What was read is written and reads back the same.
    std::unique_ptr<ByteSource> again = string_source(tar_header(reader.entry()) + tar_end());
    if (reader.entry().path.empty() || reader.entry().path.find('\0') != std::string::npos)
      continue;
    TarReader second(*again, limits);
    Result<bool> ok = second.next();
    if (ok.ok() && second.entry().mtime_seconds != reader.entry().mtime_seconds) std::abort();
  }
  return 0;
}
