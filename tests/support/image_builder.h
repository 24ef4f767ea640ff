// Images for tests, written as text. One entry a line, blank lines and lines that begin with '#'
// are nothing:
//   layer [gzip|zstd]              begins a layer, base first
//   dir PATH [ATTRIBUTE...]        file PATH [ATTRIBUTE...]      fifo PATH      char PATH
//   symlink PATH -> TARGET         hardlink PATH -> TARGET
//   whiteout PATH                  opaque PATH                   ("." is the root)
// Attributes: mode=0755 uid=1 gid=1 mtime=1 xattr=NAME:VALUE size=N (bytes of a made-up content)
// text=WORD (the content itself; "\n" is a new line in it, "\s" a blank).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/strings.h"
#include "codec/compress.h"
#include "codec/digest.h"
#include "codec/tar.h"
#include "image/read.h"
#include "image/source.h"

namespace whittle::test {

// An image in memory. The layers are what `stored` holds.
class MemoryImage : public Image {
 public:
  MemoryImage(ImageInfo info, std::vector<std::string> stored)
      : info_(std::move(info)), stored_(std::move(stored)) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    return string_source(stored_.at(index));
  }

  ImageInfo& info() { return info_; }

 private:
  ImageInfo info_;
  std::vector<std::string> stored_;
};

// Content of a size: the same for the same path and size, and not the same bytes over and over.
inline std::string made_up_content(std::string_view path, size_t size) {
  std::string content;
  while (content.size() < size)
    content += std::string(path) + ":" + std::to_string(content.size()) + "\n";
  content.resize(size);
  return content;
}

inline void apply_attribute(std::string_view attribute, TarEntry& entry, std::string& content) {
  size_t equals = attribute.find('=');
  std::string_view key = attribute.substr(0, equals);
  std::string value(attribute.substr(equals + 1));
  if (key == "mode") entry.mode = static_cast<uint32_t>(std::stoul(value, nullptr, 8));
  if (key == "uid") entry.uid = static_cast<uint32_t>(std::stoul(value));
  if (key == "gid") entry.gid = static_cast<uint32_t>(std::stoul(value));
  if (key == "mtime") entry.mtime_seconds = std::stoll(value);
  if (key == "xattr") {
    size_t colon = value.find(':');
    entry.xattrs.push_back({value.substr(0, colon), value.substr(colon + 1)});
  }
  if (key == "size") content = made_up_content(entry.path, std::stoul(value));
  if (key == "text") content = replace_all(replace_all(value, "\\n", "\n"), "\\s", " ");
}

// One line of a layer to a tar member.
inline std::string tar_member(std::string_view line) {
  std::vector<std::string_view> words = split_blanks(line);
  static const std::map<std::string_view, TarType> kTypes = {{"dir", TarType::Directory},
                                                             {"file", TarType::File},
                                                             {"fifo", TarType::Fifo},
                                                             {"char", TarType::CharDevice},
                                                             {"symlink", TarType::Symlink},
                                                             {"hardlink", TarType::Hardlink},
                                                             {"whiteout", TarType::File},
                                                             {"opaque", TarType::File}};
  CHECK(words.size() >= 2 && kTypes.contains(words[0]));
  TarEntry entry;
  std::string content;
  entry.type = kTypes.at(words[0]);
  entry.path = words[1];
  entry.mode = entry.type == TarType::Directory ? 0755 : 0644;
  size_t base = entry.path.rfind('/') + 1;
  if (words[0] == "whiteout") entry.path.insert(base, ".wh.");
  if (words[0] == "opaque") entry.path += "/.wh..wh..opq";
  for (size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "->") {
      entry.link_target = words[++i];
    } else {
      apply_attribute(words[i], entry, content);
    }
  }
  entry.size_bytes = content.size();
  return tar_header(entry) + content + std::string(tar_padding(content.size()), '\0');
}

// The lines of one layer to a tar archive.
inline std::string tar_of(std::string_view lines) {
  std::string tar;
  for (std::string_view line : split_lines(lines)) {
    line = trim(line);
    if (!line.empty() && line.front() != '#') tar += tar_member(line);
  }
  return tar + tar_end();
}

inline std::string compressed(std::string_view bytes, std::string_view how) {
  std::string out;
  std::unique_ptr<Compressor> compressor;
  if (how == "gzip") compressor = gzip_compressor();
  if (how == "zstd") compressor = zstd_compressor();
  if (compressor == nullptr) return std::string(bytes);
  CHECK(compressor->add(bytes, out).ok() && compressor->finish(out).ok());
  return out;
}

// The image of a text; its configuration has one line of history a layer.
inline std::unique_ptr<MemoryImage> image_of(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> layers;  // compression, lines
  for (std::string_view line : split_lines(text)) {
    std::vector<std::string_view> words = split_blanks(line);
    if (words.empty()) continue;
    if (words[0] == "layer") {
      layers.emplace_back(words.size() > 1 ? words[1] : "", "");
      continue;
    }
    CHECK(!layers.empty());
    layers.back().second += std::string(line) + "\n";
  }
  ImageInfo info;
  std::vector<std::string> stored;
  std::string diff_ids;
  std::string history;
  for (const auto& [how, lines] : layers) {
    std::string tar = tar_of(lines);
    Layer& layer = info.layers.emplace_back();
    layer.diff_id = digest_of(tar);
    layer.history_index = static_cast<int>(info.layers.size()) - 1;
    stored.push_back(compressed(tar, how));
    layer.blob.digest = digest_of(stored.back());
    layer.blob.size = stored.back().size();
    info.config.diff_ids.push_back(layer.diff_id);
    info.config.history.push_back(
        {"", "layer " + std::to_string(info.layers.size()), "", "", false});
    diff_ids += (diff_ids.empty() ? "\"" : ",\"") + layer.diff_id + "\"";
    history += (history.empty() ? "" : ",") +
               ("{\"created_by\":\"" + info.config.history.back().created_by + "\"}");
  }
  info.config.platform = {"linux", "amd64", "", ""};
  info.config.raw_json =
      "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"A=b\"]},\"rootfs\":{"
      "\"type\":"
      "\"layers\",\"diff_ids\":[" +
      diff_ids + "]},\"history\":[" + history + "]}";
  info.config.run.env = {"A=b"};
  info.config_digest = digest_of(info.config.raw_json);
  return std::make_unique<MemoryImage>(std::move(info), std::move(stored));
}

// Options for reading in a test: nobody cancels, nobody listens.
inline const CancelToken& no_cancel() {
  static const CancelToken token;
  return token;
}

inline Progress& no_progress() {
  static NoProgress progress;
  return progress;
}

inline ReadOptions read_options() {
  ReadOptions options;
  options.threads = 2;
  options.cancel = &no_cancel();
  options.progress = &no_progress();
  return options;
}

inline OpenOptions open_options() {
  OpenOptions options;
  options.cancel = &no_cancel();
  options.progress = &no_progress();
  return options;
}

// An image that was read and merged.
struct Merged {
  std::vector<ReadLayer> layers;
  MergedTree tree;
};

inline Result<std::unique_ptr<Merged>> read_and_merge(const Image& image,
                                                      const ReadOptions& options = read_options()) {
  auto merged = std::make_unique<Merged>();
  TRY_ASSIGN(merged->layers, read_layers(image, options));
  std::vector<const LayerIndex*> indexes;
  for (const ReadLayer& layer : merged->layers) indexes.push_back(&layer.index);
  TRY_ASSIGN(merged->tree, merge_layers(indexes));
  return merged;
}

inline Result<std::unique_ptr<Merged>> read_and_merge(std::string_view text) {
  return read_and_merge(*image_of(text));
}

// All paths of the tree in its order; a folder ends in '/', an implied one in "/?".
inline std::vector<std::string> paths_of(const MergedTree& tree) {
  std::vector<std::string> paths;
  for (uint32_t i = 1; i < tree.nodes.size(); ++i) {
    const TreeNode& node = tree.nodes[i];
    std::string path = tree.path(NodeId{i});
    EntryRef content = tree.content(node);
    bool is_folder = node.is_implied ||
                     tree.layers[content.layer]->at(content.entry).type == EntryType::Directory;
    paths.push_back(path + (is_folder ? "/" : "") + (node.is_implied ? "?" : ""));
  }
  return paths;
}

}  // namespace whittle::test
