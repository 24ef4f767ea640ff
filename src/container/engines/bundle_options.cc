#include "container/engines/bundle_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxProfileBytes = 1ULL << 20;

Error usage_error(std::string text) {
  return Error(ErrorKind::Usage, "the built-in engine " + std::move(text))
      .hint("Use --engine docker or --engine podman for other options of a run");
}

struct Setter {
  BundleSpec& spec;
  uint64_t bounding_set = 0;

  Status tmpfs(const std::string& value) const {
    size_t colon = value.find(':');
    std::string path = clean_path("/" + value.substr(0, colon));
    if (path == "/" || !value.starts_with('/'))
      return usage_error(fmt::format("needs a folder: --tmpfs={}", printable(value)));
    BundleTmpfs tmpfs{path, {"nosuid", "nodev", "noexec"}};
    std::string_view options =
        colon == std::string::npos ? std::string_view() : std::string_view(value).substr(colon + 1);
    for (std::string_view option : split(options, ',')) {
      if (!option.empty()) tmpfs.options.emplace_back(option);
    }
    spec.tmpfs.push_back(std::move(tmpfs));
    return {};
  }

  Status volume(const std::string& value) const {
    if (!value.starts_with('/') || contains(value, ":"))
      return usage_error(
          fmt::format("mounts no folder of this machine: --volume={}", printable(value)));
    spec.config.volumes.push_back(value);
    return {};
  }

  Status drop(const std::string& value) const {
    if (value == "ALL") {
      spec.capabilities.clear();
      return {};
    }
    std::erase(spec.capabilities, capability_of(value));
    return {};
  }

  Status add(const std::string& value) const {
    std::string name = capability_of(value);
    if (!can_give_capability(name, bounding_set))
      return usage_error(fmt::format("cannot give the capability `{}`", printable(value)));
    bool is_there = std::find(spec.capabilities.begin(), spec.capabilities.end(), name) !=
                    spec.capabilities.end();
    if (!is_there) spec.capabilities.push_back(std::move(name));
    return {};
  }

  Status pids(const std::string& value) const {
    std::optional<uint64_t> number = parse_u64(value);
    if (!number || *number == 0)
      return usage_error(fmt::format("needs a number: --pids-limit={}", printable(value)));
    spec.request.max_processes = *number;
    return {};
  }

  Status security(const std::string& value) const {
    constexpr std::string_view kProfile = "seccomp=";
    if (value == "no-new-privileges" || value == "no-new-privileges=true") {
      spec.no_new_privileges = true;
      return {};
    }
    if (value == "seccomp=unconfined") return {};  // as every container here is by default
    if (!value.starts_with(kProfile))
      return usage_error(fmt::format("has no --security-opt={}", printable(value)));
    TRY_ASSIGN(spec.seccomp, read_file(value.substr(kProfile.size()), kMaxProfileBytes));
    return {};
  }

 private:
  static std::string capability_of(const std::string& name) {
    return name.starts_with("CAP_") ? name : "CAP_" + name;
  }
};

struct RunWord {
  std::string_view name;
  Status (Setter::*set)(const std::string& value) const;
};

constexpr RunWord kRunWords[] = {{"--tmpfs", &Setter::tmpfs},
                                 {"--volume", &Setter::volume},
                                 {"-v", &Setter::volume},
                                 {"--cap-drop", &Setter::drop},
                                 {"--cap-add", &Setter::add},
                                 {"--pids-limit", &Setter::pids},
                                 {"--security-opt", &Setter::security}};

}  // namespace

Status add_run_words(const std::vector<std::string>& words,
                     uint64_t bounding_set,
                     BundleSpec& spec) {
  Setter setter{spec, bounding_set};
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--read-only" || words[i] == "--read-only=true") {
      spec.read_only = true;
      continue;
    }
    size_t equals = words[i].find('=');
    std::string name = words[i].substr(0, equals);
    const auto* word = std::find_if(std::begin(kRunWords),
                                    std::end(kRunWords),
                                    [&](const RunWord& row) { return row.name == name; });
    bool has_value = equals != std::string::npos || i + 1 < words.size();
    if (word == std::end(kRunWords) || !has_value)
      return usage_error(fmt::format("has no run option `{}`", printable(words[i])));
    std::string value = equals != std::string::npos ? words[i].substr(equals + 1) : words[++i];
    TRY((setter.*word->set)(value));
  }
  return {};
}

}  // namespace whittle
