#include "slim/layer_filter.h"

#include <algorithm>

#include "codec/tar.h"
#include "image/index_builder.h"

namespace whittle {

namespace {

// Hands a stream on to a reader and holds back what the reader has seen and nobody has judged yet:
// a member's headers, and what was read ahead.
class JudgedSource : public ByteSource {
 public:
  JudgedSource(ByteSource& inner, const TarSink& sink) : inner_(inner), sink_(sink) {}

  Result<size_t> read(MutableBytes into) override {
    TRY_ASSIGN(size_t n, inner_.read(into));
    std::string_view bytes(reinterpret_cast<const char*>(into.data()), n);
    size_t judged = static_cast<size_t>(
        std::min<uint64_t>(bytes.size(), judged_until_ - std::min(judged_until_, seen_)));
    if (keeps_ && judged > 0) TRY(sink_(bytes.substr(0, judged)));
    waiting_.append(bytes.substr(judged));
    seen_ += n;
    return n;
  }

  // What comes up to byte `end` of the stream stays, or goes.
  Status judge(uint64_t end, bool keeps) {
    uint64_t begin = seen_ - waiting_.size();
    size_t count =
        static_cast<size_t>(std::min<uint64_t>(waiting_.size(), end - std::min(end, begin)));
    keeps_ = keeps;
    judged_until_ = end;
    if (keeps && count > 0) TRY(sink_(std::string_view(waiting_).substr(0, count)));
    waiting_.erase(0, count);
    return {};
  }

 private:
  ByteSource& inner_;
  const TarSink& sink_;
  std::string waiting_;
  uint64_t seen_ = 0;
  uint64_t judged_until_ = 0;
  bool keeps_ = false;
};

Error other_layer() {
  return Error(ErrorKind::Invalid, "the layer is not the one that was looked at before");
}

class LayerFilter {
 public:
  LayerFilter(ByteSource& tar, const LayerPlan& plan, const Limits& limits, const TarSink& sink)
      : plan_(plan), sink_(sink), source_(tar, sink), reader_(source_, limits) {}

  Result<uint64_t> run() {
    for (;;) {
      TRY_ASSIGN(bool is_there, reader_.next());
      if (!is_there) break;
      TRY(pass_member());
    }
    if (next_ != plan_.keeps.size()) return other_layer();
    TRY(source_.judge(UINT64_MAX, false));
    TRY(reader_.drain());
    return content_bytes_;
  }

 private:
  Status pass_member() {
    uint64_t stored = reader_.stored_bytes();
    uint64_t end = reader_.data_offset() + stored + tar_padding(stored);
    bool is_part = is_indexed(reader_.entry());
    uint32_t entry = next_;
    if (is_part && ++next_ > plan_.keeps.size()) return other_layer();
    bool stays = is_part && plan_.keeps[entry];
    bool is_rewritten = stays && (plan_.edits.contains(entry) || plan_.paths.contains(entry) ||
                                  reader_.has_globals());
    TRY(source_.judge(end, stays && !is_rewritten));
    if (stays && reader_.entry().type == TarType::File && !plan_.edits.contains(entry))
      content_bytes_ += reader_.entry().size_bytes;
    return is_rewritten ? rewrite(entry) : Status();
  }

  // With headers of our own: they are no longer those of the original.
  Status rewrite(uint32_t number) {
    TarEntry entry = reader_.entry();
    if (auto at = plan_.paths.find(number); at != plan_.paths.end()) entry.path = at->second;
    auto edit = plan_.edits.find(number);
    if (edit != plan_.edits.end()) return write_edited(std::move(entry), edit->second);
    TRY(sink_(tar_header(entry)));
    if (entry.type != TarType::File) return {};
    for (;;) {
      TRY_ASSIGN(std::string_view piece, reader_.read_content());
      if (piece.empty()) break;
      TRY(sink_(piece));
    }
    return sink_(std::string(tar_padding(entry.size_bytes), '\0'));
  }

  Status write_edited(TarEntry entry, const ContentEdit& edit) {
    if (entry.type != TarType::File) return other_layer();
    std::string content;
    for (;;) {
      TRY_ASSIGN(std::string_view piece, reader_.read_content());
      if (piece.empty()) break;
      if (content.size() + piece.size() > kMaxEditedBytes)
        return Error(ErrorKind::Limit, "`" + entry.path + "` is too big to be filtered");
      content.append(piece);
    }
    content = edit(content);
    entry.size_bytes = content.size();
    content_bytes_ += content.size();
    TRY(sink_(tar_header(entry)));
    TRY(sink_(content));
    return sink_(std::string(tar_padding(content.size()), '\0'));
  }

  const LayerPlan& plan_;
  const TarSink& sink_;
  JudgedSource source_;
  TarReader reader_;
  uint32_t next_ = 0;
  uint64_t content_bytes_ = 0;
};

}  // namespace

Result<uint64_t> filter_layer(ByteSource& tar,
                              const LayerPlan& plan,
                              const Limits& limits,
                              const TarSink& sink) {
  return LayerFilter(tar, plan, limits, sink).run();
}

}  // namespace whittle
