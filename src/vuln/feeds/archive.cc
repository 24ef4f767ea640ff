#include "vuln/feeds/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <memory>
#include <string>

#include "base/late_library.h"
#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kBlockBytes = 256 * 1024;

// Its functions, by their names without "archive_".
struct ArchiveLibrary {
  decltype(&::archive_entry_filetype) entry_filetype = nullptr;
  decltype(&::archive_entry_pathname) entry_pathname = nullptr;
  decltype(&::archive_error_string) error_string = nullptr;
  decltype(&::archive_format) format = nullptr;
  decltype(&::archive_read_data_block) read_data_block = nullptr;
  decltype(&::archive_read_free) read_free = nullptr;
  decltype(&::archive_read_new) read_new = nullptr;
  decltype(&::archive_read_next_header) read_next_header = nullptr;
  decltype(&::archive_read_open_filename) read_open_filename = nullptr;
  decltype(&::archive_read_support_filter_bzip2) read_support_filter_bzip2 = nullptr;
  decltype(&::archive_read_support_filter_gzip) read_support_filter_gzip = nullptr;
  decltype(&::archive_read_support_filter_xz) read_support_filter_xz = nullptr;
  decltype(&::archive_read_support_filter_zstd) read_support_filter_zstd = nullptr;
  decltype(&::archive_read_support_format_empty) read_support_format_empty = nullptr;
  decltype(&::archive_read_support_format_raw) read_support_format_raw = nullptr;
  decltype(&::archive_read_support_format_tar) read_support_format_tar = nullptr;
  decltype(&::archive_read_support_format_zip) read_support_format_zip = nullptr;
  Status status;
};

ArchiveLibrary load() {
  ArchiveLibrary library;
  LateLibrary late("libarchive.so.13", "install libarchive 3 (Debian: libarchive13)");
  late.find("archive_entry_filetype", library.entry_filetype);
  late.find("archive_entry_pathname", library.entry_pathname);
  late.find("archive_error_string", library.error_string);
  late.find("archive_format", library.format);
  late.find("archive_read_data_block", library.read_data_block);
  late.find("archive_read_free", library.read_free);
  late.find("archive_read_new", library.read_new);
  late.find("archive_read_next_header", library.read_next_header);
  late.find("archive_read_open_filename", library.read_open_filename);
  late.find("archive_read_support_filter_bzip2", library.read_support_filter_bzip2);
  late.find("archive_read_support_filter_gzip", library.read_support_filter_gzip);
  late.find("archive_read_support_filter_xz", library.read_support_filter_xz);
  late.find("archive_read_support_filter_zstd", library.read_support_filter_zstd);
  late.find("archive_read_support_format_empty", library.read_support_format_empty);
  late.find("archive_read_support_format_raw", library.read_support_format_raw);
  late.find("archive_read_support_format_tar", library.read_support_format_tar);
  late.find("archive_read_support_format_zip", library.read_support_format_zip);
  library.status = late.status();
  return library;
}

// Loaded by the first archive that is opened.
const ArchiveLibrary& lib() {
  static const ArchiveLibrary& loaded = *new ArchiveLibrary(load());
  return loaded;
}

struct CloseArchive {
  void operator()(struct archive* opened) const { lib().read_free(opened); }
};

using OpenedArchive = std::unique_ptr<struct archive, CloseArchive>;

Error archive_error(struct archive* opened, const fs::path& file) {
  const char* why = lib().error_string(opened);
  return Error(
      ErrorKind::Invalid,
      fmt::format(
          "{}: {}", printable(file.string()), printable(why == nullptr ? "is damaged" : why)));
}

Error too_big(const fs::path& file, std::string_view what, uint64_t limit) {
  return Error(ErrorKind::Limit,
               fmt::format("{}: more than {} {}", printable(file.string()), limit, what));
}

Result<OpenedArchive> open_archive(const fs::path& file) {
  TRY(lib().status);

  struct stat info {};

  if (::stat(file.c_str(), &info) != 0) return errno_error(printable(file.string()), errno);
  OpenedArchive opened(lib().read_new());
  if (opened == nullptr) return Error("libarchive cannot start");
  lib().read_support_filter_gzip(opened.get());
  lib().read_support_filter_bzip2(opened.get());
  lib().read_support_filter_xz(opened.get());
  lib().read_support_filter_zstd(opened.get());
  lib().read_support_format_zip(opened.get());
  lib().read_support_format_tar(opened.get());
  lib().read_support_format_raw(opened.get());
  lib().read_support_format_empty(opened.get());
  if (lib().read_open_filename(opened.get(), file.c_str(), kBlockBytes) != ARCHIVE_OK) {
    return archive_error(opened.get(), file);
  }
  return opened;
}

// The bytes of the current entry, into `into`.
Status read_entry(struct archive* opened,
                  const fs::path& file,
                  const ArchiveLimits& limits,
                  uint64_t& left,
                  std::string& into) {
  into.clear();
  uint64_t most = std::min(limits.max_file_bytes, left);
  while (true) {
    const void* block = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    int status = lib().read_data_block(opened, &block, &size, &offset);
    if (status == ARCHIVE_EOF) break;
    if (status < ARCHIVE_WARN) return archive_error(opened, file);
    uint64_t end = static_cast<uint64_t>(offset) + size;
    if (end > most) return too_big(file, "bytes in a file of it", most);
    if (end > into.size()) into.resize(end);
    if (size > 0)
      into.replace(static_cast<size_t>(offset), size, static_cast<const char*>(block), size);
  }
  left -= into.size();
  return {};
}

}  // namespace

Status for_each_file(
    const fs::path& archive,
    const ArchiveLimits& limits,
    const CancelToken& cancel,
    const std::function<Status(std::string_view name, std::string_view bytes)>& take) {
  TRY_ASSIGN(OpenedArchive opened, open_archive(archive));
  std::string bytes;
  uint64_t left = limits.max_all_bytes;
  for (uint64_t count = 0;; ++count) {
    TRY(cancel.check());
    struct archive_entry* entry = nullptr;
    int status = lib().read_next_header(opened.get(), &entry);
    if (status == ARCHIVE_EOF) return {};
    if (status < ARCHIVE_WARN) return archive_error(opened.get(), archive);
    if (count >= limits.max_files) return too_big(archive, "files", limits.max_files);
    bool is_raw = lib().format(opened.get()) == ARCHIVE_FORMAT_RAW;
    if (!is_raw && lib().entry_filetype(entry) != AE_IFREG) continue;
    TRY(read_entry(opened.get(), archive, limits, left, bytes));
    const char* name = is_raw ? nullptr : lib().entry_pathname(entry);
    std::string shown = name == nullptr ? archive.filename().string() : std::string(name);
    TRY(take(shown, bytes));
  }
}

}  // namespace whittle
