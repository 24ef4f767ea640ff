#include "image/sources/archive.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/strings.h"
#include "codec/decompress.h"
#include "codec/tar.h"

namespace whittle {

namespace {

constexpr int kMaxLinks = 8;

// Passes a stream on until the operation is cancelled, and tells how far it is.
class WatchedSource : public ByteSource {
 public:
  WatchedSource(ByteSource& inner, const OpenOptions& options) : inner_(inner), options_(options) {}

  Result<size_t> read(MutableBytes into) override {
    TRY(options_.cancel->check());
    TRY_ASSIGN(size_t n, inner_.read(into));
    done_ += n;
    options_.progress->update(done_);
    return n;
  }

 private:
  ByteSource& inner_;
  const OpenOptions& options_;
  uint64_t done_ = 0;
};

Result<UniqueFd> unpack(ByteSource& stored, const OpenOptions& options) {
  options.progress->phase("unpacking the archive", 0, "B");
  WatchedSource watched(stored, options);
  TRY_ASSIGN(Decompressed plain, decompress(watched, options.limits));
  TRY_ASSIGN(UniqueFd temp, open_unnamed_temp());
  TRY(copy_to_fd(*plain.bytes, temp.get(), options.limits.max_layer_bytes));
  return temp;
}

Result<uint64_t> file_size(int fd) {
  struct stat info {};

  if (::fstat(fd, &info) != 0) return errno_error("cannot read", errno);
  return S_ISREG(info.st_mode) ? static_cast<uint64_t>(info.st_size) : 0;
}

bool leaves(std::string_view path) {
  return path == ".." || path.starts_with("../");
}

}  // namespace

Result<std::shared_ptr<const Archive>> Archive::open(UniqueFd fd, const OpenOptions& options) {
  auto archive = std::make_shared<Archive>();
  bool can_seek = ::lseek(fd.get(), 0, SEEK_CUR) >= 0;
  if (!can_seek) {
    std::unique_ptr<ByteSource> stream = fd_source(std::move(fd));
    TRY_ASSIGN(fd, unpack(*stream, options));
  }
  TRY_ASSIGN(uint64_t bytes, file_size(fd.get()));
  std::string magic(4, '\0');
  TRY_ASSIGN(size_t n,
             read_fully(*file_range_source(fd.get(), 0, std::min<uint64_t>(bytes, 4)),
                        std::as_writable_bytes(std::span(magic))));
  if (detect_format(std::string_view(magic).substr(0, n)) != StreamFormat::Plain) {
    TRY_ASSIGN(fd, unpack(*file_range_source(fd.get(), 0, bytes), options));
    TRY_ASSIGN(bytes, file_size(fd.get()));
  }
  archive->fd_ = std::move(fd);
  TRY(archive->index(bytes, options));
  return std::shared_ptr<const Archive>(std::move(archive));
}

Status Archive::index(uint64_t file_bytes, const OpenOptions& options) {
  std::unique_ptr<ByteSource> file = file_range_source(fd_.get(), 0, file_bytes);
  TarReader reader(*file, options.limits);
  for (;;) {
    TRY(options.cancel->check());
    TRY_ASSIGN(bool is_there, reader.next());
    if (!is_there) return {};
    const TarEntry& entry = reader.entry();
    bool is_link = entry.type == TarType::Symlink || entry.type == TarType::Hardlink;
    if (entry.type != TarType::File && !is_link) continue;
    std::string path = clean_path(entry.path);
    Member member;
    member.offset = reader.data_offset();
    member.size = entry.size_bytes;
    member.is_link = is_link;
    if (is_link) {
      bool is_symlink = entry.type == TarType::Symlink;
      std::string base = is_symlink ? path.substr(0, path.rfind('/') + 1) : "";
      member.link_target = clean_path(base + entry.link_target);
      member.leaves_archive = entry.link_target.starts_with('/') || leaves(member.link_target);
    }
    if (reader.is_sparse())
      return Error(ErrorKind::Unsupported, "an archive with sparse members is not handled");
    members_.insert_or_assign(std::move(path), std::move(member));
  }
}

bool Archive::is_folder(std::string_view path) const {
  std::string prefix = std::string(path) + "/";
  auto found = members_.lower_bound(prefix);
  return found != members_.end() && found->first.starts_with(prefix);
}

Result<const Archive::Member*> Archive::find(std::string_view path) const {
  std::string name(path);
  if (name.starts_with('/') || leaves(clean_path(name))) {
    return Error(ErrorKind::Invalid,
                 fmt::format("`{}` is outside of the archive", printable(path)));
  }
  for (int i = 0; i < kMaxLinks; ++i) {
    auto found = members_.find(clean_path(name));
    if (found == members_.end()) {
      return Error(ErrorKind::NotFound, fmt::format("the archive has no `{}`", printable(name)));
    }
    if (!found->second.is_link) return &found->second;
    if (found->second.leaves_archive) {
      return Error(ErrorKind::Invalid,
                   fmt::format("`{}` is a link out of the archive", printable(name)));
    }
    name = found->second.link_target;
  }
  return Error(ErrorKind::Invalid, fmt::format("`{}` is a chain of links", printable(path)));
}

Result<uint64_t> Archive::size(std::string_view path) const {
  TRY_ASSIGN(const Member* member, find(path));
  return member->size;
}

Result<std::unique_ptr<ByteSource>> Archive::read(std::string_view path) const {
  TRY_ASSIGN(const Member* member, find(path));
  return file_range_source(fd_.get(), member->offset, member->size);
}

Result<std::string> Archive::read_text(std::string_view path, uint64_t max_bytes) const {
  TRY_ASSIGN(std::unique_ptr<ByteSource> source, read(path));
  Result<std::string> text = read_all(*source, max_bytes);
  if (!text.ok()) return std::move(text).error().with(printable(path));
  return text;
}

}  // namespace whittle
