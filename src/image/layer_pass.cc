#include "image/layer_pass.h"

#include <algorithm>

namespace whittle {

namespace {

// What an index keeps of one layer's contents under one topic at most, whatever it wants.
constexpr uint64_t kMaxKeptBytes = 64ULL << 20;
// So much of a file is looked at to tell whether to read on.
constexpr size_t kBeginningBytes = 512;
// What is set aside between files; the room of a bigger one is given back.
constexpr size_t kMaxIdleBytes = 16ULL << 20;

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
      hash_(hash_contents ? XXH3_createState() : nullptr),
      keep_(options.keep.size(), Keep::Nothing) {
  // The order of what an index keeps of one file.
  CHECK(std::is_sorted(
      options.keep.begin(), options.keep.end(), [](const ContentWish& a, const ContentWish& b) {
        return a.topic->id < b.topic->id;
      }));
  builder_.expect(expected_bytes);
}

Status LayerPass::run() {
  TRY(run_until(UINT64_MAX));
  return {};
}

Result<bool> LayerPass::run_until(uint64_t end) {
  for (;;) {
    TRY_ASSIGN(uint64_t read, reader_.leave());
    if (begin_ + read == end && !reader_.has_globals()) {
      TRY(reader_.settle());
      return true;
    }
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
  if (reader_.headers() + tail.reader_.headers() > options_.limits.max_entries) return false;
  for (size_t topic = 0; topic < kTopics; ++topic) {
    if (kept_bytes_[topic] + tail.kept_bytes_[topic] > kMaxKeptBytes) return false;
  }
  if (!builder_.append(tail.builder_)) return false;
  for (size_t topic = 0; topic < kTopics; ++topic) kept_bytes_[topic] += tail.kept_bytes_[topic];
  return true;
}

LayerIndex LayerPass::finish() {
  LayerIndex index = builder_.finish();
  index.has_hashes = hash_contents_;
  return index;
}

// Who gets the content of the file; true if anybody does.
bool LayerPass::choose_readers(const FileFacts& file) {
  wanted_.clear();
  for (const ContentSubscriber& subscriber : options_.subscribers) {
    if (file.size_bytes > subscriber.max_bytes || !subscriber.wants(file.path, file.size_bytes))
      continue;
    wanted_.push_back(&subscriber);
  }
  bool is_kept = false;
  for (size_t i = 0; i < keep_.size(); ++i) {
    const ContentWish& wish = options_.keep[i];
    keep_[i] = wish.topic->wants(file, wish.sets);
    if (keep_[i] == Keep::Content && !has_room(wish, file.size_bytes)) keep_[i] = Keep::Nothing;
    is_kept = is_kept || keep_[i] != Keep::Nothing;
  }
  return is_kept || !wanted_.empty();
}

// Whether the rest of a file is of use, once its beginning is there.
bool LayerPass::still_collects(const FileFacts& file) {
  bool is_kept = false;
  for (size_t i = 0; i < keep_.size(); ++i) {
    const ContentTopic& topic = *options_.keep[i].topic;
    bool is_refused = keep_[i] == Keep::Extract && topic.is_worth_reading &&
                      !topic.is_worth_reading(file, content_);
    if (is_refused) keep_[i] = Keep::Nothing;
    is_kept = is_kept || keep_[i] != Keep::Nothing;
  }
  return is_kept || !wanted_.empty();
}

bool LayerPass::has_room(const ContentWish& wish, uint64_t bytes) const {
  return bytes <= kMaxKeptBytes - kept_bytes_[static_cast<size_t>(wish.topic->id)];
}

void LayerPass::keep(const Entry& entry, const FileFacts& file) {
  for (size_t i = 0; i < keep_.size(); ++i) {
    if (keep_[i] == Keep::Nothing) continue;
    const ContentWish& wish = options_.keep[i];
    std::string extract;
    if (keep_[i] == Keep::Extract) extract = wish.topic->extract(file, content_);
    std::string_view kept = keep_[i] == Keep::Extract ? extract : content_;
    bool is_nothing = keep_[i] == Keep::Extract && extract.empty();
    if (is_nothing || !has_room(wish, kept.size())) continue;
    builder_.keep(entry, wish.topic->id, kept);
    kept_bytes_[static_cast<size_t>(wish.topic->id)] += kept.size();
  }
}

Status LayerPass::read_content(const Entry& entry, std::string_view path) {
  FileFacts file{path, entry.size_bytes, entry.mode};
  bool collects = choose_readers(file);
  if (!collects && !hash_contents_) return {};
  bool is_checked = false;
  content_.clear();
  bool is_hashed = false;
  if (hash_contents_) XXH3_64bits_reset(hash_.get());
  for (;;) {
    TRY_ASSIGN(std::string_view piece, reader_.read_content());
    if (piece.empty()) break;
    if (collects) content_.append(piece);
    if (collects && !is_checked &&
        content_.size() >= std::min<uint64_t>(kBeginningBytes, file.size_bytes)) {
      is_checked = true;
      collects = still_collects(file);
      if (!collects && !hash_contents_) return {};
    }
    if (!hash_contents_) continue;
    if (piece.size() == entry.size_bytes) {
      builder_.set_content_hash(XXH3_64bits(piece.data(), piece.size()));
      is_hashed = true;
    } else {
      XXH3_64bits_update(hash_.get(), piece.data(), piece.size());
    }
  }
  if (hash_contents_ && !is_hashed) builder_.set_content_hash(XXH3_64bits_digest(hash_.get()));
  for (const ContentSubscriber* subscriber : wanted_) {
    for (size_t layer : layers_) subscriber->receive(layer, path, content_);
  }
  keep(entry, file);
  if (content_.capacity() > kMaxIdleBytes) std::string().swap(content_);
  return {};
}

}  // namespace whittle
