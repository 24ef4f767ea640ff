#include "image/sources/archive.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"
#include "codec/tar.h"
#include "image/sources/recognise.h"
#include "image/sources/unpack.h"

namespace whittle {

namespace {

constexpr int kMaxLinks = 8;

Result<uint64_t> file_size(int fd) {
  struct stat info {};

  if (::fstat(fd, &info) != 0) return errno_error("cannot read", errno);
  return S_ISREG(info.st_mode) ? static_cast<uint64_t>(info.st_size) : 0;
}

Result<std::string> first_block(int fd, uint64_t file_bytes) {
  uint64_t size = std::min<uint64_t>(file_bytes, kTarBlockBytes);
  return read_all(*file_range_source(fd, 0, size), kTarBlockBytes);
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
    TRY_ASSIGN(fd, unpack_to_temp(*stream, options));
  }
  TRY_ASSIGN(uint64_t bytes, file_size(fd.get()));
  TRY_ASSIGN(std::string first, first_block(fd.get(), bytes));
  if (is_packed(first)) {
    TRY_ASSIGN(fd, unpack_to_temp(*file_range_source(fd.get(), 0, bytes), options));
    TRY_ASSIGN(bytes, file_size(fd.get()));
    TRY_ASSIGN(first, first_block(fd.get(), bytes));
  }
  archive->fd_ = std::move(fd);
  Status indexed = archive->index(bytes, options);
  bool is_no_archive = archive->members_.empty() && !looks_like_tar(first);
  std::string other = is_no_archive ? describe_bytes(first) : "";
  if (!other.empty()) {
    return Error(ErrorKind::Invalid, "not an image but " + other)
        .hint("Images are docker archives and OCI layouts in tar files, also compressed ones");
  }
  TRY(indexed);
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

std::vector<std::string> Archive::top_names() const {
  std::vector<std::string> names;
  for (const auto& [path, member] : members_) {
    size_t slash = path.find('/');
    std::string name = slash == std::string::npos ? path : path.substr(0, slash + 1);
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
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
