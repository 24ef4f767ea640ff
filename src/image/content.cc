#include "image/content.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/fs.h"
#include "base/strings.h"
#include "codec/decompress.h"
#include "codec/tar.h"
#include "image/index_builder.h"

namespace whittle {

namespace {

// Pieces of one file's content, in order.
using PieceSink = std::function<Status(std::string_view)>;
// Called when a wanted file's content begins.
using FileSink = std::function<PieceSink(EntryId)>;

class CancellableSource : public ByteSource {
 public:
  CancellableSource(std::unique_ptr<ByteSource> inner, const CancelToken& cancel)
      : inner_(std::move(inner)), cancel_(cancel) {}

  Result<size_t> read(MutableBytes into) override {
    TRY(cancel_.check());
    return inner_->read(into);
  }

  uint64_t skip(uint64_t count) override { return inner_->skip(count); }

  Result<Bytes> look(size_t count) override {
    TRY(cancel_.check());
    return inner_->look(count);
  }

  bool can_skip() const override { return inner_->can_skip(); }

 private:
  std::unique_ptr<ByteSource> inner_;
  const CancelToken& cancel_;
};

// Some files of one layer.
class ContentReader {
 public:
  ContentReader(const Image& image,
                const LayerIndex& index,
                size_t layer,
                const ContentOptions& options)
      : image_(image), index_(index), layer_(layer), options_(options) {}

  // `wanted`: regular files, rising. Each is handed to `sink`, one after the other.
  Status read(const std::vector<EntryId>& wanted, const FileSink& sink) {
    for (EntryId id : wanted) TRY(check(index_.at(id)));
    TRY_ASSIGN(std::unique_ptr<ByteSource> stored, image_.open_layer(layer_));
    CancellableSource source(std::move(stored), *options_.cancel);
    TRY_ASSIGN(Decompressed plain, decompress(source, options_.limits));
    bool is_direct =
        plain.bytes->can_skip() && std::all_of(wanted.begin(), wanted.end(), [&](EntryId id) {
          return index_.at(id).data_block != kNoBlock;
        });
    if (is_direct) return read_direct(*plain.bytes, wanted, sink);
    return index_.is_listed ? read_by_path(*plain.bytes, wanted, sink)
                            : read_in_order(*plain.bytes, wanted, sink);
  }

 private:
  Status check(const Entry& entry) const {
    if (entry.type != EntryType::File || entry.role != EntryRole::Normal) {
      return Error(ErrorKind::Usage,
                   fmt::format("`{}` is not a regular file", printable(index_.path(entry))));
    }
    if (entry.size_bytes > options_.max_bytes) {
      return Error(ErrorKind::Limit,
                   fmt::format("`{}` has {}, more than {}",
                               printable(index_.path(entry)),
                               format_bytes(entry.size_bytes),
                               format_bytes(options_.max_bytes)));
    }
    return {};
  }

  static Error cut_off() { return Error(ErrorKind::Invalid, "unexpected end of the layer"); }

  Status copy(ByteSource& tar, uint64_t count, const PieceSink& sink) {
    buffer_.resize(kBufferBytes);
    while (count > 0) {
      size_t most = static_cast<size_t>(std::min<uint64_t>(count, buffer_.size()));
      TRY_ASSIGN(size_t n, tar.read(MutableBytes(buffer_).first(most)));
      if (n == 0) return cut_off();
      TRY(sink({reinterpret_cast<const char*>(buffer_.data()), n}));
      count -= n;
    }
    return {};
  }

  // From place to place, without a look at the headers between. Entries stand in the order of the
  // archive, so their places rise; an index that was made up ends in an error.
  Status read_direct(ByteSource& tar, const std::vector<EntryId>& wanted, const FileSink& sink) {
    uint64_t at = 0;
    for (EntryId id : wanted) {
      const Entry& entry = index_.at(id);
      uint64_t begin = uint64_t{entry.data_block} * kTarBlockBytes;
      if (begin < at) return cut_off();
      TRY(pass_over(tar, begin - at));
      TRY(copy(tar, entry.size_bytes, sink(id)));
      at = begin + entry.size_bytes;
    }
    return {};
  }

  Status pass_over(ByteSource& tar, uint64_t count) {
    while (count > 0) {
      uint64_t skipped = tar.skip(count);
      count -= skipped;
      if (count == 0 || skipped > 0) continue;
      // Sources repeat the first bytes, which told the format, before they skip.
      size_t most = static_cast<size_t>(std::min<uint64_t>(count, kTarBlockBytes));
      buffer_.resize(kBufferBytes);
      TRY_ASSIGN(size_t n, tar.read(MutableBytes(buffer_).first(most)));
      if (n == 0) return cut_off();
      count -= n;
    }
    return {};
  }

  // Along the headers, which are the entries of the index in order.
  Status read_in_order(ByteSource& tar, const std::vector<EntryId>& wanted, const FileSink& sink) {
    TarReader reader(tar, options_.limits);
    uint32_t entry = 0;
    for (size_t i = 0; i < wanted.size();) {
      TRY_ASSIGN(bool is_there, reader.next());
      if (!is_there) return cut_off();
      if (!is_indexed(reader.entry())) continue;
      if (EntryId{entry++} != wanted[i]) continue;
      TRY(copy_member(reader, wanted[i], sink));
      ++i;
    }
    return {};
  }

  // A table of contents need not keep the order of the archive.
  Status read_by_path(ByteSource& tar, const std::vector<EntryId>& wanted, const FileSink& sink) {
    std::map<std::string_view, EntryId> missing;
    for (EntryId id : wanted) missing[index_.path(index_.at(id))] = id;
    TarReader reader(tar, options_.limits);
    while (!missing.empty()) {
      TRY_ASSIGN(bool is_there, reader.next());
      if (!is_there) return cut_off();
      std::string path = clean_path("/" + reader.entry().path);
      auto found = missing.find(std::string_view(path).substr(1));
      if (found == missing.end() || reader.entry().type != TarType::File) continue;
      TRY(copy_member(reader, found->second, sink));
      missing.erase(found);
    }
    return {};
  }

  Status copy_member(TarReader& reader, EntryId id, const FileSink& file_sink) {
    if (reader.entry().size_bytes != index_.at(id).size_bytes)
      return Error(ErrorKind::Invalid, "the layer is not the one that was read before");
    PieceSink sink = file_sink(id);
    for (;;) {
      TRY_ASSIGN(std::string_view piece, reader.read_content());
      if (piece.empty()) return {};
      TRY(sink(piece));
    }
  }

  static constexpr size_t kBufferBytes = 256 * 1024;

  const Image& image_;
  const LayerIndex& index_;
  size_t layer_;
  const ContentOptions& options_;
  std::vector<std::byte> buffer_;
};

using Hashes = std::map<EntryId, uint64_t>;

// Fills in the hashes of one layer's files.
Status hash_layer(ContentReader reader, Hashes& hashes) {
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                        &XXH3_freeState);
  std::vector<EntryId> entries;
  for (const auto& [entry, hash] : hashes) entries.push_back(entry);
  uint64_t* current = nullptr;  // of the file whose pieces come
  auto finish = [&] {
    if (current != nullptr) *current = XXH3_64bits_digest(state.get());
  };
  TRY(reader.read(entries, [&](EntryId entry) -> PieceSink {
    finish();
    current = &hashes[entry];
    XXH3_64bits_reset(state.get());
    return [&](std::string_view piece) -> Status {
      XXH3_64bits_update(state.get(), piece.data(), piece.size());
      return {};
    };
  }));
  finish();
  return {};
}

}  // namespace

Result<std::string> read_content(const Image& image,
                                 const LayerIndex& index,
                                 size_t layer,
                                 EntryId entry,
                                 const ContentOptions& options) {
  std::string content;
  CHECK(static_cast<uint32_t>(entry) < index.entries.size());
  ContentReader reader(image, index, layer, options);
  TRY(reader.read({entry}, [&](EntryId) -> PieceSink {
    return [&](std::string_view piece) -> Status {
      content.append(piece);
      return {};
    };
  }));
  return content;
}

Result<std::vector<uint64_t>> hash_contents(const Image& image,
                                            const std::vector<const LayerIndex*>& indexes,
                                            const std::vector<EntryRef>& files,
                                            const ContentOptions& options) {
  std::map<uint32_t, Hashes> wanted;  // by layer, each entry once
  for (const EntryRef& file : files) wanted[file.layer][file.entry] = 0;
  for (auto& [layer, hashes] : wanted) {
    CHECK(layer < indexes.size());
    Status hashed = hash_layer(ContentReader(image, *indexes[layer], layer, options), hashes);
    if (!hashed.ok()) return std::move(hashed).error().with(fmt::format("layer {}", layer + 1));
  }
  std::vector<uint64_t> result;
  for (const EntryRef& file : files) result.push_back(wanted[file.layer][file.entry]);
  return result;
}

Status each_content(const Image& image,
                    const std::vector<const LayerIndex*>& indexes,
                    const std::vector<EntryRef>& files,
                    const ContentOptions& options,
                    const std::function<Status(EntryRef file, std::string content)>& receive) {
  std::map<uint32_t, std::set<EntryId>> wanted;
  for (const EntryRef& file : files) wanted[file.layer].insert(file.entry);
  for (const auto& [layer, entries] : wanted) {
    CHECK(layer < indexes.size());
    std::optional<EntryRef> current;  // whose pieces come
    std::string content;
    auto finish = [&]() -> Status {
      return current ? receive(*current, std::exchange(content, "")) : Status();
    };
    ContentReader reader(image, *indexes[layer], layer, options);
    std::vector<EntryId> rising(entries.begin(), entries.end());
    Status finished;
    Status done = reader.read(rising, [&, layer = layer](EntryId entry) -> PieceSink {
      if (finished.ok()) finished = finish();
      current = EntryRef{layer, entry};
      return [&](std::string_view piece) -> Status {
        if (!finished.ok()) return finished;
        content.append(piece);
        return {};
      };
    });
    if (!finished.ok()) return finished;
    if (!done.ok()) return std::move(done).error().with(fmt::format("layer {}", layer + 1));
    TRY(finish());
  }
  return {};
}

}  // namespace whittle
