// Prints all that the library knows of an image as one JSON document, for run.py to hold against
// other programs. Bytes of names stand as the code points 0 to 255.
// usage: whittle_list_image TARGET [OS/ARCHITECTURE]
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <mutex>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/read.h"
#include "image/sources/sources.h"
#include "packages/catalog.h"

namespace {

using namespace whittle;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\') {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

char letter_of(EntryType type) {
  switch (type) {
    case EntryType::File:
      return 'f';
    case EntryType::Directory:
      return 'd';
    case EntryType::Symlink:
      return 'l';
    case EntryType::Hardlink:
      return 'h';
    case EntryType::CharDevice:
      return 'c';
    case EntryType::BlockDevice:
      return 'b';
    case EntryType::Fifo:
      return 'p';
  }
  return '?';
}

std::string role_of(const Entry& entry) {
  if (entry.role == EntryRole::Whiteout) return "whiteout";
  return entry.role == EntryRole::Opaque ? "opaque" : "";
}

// SHA-256 of every file's content, by layer and path.
struct Contents {
  std::mutex mutex;
  std::map<std::pair<size_t, std::string>, std::string> digests;

  std::string of(size_t layer, std::string_view path) {
    auto at = digests.find({layer, std::string(path)});
    return at == digests.end() ? "" : at->second;
  }
};

struct Listing {
  std::vector<ReadLayer> layers;
  MergedTree tree;
  PackageCatalog catalog;
  Contents contents;
};

ContentSubscriber hash_all(Contents& contents) {
  ContentSubscriber all;
  all.max_bytes = 2ULL << 30;
  all.wants = [](std::string_view, uint64_t) { return true; };
  all.receive = [&contents](size_t layer, std::string_view path, std::string_view content) {
    std::string digest = digest_of(content);
    std::lock_guard lock(contents.mutex);
    contents.digests[{layer, std::string(path)}] = std::move(digest);
  };
  return all;
}

Status read(const Image& image, const CancelToken& cancel, Listing& listing) {
  NoProgress progress;
  ReadOptions options;
  options.threads = 2;
  options.verify = Verify::Always;
  options.keep = {package_contents(kPackageDatabases)};
  options.cancel = &cancel;
  options.progress = &progress;
  options.subscribers.push_back(hash_all(listing.contents));
  TRY_ASSIGN(listing.layers, read_layers(image, options));
  std::vector<const LayerIndex*> indexes;
  for (const ReadLayer& layer : listing.layers) indexes.push_back(&layer.index);
  TRY_ASSIGN(listing.tree, merge_layers(indexes));
  listing.catalog = catalog_packages(listing.tree);
  return {};
}

std::string attributes(const LayerIndex& index, const Entry& entry) {
  DeviceNumber device = index.device_of(entry);
  std::string xattrs;
  for (const Xattr& xattr : index.xattrs_of(entry)) {
    xattrs += fmt::format("{}{}:{}",
                          xattrs.empty() ? "" : ",",
                          quoted(index.name(xattr.name)),
                          quoted(index.name(xattr.value)));
  }
  return fmt::format(R"("mode":{},"uid":{},"gid":{},"mtime":{},"device":[{},{}],"xattrs":{{{}}})",
                     uint32_t{entry.mode},
                     entry.uid,
                     entry.gid,
                     int64_t{entry.mtime_seconds},
                     device.major,
                     device.minor,
                     xattrs);
}

void print_layer(const Layer& layer, const LayerIndex& index, bool is_last) {
  fmt::print(R"({{"diff_id":{},"blob_digest":{},"stated_diff_id":{},"stated_blob":{},)"
             R"("blob_bytes":{},"tar_bytes":{},"entries":[)",
             quoted(index.diff_id),
             quoted(index.blob_digest),
             quoted(layer.diff_id),
             quoted(layer.blob.digest),
             index.blob_bytes,
             index.tar_bytes);
  for (size_t i = 0; i < index.entries.size(); ++i) {
    const Entry& entry = index.entries[i];
    fmt::print("{}{{\"path\":{},\"type\":\"{}\",\"role\":\"{}\",\"size\":{},\"link\":{},{}}}",
               i == 0 ? "\n" : ",\n",
               quoted(index.path(entry)),
               letter_of(entry.type),
               role_of(entry),
               entry.size_bytes,
               quoted(index.link_target(entry)),
               attributes(index, entry));
  }
  fmt::print("]}}{}\n", is_last ? "" : ",");
}

void print_node(Listing& listing, uint32_t number, bool is_first) {
  const TreeNode& node = listing.tree.nodes[number];
  std::string path = quoted(listing.tree.path(NodeId{number}));
  fmt::print("{}{{\"path\":{}", is_first ? "" : ",\n", path);
  if (node.is_implied) {
    fmt::print(",\"type\":\"d\",\"implied\":true}}");
    return;
  }
  const LayerIndex& index = *listing.tree.layers[node.entry.layer];
  const Entry& entry = index.at(node.entry.entry);
  EntryRef content = listing.tree.content(node);
  const LayerIndex& stored_in = *listing.tree.layers[content.layer];
  const Entry& stored = stored_in.at(content.entry);
  bool is_file = stored.type == EntryType::File;
  uint32_t owner =
      listing.catalog.owners[node.entry.layer][static_cast<uint32_t>(node.entry.entry)];
  fmt::print(R"(,"type":"{}","size":{},"link":{},"inode":"{}:{}","digest":"{}","owner":{},{}}})",
             letter_of(stored.type),
             stored.size_bytes,
             quoted(entry.type == EntryType::Symlink ? index.link_target(entry) : ""),
             content.layer,
             static_cast<uint32_t>(content.entry),
             is_file ? listing.contents.of(content.layer, stored_in.path(stored)) : "",
             owner == kNoPackage ? -1 : static_cast<int64_t>(owner),
             attributes(stored_in, stored));
}

void print_packages(const PackageCatalog& catalog) {
  bool is_first = true;
  for (const Package& package : catalog.packages) {
    fmt::print(R"({}{{"type":{},"name":{},"version":{},"architecture":{},"database":{},)"
               R"("source":[{},{}],"installed":{}}})",
               is_first ? "" : ",\n",
               quoted(package.type),
               quoted(package.name),
               quoted(package.version),
               quoted(package.architecture),
               quoted(package.database),
               quoted(package.source_name),
               quoted(package.source_version),
               package.is_installed);
    is_first = false;
  }
}

void print(const ImageInfo& info, Listing& listing) {
  fmt::print(R"({{"manifest_digest":{},"config_digest":{},"platform":{},"layers":[)",
             quoted(info.manifest_digest),
             quoted(info.config_digest),
             quoted(info.config.platform.os + "/" + info.config.platform.architecture));
  for (size_t i = 0; i < listing.layers.size(); ++i)
    print_layer(info.layers[i], listing.layers[i].index, i + 1 == listing.layers.size());
  fmt::print("],\"tree\":[\n");
  for (uint32_t i = 0; i < listing.tree.nodes.size(); ++i) print_node(listing, i, i == 0);
  fmt::print("],\"packages\":[\n");
  print_packages(listing.catalog);
  fmt::print("],\"problems\":{},\"file_count\":{},\"content_bytes\":{}}}\n",
             listing.catalog.problems.size(),
             listing.tree.file_count(),
             listing.tree.content_bytes());
}

Status run(std::string_view target, std::string_view platform) {
  CancelToken cancel;
  NoProgress progress;
  OpenOptions options;
  options.cancel = &cancel;
  options.progress = &progress;
  if (!platform.empty()) {
    std::vector<std::string_view> parts = split(platform, '/');
    options.platform = Platform{std::string(parts[0]), std::string(parts.back()), "", ""};
  }
  TRY_ASSIGN(std::unique_ptr<Image> image, open_image(target, options));
  Listing listing;
  TRY(read(*image, cancel, listing));
  print(image->info(), listing);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  Status status = run(argv[1], argc > 2 ? argv[2] : "");
  if (status.ok()) return 0;
  fmt::print(stderr, "{}\n", status.error().message());
  return 1;
}
