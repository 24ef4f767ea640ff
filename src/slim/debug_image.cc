#include "slim/debug_image.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/strings.h"
#include "codec/digest.h"
#include "codec/tar.h"
#include "image/config.h"
#include "image/json.h"
#include "packages/cataloguers/elf.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr uint32_t kInterpreterSegment = 3;
constexpr size_t kMaxNames = 1000;
constexpr size_t kMaxNameBytes = 32;

// e_machine by architecture; System V ABI and its supplements.
uint16_t machine_of(std::string_view architecture) {
  struct Row {
    std::string_view architecture;
    uint16_t machine;
  };

  constexpr Row kRows[] = {{"386", 3},
                           {"amd64", 62},
                           {"arm", 40},
                           {"arm64", 183},
                           {"ppc64le", 21},
                           {"riscv64", 243},
                           {"s390x", 22}};
  for (const Row& row : kRows) {
    if (row.architecture == architecture) return row.machine;
  }
  return 0;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_alpha(c) || is_digit(c) ||
                  std::string_view("[._+-").find(c) != std::string_view::npos;
         });
}

class WithOneLayer : public Image {
 public:
  WithOneLayer(const Image& below, ImageInfo info, std::string tar)
      : below_(below), info_(std::move(info)), tar_(std::move(tar)) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    if (index + 1 == info_.layers.size()) return string_source(tar_);
    return below_.open_layer(index);
  }

 private:
  const Image& below_;
  ImageInfo info_;
  std::string tar_;
};

std::string tools_layer(std::string_view busybox) {
  std::string folder(kDebugFolder);
  std::string tar;
  TarEntry entry;
  entry.type = TarType::Directory;
  entry.mode = 0755;
  for (size_t slash = folder.find('/');; slash = folder.find('/', slash + 1)) {
    entry.path = folder.substr(0, slash) + "/";
    tar += tar_header(entry);
    if (slash == std::string::npos) break;
  }
  entry.type = TarType::File;
  entry.path = folder + "/busybox";
  entry.size_bytes = busybox.size();
  tar += tar_header(entry);
  tar += busybox;
  tar.append(tar_padding(busybox.size()), '\0');
  entry.type = TarType::Symlink;
  entry.mode = 0777;
  entry.size_bytes = 0;
  entry.link_target = "busybox";
  for (const std::string& name : busybox_names(busybox)) {
    entry.path = folder + "/" + name;
    if (name != "busybox") tar += tar_header(entry);
  }
  return tar + tar_end();
}

// The slim image's, but for what is started.
Result<std::string> config_text(const ImageInfo& slim,
                                const Digest& diff_id,
                                const Limits& limits) {
  TRY_ASSIGN(json root, parse_json(slim.config.raw_json, "the configuration", limits));
  root["rootfs"]["diff_ids"].push_back(diff_id);
  json& history = root["history"];
  if (!history.is_array()) history = json::array();
  json said = {{"created_by", "whittle slim --debug-companion"}};
  if (!slim.config.created.empty()) said["created"] = slim.config.created;
  history.push_back(std::move(said));
  json& config = root["config"];
  if (!config.is_object()) config = json::object();
  for (const char* gone : {"Entrypoint", "Healthcheck", "User", "OnBuild"}) config.erase(gone);
  std::string folder = "/" + std::string(kDebugFolder);
  config["Cmd"] = {folder + "/sh"};
  std::string path =
      "PATH=" + folder + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  json env = json::array();
  for (const std::string& setting : slim.config.run.env) {
    if (setting.starts_with("PATH=")) {
      path = "PATH=" + folder + ":" + setting.substr(5);
    } else {
      env.push_back(setting);
    }
  }
  env.push_back(path);
  config["Env"] = std::move(env);
  return root.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

bool is_static_program(std::string_view program, std::string_view architecture) {
  std::optional<ElfFile> elf = read_elf(program);
  if (!elf || elf->machine == 0 || elf->machine != machine_of(architecture)) return false;
  return std::none_of(elf->segments.begin(), elf->segments.end(), [](const ElfSegment& segment) {
    return segment.type == kInterpreterSegment;
  });
}

// They stand one after the other, sorted, from "[" and "[[" on, with an empty one at the end.
std::vector<std::string> busybox_names(std::string_view program) {
  constexpr std::string_view kBegin("\0[\0[[\0", 6);
  std::vector<std::string> names;
  size_t at = program.find(kBegin);
  std::string_view rest = at == std::string_view::npos ? "" : program.substr(at + 1);
  while (names.size() < kMaxNames) {
    std::string_view name = rest.substr(0, rest.find('\0'));
    if (!is_name(name)) break;
    names.emplace_back(name);
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
  }
  if (std::find(names.begin(), names.end(), "sh") != names.end()) return names;
  constexpr std::string_view kUsual =
      "[ ash awk cat chmod cp cut date dd df dmesg du echo env find free grep head hostname id "
      "kill "
      "less ln ls mkdir more mount mv nc netstat nslookup ping pgrep ps pwd readlink rm sed sh "
      "sleep "
      "sort stat strings tail tar test top touch tr uname vi wc wget which xargs";
  names.clear();
  for (std::string_view name : split_blanks(kUsual)) names.emplace_back(name);
  return names;
}

Result<std::unique_ptr<Image>> make_debug_image(const Image& slim,
                                                std::string_view busybox,
                                                const Limits& limits) {
  std::string tar = tools_layer(busybox);
  ImageInfo info = slim.info();
  info.names.clear();
  info.manifest_digest.clear();
  Layer layer;
  layer.diff_id = digest_of(tar);
  layer.blob = {"application/vnd.oci.image.layer.v1.tar", layer.diff_id, tar.size(), {}, {}};
  layer.history_index = -1;
  TRY_ASSIGN(std::string text, config_text(info, layer.diff_id, limits));
  TRY_ASSIGN(info.config, parse_image_config(std::move(text), limits));
  info.config_digest = digest_of(info.config.raw_json);
  info.layers.push_back(std::move(layer));
  for (Layer& each : info.layers) each.history_index = -1;
  TRY(attach_config(info.config, info.layers));
  return std::unique_ptr<Image>(
      std::make_unique<WithOneLayer>(slim, std::move(info), std::move(tar)));
}

}  // namespace whittle
