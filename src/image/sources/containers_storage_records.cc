#include "image/sources/containers_storage_records.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/environment.h"
#include "base/strings.h"
#include "codec/digest.h"
#include "image/json.h"
#include "image/sources/base64.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr uint64_t kMaxConfigBytes = 1 << 20;

// Ids are folder names: nothing else than letters and digits gets into a path.
Result<std::string> id_of(const json& row, std::string_view key) {
  TRY_ASSIGN(std::string id, json_string(row, key));
  for (char c : id) {
    if (!is_alpha(c) && !is_digit(c))
      return Error(ErrorKind::Invalid, "containers-storage: an id is not made of letters");
  }
  return id;
}

Result<uint64_t> size_of(const json& row, std::string_view key) {
  TRY_ASSIGN(int64_t size, json_integer(row, key));
  return static_cast<uint64_t>(std::max<int64_t>(size, 0));
}

Result<Digest> digest_of_row(const json& row, std::string_view key) {
  TRY_ASSIGN(std::string digest, json_string(row, key));
  return digest_algorithm(digest) ? digest : Digest();
}

// The first text in quotes and what stands behind it.
std::optional<std::string> take_quoted(std::string_view& text) {
  size_t begin = text.find_first_of("\"'");
  if (begin == std::string_view::npos) return std::nullopt;
  size_t end = text.find(text[begin], begin + 1);
  if (end == std::string_view::npos) return std::nullopt;
  std::string value(text.substr(begin + 1, end - begin - 1));
  text.remove_prefix(end + 1);
  return value;
}

}  // namespace

Result<std::vector<StorageImage>> parse_storage_images(std::string_view text,
                                                       const Limits& limits) {
  TRY_ASSIGN(json rows, parse_json(text, "images.json", limits));
  if (!rows.is_array()) return Error(ErrorKind::Invalid, "images.json is not a list");
  std::vector<StorageImage> images;
  for (const json& row : rows) {
    StorageImage& image = images.emplace_back();
    TRY_ASSIGN(image.id, id_of(row, "id"));
    TRY_ASSIGN(image.names, json_strings(row, "names"));
    TRY_ASSIGN(image.digest, digest_of_row(row, "digest"));
    TRY_ASSIGN(image.top_layer, id_of(row, "layer"));
    TRY_ASSIGN(image.document_names, json_strings(row, "big-data-names"));
    if (image.id.empty()) return Error(ErrorKind::Invalid, "images.json: an image without id");
  }
  return images;
}

Result<std::vector<StorageLayer>> parse_storage_layers(std::string_view text,
                                                       const Limits& limits) {
  TRY_ASSIGN(json rows, parse_json(text, "layers.json", limits));
  if (!rows.is_array()) return Error(ErrorKind::Invalid, "layers.json is not a list");
  std::vector<StorageLayer> layers;
  for (const json& row : rows) {
    StorageLayer& layer = layers.emplace_back();
    TRY_ASSIGN(layer.id, id_of(row, "id"));
    TRY_ASSIGN(layer.parent, id_of(row, "parent"));
    TRY_ASSIGN(layer.diff_digest, digest_of_row(row, "diff-digest"));
    TRY_ASSIGN(layer.compressed_digest, digest_of_row(row, "compressed-diff-digest"));
    TRY_ASSIGN(layer.diff_bytes, size_of(row, "diff-size"));
    TRY_ASSIGN(layer.compressed_bytes, size_of(row, "compressed-size"));
    if (layer.id.empty()) return Error(ErrorKind::Invalid, "layers.json: a layer without id");
  }
  return layers;
}

std::string storage_file_name(std::string_view document_name) {
  for (char c : document_name) {
    bool is_plain = c == '.' || is_digit(c) || (c >= 'a' && c <= 'z');
    if (!is_plain) return "=" + encode_base64(document_name);
  }
  return std::string(document_name);
}

StorageConfig parse_storage_config(std::string_view text) {
  StorageConfig config;
  bool is_in_list = false;
  for (std::string_view line : split_lines(text)) {
    line = trim(line);
    if (line.starts_with('#')) continue;
    if (line.starts_with("graphroot")) {
      std::string_view rest =
          line.substr(line.find('=') == line.npos ? line.size() : line.find('='));
      config.graph_root = take_quoted(rest).value_or("");
      continue;
    }
    bool begins_list = line.starts_with("additionalimagestores");
    if (!begins_list && !is_in_list) continue;
    std::string_view rest = line;
    while (std::optional<std::string> store = take_quoted(rest))
      config.more_stores.push_back(std::move(*store));
    is_in_list = !contains(line, "]");
  }
  return config;
}

std::vector<fs::path> default_storage_roots() {
  bool is_root = ::geteuid() == 0;
  std::string home = environment("HOME");
  std::string config_home = environment("XDG_CONFIG_HOME");
  std::string data_home = environment("XDG_DATA_HOME");
  if (config_home.empty()) config_home = home + "/.config";
  if (data_home.empty()) data_home = home + "/.local/share";
  std::vector<std::string> files = {environment("CONTAINERS_STORAGE_CONF")};
  if (files[0].empty()) {
    files = {config_home + "/containers/storage.conf"};
    if (is_root) files = {"/etc/containers/storage.conf", "/usr/share/containers/storage.conf"};
  }
  StorageConfig config;
  for (const std::string& file : files) {
    Result<std::string> text = read_file(file, kMaxConfigBytes);
    if (!text.ok()) continue;
    config = parse_storage_config(*text);
    break;
  }
  if (config.graph_root.empty())
    config.graph_root = is_root ? "/var/lib/containers/storage" : data_home + "/containers/storage";
  std::vector<fs::path> roots = {replace_all(config.graph_root, "$HOME", home)};
  for (const std::string& store : config.more_stores)
    roots.emplace_back(replace_all(store, "$HOME", home));
  return roots;
}

}  // namespace whittle
