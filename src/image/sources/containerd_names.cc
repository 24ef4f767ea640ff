#include "image/sources/containerd_names.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "codec/digest.h"
#include "image/sources/bolt.h"

namespace whittle {

namespace {

// A signed varint (Go's encoding/binary); nullopt if it is cut off or negative.
std::optional<uint64_t> parse_size(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size() && i < 10; ++i) {
    auto byte = static_cast<unsigned char>(bytes[i]);
    value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) != 0) continue;
    if ((value & 1) != 0) return std::nullopt;
    return value >> 1;
  }
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(const BoltFile& file) : file_(file) {}

  Result<std::vector<ContainerdName>> run() {
    TRY_ASSIGN(std::optional<BoltFile::Bucket> version, file_.bucket(file_.root(), "v1"));
    if (!version) return std::move(names_);
    Status inner;
    TRY(file_.each(*version, [&](const BoltFile::Item& space) {
      if (space.bucket) inner = add_space(std::string(space.key), *space.bucket);
      return inner.ok();
    }));
    TRY(inner);
    auto rank = [](const ContainerdName& name) {
      return std::make_tuple(name.space != "default", std::cref(name.space), std::cref(name.name));
    };
    std::sort(names_.begin(), names_.end(), [&](const auto& a, const auto& b) {
      return rank(a) < rank(b);
    });
    return std::move(names_);
  }

 private:
  Status add_space(const std::string& space, const BoltFile::Bucket& bucket) {
    TRY_ASSIGN(std::optional<BoltFile::Bucket> images, file_.bucket(bucket, "images"));
    if (!images) return {};
    Status inner;
    TRY(file_.each(*images, [&](const BoltFile::Item& image) {
      if (image.bucket) inner = add_image(space, std::string(image.key), *image.bucket);
      return inner.ok();
    }));
    return inner;
  }

  Status add_image(const std::string& space,
                   const std::string& name,
                   const BoltFile::Bucket& bucket) {
    TRY_ASSIGN(std::optional<BoltFile::Bucket> target, file_.bucket(bucket, "target"));
    if (!target) return {};
    TRY_ASSIGN(std::optional<std::string_view> digest, file_.value(*target, "digest"));
    TRY_ASSIGN(std::optional<std::string_view> type, file_.value(*target, "mediatype"));
    TRY_ASSIGN(std::optional<std::string_view> size, file_.value(*target, "size"));
    std::optional<uint64_t> bytes = size ? parse_size(*size) : std::nullopt;
    if (!digest || !bytes || !digest_algorithm(*digest)) return {};
    ContainerdName& found = names_.emplace_back();
    found.space = space;
    found.name = name;
    found.target.media_type = type.value_or("");
    found.target.digest = *digest;
    found.target.size = *bytes;
    return {};
  }

  const BoltFile& file_;
  std::vector<ContainerdName> names_;
};

}  // namespace

Result<std::vector<ContainerdName>> containerd_names(std::string_view database) {
  TRY_ASSIGN(BoltFile file, BoltFile::open(database));
  return Reader(file).run();
}

}  // namespace whittle
