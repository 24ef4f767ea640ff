#include "image/layer_pass.h"

namespace whittle {

namespace {

// What an index keeps of one layer's contents at most, whatever the rule wants.
constexpr uint64_t kMaxKeptBytes = 64ULL << 20;

}  // namespace

LayerPass::LayerPass(ByteSource& tar,
                     uint64_t begin,
                     const std::vector<size_t>& layers,
                     const ReadOptions& options,
                     bool hash_contents,
                     uint64_t expected_bytes)
    : begin_(begin),
      layers_(layers),
      options_(options),
      hash_contents_(hash_contents),
      reader_(tar, options.limits),
      hash_(hash_contents ? XXH3_createState() : nullptr) {
  builder_.expect(expected_bytes);
}

Status LayerPass::run() {
  TRY(run_until(UINT64_MAX));
  return {};
}

Result<bool> LayerPass::run_until(uint64_t end) {
  for (;;) {
    TRY_ASSIGN(uint64_t read, reader_.leave());
    if (begin_ + read == end && !reader_.has_globals()) return true;
    TRY_ASSIGN(bool is_there, reader_.next());
    if (!is_there) break;
    TRY(read_member());
  }
  TRY(reader_.drain());
  return false;
}

Status LayerPass::read_member() {
  TRY_ASSIGN(Entry * entry, builder_.add(reader_.entry(), reader_.stated_bytes()));
  if (entry == nullptr || entry->type != EntryType::File || entry->role != EntryRole::Normal)
    return {};
  uint64_t offset = begin_ + reader_.data_offset();
  bool is_plain =
      !reader_.is_sparse() && offset % kTarBlockBytes == 0 && offset / kTarBlockBytes < kNoBlock;
  if (is_plain) entry->data_block = static_cast<uint32_t>(offset / kTarBlockBytes);
  // The path stands in the index's growing names, which the content pass does not touch.
  return read_content(*entry, builder_.path(*entry));
}

bool LayerPass::append(LayerPass& tail) {
  bool is_within_limits =
      reader_.headers() + tail.reader_.headers() <= options_.limits.max_entries &&
      builder_.kept_bytes() + tail.builder_.kept_bytes() <= kMaxKeptBytes;
  return is_within_limits && builder_.append(tail.builder_);
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

Status LayerPass::read_content(Entry& entry, std::string_view path) {
  bool collects = choose_readers(entry, path);
  if (!collects && !hash_contents_) return {};
  content_.clear();
  bool is_hashed = false;
  if (hash_contents_) XXH3_64bits_reset(hash_.get());
  for (;;) {
    TRY_ASSIGN(std::string_view piece, reader_.read_content());
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
