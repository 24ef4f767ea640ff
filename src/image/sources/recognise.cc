#include "image/sources/recognise.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace whittle {

namespace {

// The first character of a JSON document; '\0' if there is none.
char first_character(const FileStore& store, std::string_view path) {
  Result<std::unique_ptr<ByteSource>> bytes = store.read(path);
  if (!bytes.ok()) return '\0';
  std::string text(64, '\0');
  Result<size_t> n = read_fully(**bytes, std::as_writable_bytes(std::span(text)));
  if (!n.ok()) return '\0';
  text.resize(*n);
  std::string_view rest = trim_left(text);
  return rest.empty() ? '\0' : rest.front();
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::binary_search(names.begin(), names.end(), name);
}

bool is_old_archive(const FileStore& store, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.ends_with('/') && store.contains(name + "json") &&
           store.contains(name + "layer.tar");
  });
}

// Two of the folders that every Unix has.
bool is_root_folder(const std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 8> kFolders = {
      "bin", "etc", "lib", "sbin", "usr", "var", "dev", "proc"};
  auto is_there = [&](std::string_view folder) {
    return has(names, folder) || has(names, std::string(folder) + "/");
  };
  return std::count_if(kFolders.begin(), kFolders.end(), is_there) >= 2;
}

bool is_text(std::string_view bytes) {
  bool is_cut = bytes.size() >= 512;  // maybe within a character
  for (size_t cut = 0; cut < (is_cut ? 4U : 1U); ++cut) {
    if (!is_valid_utf8(bytes.substr(0, bytes.size() - cut))) continue;
    return std::all_of(bytes.begin(), bytes.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 || is_space(c) || c == '\x1b';
    });
  }
  return false;
}

struct Magic {
  std::string_view bytes;
  std::string_view what;
};

}  // namespace

StoreKind recognise(const FileStore& store) {
  if (store.contains("manifest.json")) {
    return first_character(store, "manifest.json") == '{' ? StoreKind::DirLayout
                                                          : StoreKind::DockerArchive;
  }
  if (store.contains("oci-layout") || store.contains("index.json")) return StoreKind::OciLayout;
  std::vector<std::string> names = store.top_names();
  if (store.contains("repositories") || is_old_archive(store, names))
    return StoreKind::OldDockerArchive;
  if (has(names, "overlay-images/") || has(names, "vfs-images/"))
    return StoreKind::ContainersStorage;
  if (has(names, "io.containerd.content.v1.content/")) return StoreKind::Containerd;
  return is_root_folder(names) ? StoreKind::RootFolder : StoreKind::Unknown;
}

Error not_an_image(std::string_view path, StoreKind kind) {
  std::string name = printable(path);
  if (kind == StoreKind::RootFolder) {
    return Error(ErrorKind::Invalid, fmt::format("{} is not an image but a root file system", name))
        .hint(fmt::format("To read it as an image of one layer, say rootfs:{}", name));
  }
  if (kind == StoreKind::ContainersStorage) {
    return Error(ErrorKind::Usage, fmt::format("{} is a store of many images (Podman's)", name))
        .hint(fmt::format("Name one: containers-storage:[{}]NAME", name));
  }
  if (kind == StoreKind::Containerd) {
    return Error(ErrorKind::Usage, fmt::format("{} is a store of many images (containerd's)", name))
        .hint(fmt::format("Name one: containerd:[{}]NAME", name));
  }
  return Error(ErrorKind::Invalid, fmt::format("{} is not an image", name))
      .hint(
          "Images are docker archives, OCI layouts (folder or tar), Skopeo's dir: folders, and "
          "with rootfs: any folder or tar archive");
}

std::string describe_bytes(std::string_view first_bytes) {
  using namespace std::string_view_literals;
  static constexpr std::array<Magic, 11> kMagics = {{
      {"\x7f"
       "ELF",
       "a program (ELF)"},
      {"PK\x03\x04", "a zip archive"},
      {"%PDF-", "a PDF document"},
      {"hsqs", "a SquashFS file system"},
      {"QFI\xfb", "a disk image (QCOW2)"},
      {"!<arch>\n", "an ar archive (a Debian package?)"},
      {"\xed\xab\xee\xdb", "an RPM package"},
      {"7z\xbc\xaf\x27\x1c", "a 7z archive"},
      {"\x04\x22\x4d\x18", "an LZ4 file"},
      {"#!", "a script"},
      {"SQLite format 3\0"sv, "an SQLite database"},
  }};
  if (first_bytes.empty()) return "an empty file";
  for (const Magic& magic : kMagics) {
    if (first_bytes.starts_with(magic.bytes)) return std::string(magic.what);
  }
  if (contains(first_bytes.substr(0, 128), "/run-singularity")) return "a Singularity image";
  std::string start = to_lower(trim_left(first_bytes.substr(0, 256)));
  if (start.starts_with("<!doctype html") || start.starts_with("<html")) return "an HTML page";
  if (start.starts_with('{') || start.starts_with('[')) return "a JSON document";
  if (start.starts_with("from ") || contains(start, "\nfrom ")) return "a Dockerfile";
  return is_text(first_bytes) ? "a text file" : "";
}

}  // namespace whittle
