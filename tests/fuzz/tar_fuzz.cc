// TarReader over any bytes: no crash, no hang, no more content than the sizes it states, and the
// same whether its source can be looked at or must be read.
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>

#include "codec/tar.h"
#include "support/looking_source.h"

namespace whittle {
namespace {

// What was read is written and reads back the same.
void write_and_read(const TarEntry& entry) {
  if (entry.path.empty() || entry.path.find('\0') != std::string::npos) return;
  std::unique_ptr<ByteSource> source = string_source(tar_header(entry) + tar_end());
  Limits limits;
  TarReader reader(*source, limits);
  Result<bool> ok = reader.next();
  if (ok.ok() && reader.entry().mtime_seconds != entry.mtime_seconds) std::abort();
}

// All that a reader of the archive sees. `seed`: which members it passes over unread.
std::string transcript(ByteSource& source, unsigned seed) {
  Limits limits;
  limits.max_entries = 10'000;
  limits.max_layer_bytes = 1 << 22;
  TarReader reader(source, limits);
  std::string seen;
  for (unsigned i = seed;; ++i) {
    Result<bool> is_there = reader.next();
    if (!is_there.ok()) return seen + is_there.error().message();
    if (!*is_there) break;
    const TarEntry& entry = reader.entry();
    seen += fmt::format("{} {} {} {} {}\n",
                        entry.path,
                        entry.link_target,
                        entry.size_bytes,
                        reader.data_offset(),
                        reader.stated_bytes());
    if (i % 3 == 2) continue;
    std::string content;
    for (;;) {
      Result<std::string_view> piece = reader.read_content();
      if (!piece.ok()) return seen + piece.error().message();
      if (piece->empty()) break;
      content += *piece;
    }
    if (content.size() != entry.size_bytes) std::abort();
    seen += content;
    write_and_read(entry);
  }
  Status drained = reader.drain();
  return drained.ok() ? seen : seen + drained.error().message();
}

}  // namespace
}  // namespace whittle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  if (size == 0) return 0;
  unsigned seed = data[0];
  std::string bytes(reinterpret_cast<const char*>(data), size);
  test::LookingSource unseen(bytes, 0);
  test::LookingSource narrow(bytes, 1);
  test::LookingSource wide(bytes, 1 + seed * 97);
  std::string expected = transcript(unseen, seed);
  if (transcript(narrow, seed) != expected || transcript(wide, seed) != expected) std::abort();
  return 0;
}
