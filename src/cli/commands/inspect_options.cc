#include "cli/commands/inspect_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "image/sources/sources.h"

namespace whittle {

namespace {

struct Settings {
  InspectOptions inspect;
  bool no_cache = false;
};

using Row = OptionRow<Settings>;

Error usage_error(std::string text, std::string hint) {
  return Error(ErrorKind::Usage, std::move(text)).hint(std::move(hint));
}

Status not_empty(const std::string& value, std::string_view what) {
  if (!value.empty()) return {};
  return usage_error(fmt::format("the {} is empty", what), "Leave the option out, or name one");
}

template <std::string InspectOptions::*member>
Status set_text(Settings& settings, const std::string& value) {
  TRY(not_empty(value, "name"));
  settings.inspect.*member = value;
  return {};
}

template <bool InspectOptions::*member>
Status set_switch(Settings& settings, const std::string& /*value*/) {
  settings.inspect.*member = true;
  return {};
}

template <std::string OpenOptions::*member>
Status set_socket(Settings& settings, const std::string& value) {
  TRY(not_empty(value, "socket's name"));
  settings.inspect.open.*member = value;
  return {};
}

template <std::string RegistryOptions::*member>
Status set_file(Settings& settings, const std::string& value) {
  TRY(not_empty(value, "file's name"));
  settings.inspect.open.registry.*member = value;
  return {};
}

Status set_platform(Settings& settings, const std::string& value) {
  TRY_ASSIGN(settings.inspect.open.platform, parse_platform(value));
  return {};
}

Status ask_referrers(Settings& settings, const std::string& /*value*/) {
  settings.inspect.open.registry.asks_referrers = true;
  return {};
}

Status add_insecure(Settings& settings, const std::string& value) {
  bool is_host = !value.empty() && !contains(value, "/") && !contains(value, "@");
  if (!is_host) {
    return usage_error(fmt::format("`{}` is not a host", printable(value)),
                       "Write HOST or HOST:PORT, without https:// and without a path");
  }
  settings.inspect.open.registry.insecure_hosts.push_back(value);
  return {};
}

Status add_mirror(Settings& settings, const std::string& value) {
  size_t equals = value.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == value.size()) {
    return usage_error(fmt::format("`{}` is not of the form HOST=URL", printable(value)),
                       "Write for example docker.io=https://mirror.example");
  }
  settings.inspect.open.registry.mirrors.push_back(value);
  return {};
}

Status add_limit(Settings& settings, const std::string& value) {
  return set_limit(settings.inspect.open.limits, value);
}

Status set_no_cache(Settings& settings, const std::string& /*value*/) {
  settings.no_cache = true;
  return {};
}

OptionRowGroup<Settings> image_rows() {
  return {
      "Image",
      {
          Row{{"platform",
               0,
               "PLATFORM",
               "Which image of an index: os/architecture[/variant], for example linux/arm64; this "
               "machine's if not given"},
              set_platform},
          Row{{"dockerfile",
               0,
               "FILE",
               "The Dockerfile the image was made from; taken from the provenance, or from this "
               "folder where it fits the history, if not given",
               false,
               {},
               Completes::Files},
              set_text<&InspectOptions::dockerfile>},
          Row{{"target", 0, "STAGE", "The Dockerfile's stage that was built"},
              set_text<&InspectOptions::stage>},
          Row{{"base",
               0,
               "IMAGE",
               "The image it was made from, written as a target; found if not given"},
              set_text<&InspectOptions::base>},
          Row{{"duplicates", 0, "", "Also look for equal content at different paths"},
              set_switch<&InspectOptions::find_duplicates>},
          Row{{"measure-gzip", 0, "", "Measure compressed sizes that would be estimated"},
              set_switch<&InspectOptions::measure_gzip>},
          Row{{"verify", 0, "", "Check the digests of local images too"},
              set_switch<&InspectOptions::verify>},
          Row{{"limit", 0, "NAME=VALUE", "Raise a limit on the input; errors name which", true},
              add_limit},
      }};
}

OptionRowGroup<Settings> source_rows() {
  return {
      "Registries and engines",
      {
          Row{{"auth-file",
               0,
               "FILE",
               "Credentials, a config.json or auth.json; the usual places if not given",
               false,
               {},
               Completes::Files},
              set_file<&RegistryOptions::auth_file>},
          Row{{"ca-file",
               0,
               "FILE",
               "Certificates (PEM) to trust besides the system's",
               false,
               {},
               Completes::Files},
              set_file<&RegistryOptions::ca_file>},
          Row{{"insecure",
               0,
               "HOST",
               "Registry that may be asked by plain HTTP or with any certificate",
               true},
              add_insecure},
          Row{{"mirror",
               0,
               "HOST=URL",
               "Ask URL before the registry HOST, for example docker.io=https://mirror.example",
               true},
              add_mirror},
          Row{{"referrers", 0, "", "Ask the registry for provenance that stands beside the image"},
              ask_referrers},
          Row{{"docker-socket",
               0,
               "SOCKET",
               "The Docker engine's socket; $DOCKER_HOST, else /var/run/docker.sock if not given",
               false,
               {},
               Completes::Files},
              set_socket<&OpenOptions::docker_socket>},
          Row{{"podman-socket",
               0,
               "SOCKET",
               "Podman's socket; $CONTAINER_HOST, else the usual places if not given",
               false,
               {},
               Completes::Files},
              set_socket<&OpenOptions::podman_socket>},
      }};
}

const std::vector<OptionRowGroup<Settings>>& inspect_rows() {
  static const std::vector<OptionRowGroup<Settings>> groups = {image_rows(), source_rows()};
  return groups;
}

const std::vector<OptionRowGroup<Settings>>& no_cache_rows() {
  static const std::vector<OptionRowGroup<Settings>> groups = {
      {"Cache",
       {Row{{"no-cache", 0, "", "Neither use nor fill the cache of layers"}, set_no_cache}}}};
  return groups;
}

Status set_cache_folder(CacheSettings& settings, const std::string& value) {
  TRY(not_empty(value, "folder's name"));
  settings.folder = value;
  return {};
}

Status set_cache_size(CacheSettings& settings, const std::string& value) {
  std::optional<uint64_t> bytes = parse_size(value);
  if (!bytes) {
    return usage_error(fmt::format("`{}` is not a size", printable(value)),
                       "Write for example 512MiB or 4g");
  }
  settings.max_bytes = *bytes;
  return {};
}

}  // namespace

const std::vector<OptionRowGroup<CacheSettings>>& cache_rows() {
  using CacheRow = OptionRow<CacheSettings>;
  static const std::vector<OptionRowGroup<CacheSettings>> groups = {
      {"Cache",
       {
           CacheRow{{"cache-dir",
                     0,
                     "DIR",
                     "Folder of the cache; $WHITTLE_CACHE_DIR, else ~/.cache/whittle if not given",
                     false,
                     {},
                     Completes::Folders},
                    set_cache_folder},
           CacheRow{{"cache-size",
                     0,
                     "SIZE",
                     fmt::format("What the cache may hold; {} if not given",
                                 format_bytes(LayerCache::kDefaultMaxBytes))},
                    set_cache_size},
       }}};
  return groups;
}

fs::path cache_folder(const CacheSettings& settings) {
  return settings.folder.empty() ? LayerCache::default_folder() : fs::path(settings.folder);
}

std::vector<OptionGroup> inspect_option_groups() {
  std::vector<OptionGroup> groups = infos_of(inspect_rows());
  OptionGroup cache = infos_of(no_cache_rows())[0];
  std::vector<OptionGroup> shared = infos_of(cache_rows());
  for (const OptionInfo& info : shared[0].options) cache.options.push_back(info);
  groups.push_back(std::move(cache));
  return groups;
}

std::vector<OptionGroup> open_option_groups(const std::vector<std::string_view>& more) {
  std::vector<OptionGroup> groups = infos_of(inspect_rows());
  std::vector<OptionInfo>& image = groups[0].options;
  image.erase(std::remove_if(image.begin(),
                             image.end(),
                             [&](const OptionInfo& info) {
                               bool is_more =
                                   std::find(more.begin(), more.end(), info.name) != more.end();
                               return info.name != "platform" && info.name != "limit" && !is_more;
                             }),
              image.end());
  return groups;
}

std::vector<OptionGroup> with_inspect_options(std::vector<OptionGroup> own) {
  for (OptionGroup& group : inspect_option_groups()) own.push_back(std::move(group));
  return own;
}

Result<InspectOptions> inspect_options(const Invocation& invocation, const std::string& target) {
  Settings settings;
  CacheSettings cache;
  TRY(set_options(inspect_rows(), invocation.arguments, settings));
  TRY(set_options(no_cache_rows(), invocation.arguments, settings));
  TRY(set_options(cache_rows(), invocation.arguments, cache));
  if (settings.no_cache && !cache.folder.empty()) {
    return usage_error("--no-cache and --cache-dir do not go together", "Leave one of them out");
  }
  if (target.empty()) return usage_error("the target is empty", "Name an image, or a file of one");
  InspectOptions options = std::move(settings.inspect);
  options.target = target;
  options.threads = invocation.common.threads;
  options.open.offline = invocation.common.offline;
  options.open.cancel = &invocation.cancel;
  options.open.progress = &invocation.progress;
  fs::path folder = cache_folder(cache);
  if (!settings.no_cache && !folder.empty()) {
    options.open.cache = LayerCache::open(folder, cache.max_bytes);
  }
  return options;
}

Positional target_positional(std::string name, std::string help) {
  return {std::move(name), std::move(help), true, {}, Completes::Files};
}

const std::string& target_paragraph() {
  static const std::string text = [] {
    std::string out =
        "A target is a reference (debian:12), looked for in the engines of this machine and then "
        "in its registry; or the path of an archive or a folder, whose kind is recognised; or - "
        "for an archive on standard input. A transport in front says which it is:";
    for (const SourceInfo& source : source_table()) {
      out += fmt::format("{} {}: ({})",
                         &source == &source_table().front() ? "" : ",",
                         source.transport,
                         source.what);
    }
    return "\n" + out + ".\n";
  }();
  return text;
}

std::string dimension_list() {
  std::string out;
  for (const DimensionInfo& info : dimension_table()) {
    out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", info.name, info.what);
  }
  return out;
}

Result<Platform> parse_platform(std::string_view text) {
  size_t colon = text.find(':');
  Platform platform;
  if (colon != std::string_view::npos) platform.os_version = text.substr(colon + 1);
  std::vector<std::string_view> parts = split(text.substr(0, colon), '/');
  bool is_whole = parts.size() >= 2 && parts.size() <= 3;
  for (std::string_view part : parts) is_whole = is_whole && !part.empty();
  if (!is_whole || (colon != std::string_view::npos && platform.os_version.empty())) {
    return usage_error(fmt::format("`{}` is not a platform", printable(text)),
                       "Write os/architecture[/variant], for example linux/arm64 or linux/arm/v7");
  }
  platform.os = to_lower(parts[0]);
  platform.architecture = to_lower(parts[1]);
  if (parts.size() == 3) platform.variant = to_lower(parts[2]);
  return platform;
}

}  // namespace whittle
