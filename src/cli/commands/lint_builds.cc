#include "cli/commands/lint_builds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/fs.h"
#include "base/strings.h"
#include "builds/build_file.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxBuildFileBytes = 4ULL << 20;
constexpr uint64_t kMaxEnvFileBytes = 1ULL << 20;
constexpr size_t kMaxPlatforms = 16;  // of one target

// What the builder sets for a platform: "linux/arm/v7".
std::vector<std::pair<std::string, std::string>> platform_args(const std::string& platform) {
  std::vector<std::string_view> parts = split(platform, '/');
  parts.resize(std::max<size_t>(parts.size(), 3));
  return {{"TARGETPLATFORM", platform},
          {"TARGETOS", std::string(parts[0])},
          {"TARGETARCH", std::string(parts[1])},
          {"TARGETVARIANT", std::string(parts[2])}};
}

bool is_same(const LintBuild& a, const LintBuild& b) {
  return a.context == b.context && a.has_context == b.has_context && a.build_args == b.build_args &&
         a.target == b.target && a.named_contexts == b.named_contexts;
}

void add_build(std::vector<LintBuild>& builds, LintBuild build) {
  bool is_new = std::none_of(
      builds.begin(), builds.end(), [&](const LintBuild& other) { return is_same(build, other); });
  if (is_new) builds.push_back(std::move(build));
}

// Names that are set already keep their value.
void add_args(const std::vector<std::pair<std::string, std::string>>& from, LintBuild& build) {
  for (const auto& arg : from) {
    bool is_set = std::any_of(build.build_args.begin(),
                              build.build_args.end(),
                              [&](const auto& other) { return other.first == arg.first; });
    if (!is_set) build.build_args.push_back(arg);
  }
}

class BuildFileSources {
 public:
  BuildFileSources(const std::string& word, const LintBuild& given)
      : word_(word), folder_(fs::path(word).parent_path()), given_(given) {}

  Result<BuildSources> run() {
    TRY_ASSIGN(DeclaredBuilds declared, read());
    for (const BuildNote& note : declared.notes) remark(note.line, note.text);
    for (const DeclaredBuild& build : declared.builds) add(build);
    result_.sources = sources_.take();
    return std::move(result_);
  }

 private:
  Result<DeclaredBuilds> read() {
    TRY_ASSIGN(std::string text, read_file(word_, kMaxBuildFileBytes));
    std::optional<BuildFileKind> kind = build_file_kind(word_);
    std::string shown = printable(word_);
    VariableLookup environment = [this](const std::string& name) { return variable(name); };
    if (kind == BuildFileKind::BakeHcl) return read_bake(text, shown, environment);
    if (kind == BuildFileKind::BakeJson) return read_bake_json(text, shown, environment);
    Result<std::string> env = read_file(folder_ / ".env", kMaxEnvFileBytes);
    if (env.ok()) env_file_ = read_env_file(*env);
    auto sibling = [this](const std::string& path) {
      return read_file(folder_ / path, kMaxBuildFileBytes);
    };
    return read_compose(text, shown, environment, sibling);
  }

  std::optional<std::string> variable(const std::string& name) const {
    if (const char* set = std::getenv(name.c_str())) return std::string(set);
    for (const auto& [key, value] : env_file_) {
      if (key == name) return value;
    }
    return std::nullopt;
  }

  void remark(uint32_t line, std::string_view text) {
    result_.remarks += fmt::format("whittle: {}:{}: {}\n", printable(word_), line, text);
  }

  void add(const DeclaredBuild& declared) {
    if (!given_.context && is_remote_context(declared.context)) {
      remark(declared.line,
             fmt::format("`{}` is not linted: its context `{}` is elsewhere",
                         printable(declared.name),
                         printable(declared.context)));
      return;
    }
    LintSource source;
    bool is_elsewhere = is_remote_context(declared.context);
    fs::path own = is_elsewhere ? *given_.context : in_folder(folder_, declared.context);
    fs::path context = given_.context.value_or(own);
    source.path = in_folder(own, declared.dockerfile);
    if (declared.inline_text) {
      source.path = context / "Dockerfile";
      source.text = declared.inline_text;
      source.takes_fixes = false;
      source.shown = printable(word_) + "#" + printable(declared.name);
    } else {
      std::error_code error;
      bool is_missing = !fs::exists(source.path, error);
      if (is_missing && declared.is_template) return;
      source.shown = clean_path(source.path.string());
    }
    add_builds(declared, context, source);
    sources_.add(std::move(source));
  }

  static fs::path in_folder(const fs::path& folder, const std::string& path) {
    std::string clean = clean_path((folder / path).string());
    return clean.empty() ? fs::path(".") : fs::path(clean);
  }

  // One for each platform.
  void add_builds(const DeclaredBuild& declared, const fs::path& context, LintSource& source) {
    LintBuild build = given_;
    std::error_code error;
    build.has_context = fs::is_directory(context, error);
    build.context = context;
    if (build.target.empty()) build.target = declared.target;
    build.named_contexts = declared.named_contexts;
    std::vector<std::string> platforms = declared.platforms;
    platforms.resize(std::clamp<size_t>(platforms.size(), 1, kMaxPlatforms));
    for (const std::string& platform : platforms) {
      LintBuild one = build;
      if (!platform.empty()) add_args(platform_args(platform), one);
      add_args(declared.args, one);
      add_build(source.builds, std::move(one));
    }
  }

  const std::string& word_;
  fs::path folder_;
  const LintBuild& given_;
  std::vector<std::pair<std::string, std::string>> env_file_;
  SourceSet sources_;
  BuildSources result_;
};

}  // namespace

bool is_build_file(const std::string& word) {
  std::error_code error;
  return build_file_kind(word) && fs::is_regular_file(word, error);
}

Result<BuildSources> sources_of_build_file(const std::string& word, const LintBuild& given) {
  return BuildFileSources(word, given).run();
}

void SourceSet::add(LintSource source) {
  std::error_code error;
  std::string key =
      source.text ? source.shown : fs::absolute(source.path, error).lexically_normal().string();
  auto [place, is_new] = index_.try_emplace(key, sources_.size());
  if (is_new) {
    sources_.push_back(std::move(source));
    return;
  }
  LintSource& known = sources_[place->second];
  for (LintBuild& build : source.builds) add_build(known.builds, std::move(build));
}

}  // namespace whittle
