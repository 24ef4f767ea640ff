#include "image/sources/blobs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/strings.h"

namespace whittle {

Result<std::string> FileStore::read_text(std::string_view path, uint64_t max_bytes) const {
  TRY_ASSIGN(std::unique_ptr<ByteSource> source, read(path));
  Result<std::string> text = read_all(*source, max_bytes);
  if (!text.ok()) return std::move(text).error().with(printable(path));
  return text;
}

namespace {

class FolderStore : public FileStore {
 public:
  explicit FolderStore(fs::path root) : root_(std::move(root)) {}

  bool contains(std::string_view path) const override { return size(path).ok(); }

  Result<uint64_t> size(std::string_view path) const override {
    TRY_ASSIGN(Opened file, open(path));
    return file.bytes;
  }

  Result<std::unique_ptr<ByteSource>> read(std::string_view path) const override {
    TRY_ASSIGN(Opened file, open(path));
    return fd_source(std::move(file.fd));
  }

 private:
  struct Opened {
    UniqueFd fd;
    uint64_t bytes = 0;
  };

  Result<Opened> open(std::string_view path) const {
    std::string clean = clean_path(path);
    if (clean.empty() || path.starts_with('/') || clean == ".." || clean.starts_with("../")) {
      return Error(ErrorKind::Invalid,
                   fmt::format("`{}` is outside of the image", printable(path)));
    }
    Opened file;
    file.fd.reset(::open((root_ / clean).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.fd.is_open()) return errno_error(printable(clean), errno);

    struct stat info {};

    if (::fstat(file.fd.get(), &info) != 0) return errno_error(printable(clean), errno);
    if (!S_ISREG(info.st_mode))
      return Error(ErrorKind::Invalid, fmt::format("{} is not a file", printable(clean)));
    file.bytes = static_cast<uint64_t>(info.st_size);
    return file;
  }

  fs::path root_;
};

class ArchiveStore : public FileStore {
 public:
  explicit ArchiveStore(std::shared_ptr<const Archive> archive) : archive_(std::move(archive)) {}

  bool contains(std::string_view path) const override { return archive_->contains(path); }

  Result<uint64_t> size(std::string_view path) const override { return archive_->size(path); }

  Result<std::unique_ptr<ByteSource>> read(std::string_view path) const override {
    return archive_->read(path);
  }

 private:
  std::shared_ptr<const Archive> archive_;
};

}  // namespace

std::shared_ptr<const FileStore> folder_store(fs::path root) {
  return std::make_shared<FolderStore>(std::move(root));
}

std::shared_ptr<const FileStore> archive_store(std::shared_ptr<const Archive> archive) {
  return std::make_shared<ArchiveStore>(std::move(archive));
}

}  // namespace whittle
