// The JSON of images: configuration, docker archives, OCI and dir layouts, from files in memory.
// The input is "NAME\nBYTES" pieces between "FILE "; blobs may be named "config" and are then found
// under their digest.
#include <cstdint>
#include <cstdlib>
#include <map>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/config.h"
#include "image/sources/blobs.h"
#include "image/sources/recognise.h"

namespace {

using namespace whittle;

class MemoryStore : public FileStore {
 public:
  std::map<std::string, std::string, std::less<>> files;

  bool contains(std::string_view path) const override { return files.contains(path); }

  std::vector<std::string> top_names() const override {
    std::vector<std::string> names;
    for (const auto& [path, content] : files) {
      size_t slash = path.find('/');
      std::string name = slash == std::string::npos ? path : path.substr(0, slash + 1);
      if (names.empty() || names.back() != name) names.push_back(name);
    }
    return names;
  }

  Result<uint64_t> size(std::string_view path) const override {
    auto found = files.find(path);
    if (found == files.end()) return Error(ErrorKind::NotFound, "not there");
    return uint64_t{found->second.size()};
  }

  Result<std::unique_ptr<ByteSource>> read(std::string_view path) const override {
    auto found = files.find(path);
    if (found == files.end()) return Error(ErrorKind::NotFound, "not there");
    return string_source(found->second);
  }
};

void check(const Result<Images>& opened) {
  if (!opened.ok()) return;
  for (const auto& image : *opened) {
    if (image->info().layers.size() != image->info().config.diff_ids.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static CancelToken cancel;
  static NoProgress progress;
  OpenOptions options;
  options.cancel = &cancel;
  options.progress = &progress;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  static_cast<void>(parse_image_config(std::string(input), options.limits).ok());
  auto store = std::make_shared<MemoryStore>();
  // Later files first, so that an earlier one can name the digest and size of a later one as @NAME
  // and #NAME.
  std::vector<std::string> pieces;
  for (size_t at = input.find("FILE "); at != std::string_view::npos && pieces.size() < 8;) {
    size_t next = input.find("FILE ", at + 5);
    pieces.emplace_back(
        input.substr(at + 5, next == std::string_view::npos ? next : next - at - 5));
    at = next;
  }
  std::map<std::string, std::string> known;
  for (size_t i = pieces.size(); i-- > 0;) {
    size_t line = pieces[i].find('\n');
    if (line == std::string::npos || line == 0 || line > 30) continue;
    std::string name = pieces[i].substr(0, line);
    std::string bytes = pieces[i].substr(line + 1);
    for (const auto& [other, other_bytes] : known) {
      bytes = replace_all(bytes, "@" + other, digest_of(other_bytes));
      bytes = replace_all(bytes, "#" + other, std::to_string(other_bytes.size()));
    }
    known[name] = bytes;
    std::string hex(digest_hex(digest_of(bytes)));
    store->files["blobs/sha256/" + hex] = bytes;
    store->files[hex] = bytes;
    store->files[name] = std::move(bytes);
  }
  check(open_docker_archive(store, options));
  check(open_oci_layout(store, options));
  check(open_dir_layout(store, options));
  check(open_old_docker_archive(store, options));
  static_cast<void>(recognise(*store));
  return 0;
}
