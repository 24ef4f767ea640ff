#include "image/layer_pass.h"

namespace whittle {

namespace {

// What an index keeps of one layer's contents at most, whatever the rule wants.
constexpr uint64_t kMaxKeptBytes = 64ULL << 20;

}  // namespace

LayerPass::LayerPass(const std::vector<size_t>& layers,
                     const ReadOptions& options,
                     bool hash_contents,
                     uint64_t expected_bytes)
    : layers_(layers),
      options_(options),
      hash_contents_(hash_contents),
      hash_(hash_contents ? XXH3_createState() : nullptr) {
  builder_.expect(expected_bytes);
}

Status LayerPass::run(ByteSource& tar) {
  TarReader reader(tar, options_.limits);
  for (;;) {
    TRY_ASSIGN(bool is_there, reader.next());
    if (!is_there) break;
    TRY_ASSIGN(Entry * entry, builder_.add(reader.entry(), reader.stated_bytes()));
    if (entry == nullptr || entry->type != EntryType::File || entry->role != EntryRole::Normal)
      continue;
    bool is_plain = !reader.is_sparse() && reader.data_offset() % kTarBlockBytes == 0 &&
                    reader.data_offset() / kTarBlockBytes < kNoBlock;
    if (is_plain) entry->data_block = static_cast<uint32_t>(reader.data_offset() / kTarBlockBytes);
    // The path stands in the index's growing names, which the content pass does not touch.
    TRY(read_content(reader, *entry, builder_.path(*entry)));
  }
  return reader.drain();
}

LayerIndex LayerPass::finish() {
  LayerIndex index = builder_.finish();
  index.has_hashes = hash_contents_;
  return index;
}

// Who gets the content of the file; true if anybody does.
bool LayerPass::choose_readers(const Entry& entry, std::string_view path) {
  wanted_.clear();
  for (const ContentSubscriber& subscriber : options_.subscribers) {
    if (entry.size_bytes > subscriber.max_bytes || !subscriber.wants(path, entry.size_bytes))
      continue;
    wanted_.push_back(&subscriber);
  }
  keeps_ = options_.keep.wants != nullptr &&
           entry.size_bytes <= kMaxKeptBytes - builder_.kept_bytes() &&
           options_.keep.wants(path, entry.size_bytes);
  return keeps_ || !wanted_.empty();
}

Status LayerPass::read_content(TarReader& reader, Entry& entry, std::string_view path) {
  bool collects = choose_readers(entry, path);
  if (!collects && !hash_contents_) return {};
  content_.clear();
  bool is_hashed = false;
  if (hash_contents_) XXH3_64bits_reset(hash_.get());
  for (;;) {
    TRY_ASSIGN(std::string_view piece, reader.read_content());
    if (piece.empty()) break;
    if (collects) content_.append(piece);
    if (!hash_contents_) continue;
    if (piece.size() == entry.size_bytes) {
      entry.content_hash = XXH3_64bits(piece.data(), piece.size());
      is_hashed = true;
    } else {
      XXH3_64bits_update(hash_.get(), piece.data(), piece.size());
    }
  }
  if (hash_contents_ && !is_hashed) entry.content_hash = XXH3_64bits_digest(hash_.get());
  for (const ContentSubscriber* subscriber : wanted_) {
    for (size_t layer : layers_) subscriber->receive(layer, path, content_);
  }
  if (keeps_) builder_.keep(entry, content_);
  return {};
}

}  // namespace whittle
