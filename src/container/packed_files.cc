#include "container/packed_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "base/strings.h"
#include "codec/tar.h"

namespace whittle {

namespace {

constexpr size_t kMaxPackedPaths = 100'000;

// Nothing for what is no file, folder or link.
Status pack_path(const fs::path& path,
                 const std::string& name,
                 uint64_t max_bytes,
                 std::string& out) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0)
    return errno_error("cannot look at " + printable(path.string()), errno);
  TarEntry entry;
  entry.path = name;
  entry.mode = status.st_mode & 07777;
  entry.uid = status.st_uid;
  entry.gid = status.st_gid;
  entry.mtime_seconds = status.st_mtim.tv_sec;
  std::string content;
  std::error_code error;
  if (S_ISDIR(status.st_mode)) {
    entry.type = TarType::Directory;
  } else if (S_ISLNK(status.st_mode)) {
    entry.type = TarType::Symlink;
    entry.link_target = fs::read_symlink(path, error).string();
  } else if (S_ISREG(status.st_mode)) {
    TRY_ASSIGN(content, read_file(path, max_bytes));
  } else {
    return {};
  }
  if (out.size() + content.size() > max_bytes)
    return Error(ErrorKind::Limit, fmt::format("more than {}", format_bytes(max_bytes)));
  entry.size_bytes = content.size();
  out += tar_header(entry) + content;
  out.append(tar_padding(content.size()), '\0');
  return {};
}

}  // namespace

Result<std::string> pack_folder(const fs::path& folder, uint64_t max_bytes) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (paths.size() >= kMaxPackedPaths)
      return Error(ErrorKind::Limit, fmt::format("more than {} files", kMaxPackedPaths));
    paths.push_back(at->path());
  }
  if (error) return errno_error("cannot read " + printable(folder.string()), error.value());
  std::sort(paths.begin(), paths.end());
  std::string out;
  TRY(pack_path(folder, ".", max_bytes, out));
  for (const fs::path& path : paths)
    TRY(pack_path(path, path.lexically_relative(folder).string(), max_bytes, out));
  return out + tar_end();
}

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
