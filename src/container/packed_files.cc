#include "container/packed_files.h"

#include <memory>

#include "codec/tar.h"

namespace whittle {

std::string pack_files(const std::vector<PlacedFile>& files) {
  std::string out;
  for (const PlacedFile& file : files) {
    TarEntry entry;
    entry.path = file.name;
    entry.mode = file.mode;
    entry.size_bytes = file.content.size();
    out += tar_header(entry);
    out += file.content;
    out.append(tar_padding(file.content.size()), '\0');
  }
  return out + tar_end();
}

Result<std::string> unpack_file(std::string archive) {
  std::unique_ptr<ByteSource> source = string_source(std::move(archive));
  Limits limits;
  TarReader reader(*source, limits);
  for (;;) {
    TRY_ASSIGN(bool more, reader.next());
    if (!more) return Error(ErrorKind::NotFound, "the archive holds no file");
    if (reader.entry().type != TarType::File) continue;
    std::string out;
    for (;;) {
      TRY_ASSIGN(std::string_view piece, reader.read_content());
      if (piece.empty()) return out;
      out += piece;
    }
  }
}

}  // namespace whittle
