#include "image/layer_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strings.h"
#include "codec/decompress.h"
#include "codec/digest.h"

namespace whittle {

Status pump(ByteSource& source, const ByteSink& sink, const WriteOptions& options) {
  std::vector<std::byte> buffer(256 * 1024);
  for (;;) {
    TRY(options.cancel->check());
    TRY_ASSIGN(size_t n, source.read(buffer));
    if (n == 0) return {};
    TRY(sink({reinterpret_cast<const char*>(buffer.data()), n}));
  }
}

Status pump_plain_layer(const Image& image,
                        size_t layer,
                        const ByteSink& sink,
                        const WriteOptions& options) {
  const Digest& diff_id = image.info().layers[layer].diff_id;
  TRY_ASSIGN(std::unique_ptr<ByteSource> stored, image.open_layer(layer));
  TRY_ASSIGN(Decompressed plain, decompress(*stored, options.limits));
  Hasher hasher(digest_algorithm(diff_id).value_or(DigestAlgorithm::Sha256));
  uint64_t bytes = 0;
  std::unique_ptr<ByteSource> hashed = hashing_source(*plain.bytes, hasher, bytes);
  TRY(pump(*hashed, sink, options));
  Digest digest = hasher.finish();
  if (digest == diff_id) return {};
  return Error(
      ErrorKind::Invalid,
      fmt::format(
          "layer {}: the diff id is {}, but the image says {}", layer + 1, digest, diff_id));
}

Result<PendingFile> PendingFile::make(const fs::path& target) {
  std::string name = target.string() + ".whittle-XXXXXX";
  UniqueFd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd.is_open()) return errno_error("cannot write " + printable(target.string()), errno);
  return PendingFile(std::move(fd), fs::path(name));
}

PendingFile::PendingFile(PendingFile&& other) noexcept
    : fd_(std::move(other.fd_)), path_(std::move(other.path_)) {
  other.path_.clear();
}

PendingFile::~PendingFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Status PendingFile::commit(const fs::path& target) {
  std::string name = "cannot write " + printable(target.string());
  if (::fchmod(fd_.get(), 0644) != 0 || ::fsync(fd_.get()) != 0) return errno_error(name, errno);
  if (::rename(path_.c_str(), target.c_str()) != 0) return errno_error(name, errno);
  path_.clear();
  return {};
}

}  // namespace whittle
