// Prints an image as JSON lines for the runner: what it is, its layers, and with --files every
// entry of every layer. Options: --auth-file F, --ca-file F, --insecure HOST, --mirror A=B,
// --platform OS/ARCH[/VARIANT], --list (tables of contents instead of the layers).
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "base/strings.h"
#include "image/read.h"
#include "image/sources/sources.h"

namespace {

using namespace whittle;
using nlohmann::json;

struct Arguments {
  std::string target;
  OpenOptions open;
  bool files = false;
  bool list = false;
};

Platform parse_platform(const std::string& text) {
  std::vector<std::string_view> parts = split(text, '/');
  Platform platform;
  platform.os = parts[0];
  if (parts.size() > 1) platform.architecture = parts[1];
  if (parts.size() > 2) platform.variant = parts[2];
  return platform;
}

Arguments parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    std::string word = words[i];
    auto value = [&] { return std::string(i + 1 < count ? words[++i] : ""); };
    if (word == "--files") {
      arguments.files = true;
    } else if (word == "--list") {
      arguments.list = true;
    } else if (word == "--offline") {
      arguments.open.offline = true;
    } else if (word == "--auth-file") {
      arguments.open.registry.auth_file = value();
    } else if (word == "--ca-file") {
      arguments.open.registry.ca_file = value();
    } else if (word == "--insecure") {
      arguments.open.registry.insecure_hosts.push_back(value());
    } else if (word == "--mirror") {
      arguments.open.registry.mirrors.push_back(value());
    } else if (word == "--platform") {
      arguments.open.platform = parse_platform(value());
    } else {
      arguments.target = word;
    }
  }
  return arguments;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

json entry_of(const LayerIndex& index, const Entry& entry) {
  json line = {{"path", std::string(index.path(entry))},
               {"type", static_cast<int>(entry.type)},
               {"role", static_cast<int>(entry.role)},
               {"size", entry.size_bytes},
               {"mode", static_cast<uint32_t>(entry.mode)},
               {"uid", entry.uid},
               {"gid", entry.gid},
               {"mtime", static_cast<int64_t>(entry.mtime_seconds)},
               {"link", std::string(index.link_target(entry))}};
  for (const Xattr& xattr : index.xattrs_of(entry))
    line["xattrs"][std::string(index.name(xattr.name))] = hex(index.name(xattr.value));
  return line;
}

void print(const json& line) {
  std::puts(line.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
}

int fail(const Error& error) {
  print({{"error", error.message()},
         {"hint", error.hint()},
         {"kind", static_cast<int>(error.kind())}});
  return 3;
}

int run(const Arguments& arguments) {
  Result<std::unique_ptr<Image>> image = open_image(arguments.target, arguments.open);
  if (!image.ok()) return fail(image.error());
  const ImageInfo& info = (*image)->info();
  json head = {{"source", info.source},
               {"names", info.names},
               {"manifest", info.manifest_digest},
               {"config", info.config_digest},
               {"os", info.config.platform.os},
               {"architecture", info.config.platform.architecture},
               {"platforms", info.platforms.size()},
               {"remote", (*image)->is_remote()},
               {"provenance", info.provenance.size()}};
  for (const Layer& layer : info.layers) {
    head["layers"].push_back({{"digest", layer.blob.digest},
                              {"size", layer.blob.size},
                              {"type", layer.blob.media_type},
                              {"diff_id", layer.diff_id}});
  }
  print(head);
  for (size_t i = 0; i < info.layers.size(); ++i) {
    LayerIndex index;
    if (arguments.list) {
      Result<std::optional<LayerIndex>> listed = (*image)->list_layer(i);
      if (!listed.ok()) return fail(listed.error());
      print({{"layer", i}, {"listed", listed->has_value()}});
      if (!*listed) continue;
      index = std::move(**listed);
    } else {
      if (!arguments.files) break;
      Result<std::unique_ptr<ByteSource>> stored = (*image)->open_layer(i);
      if (!stored.ok()) return fail(stored.error());
      ReadOptions options;
      options.cancel = arguments.open.cancel;
      options.progress = arguments.open.progress;
      Result<ReadLayer> read = read_layer(**stored, i, options);
      if (!read.ok()) return fail(read.error());
      index = std::move(read->index);
      print({{"layer", i},
             {"diff_id", index.diff_id},
             {"blob", index.blob_digest},
             {"bytes", index.blob_bytes},
             {"tar", index.tar_bytes}});
    }
    for (const Entry& entry : index.entries) {
      if (!entry.is_shadowed) print(entry_of(index, entry));
    }
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  Arguments arguments = parse(count, words);
  CancelToken cancel;
  NoProgress progress;
  arguments.open.cancel = &cancel;
  arguments.open.progress = &progress;
  return run(arguments);
}
