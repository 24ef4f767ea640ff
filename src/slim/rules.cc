#include "slim/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "dockerfile/ignore_pattern.h"

namespace whittle {

const std::vector<KeepPreset>& keep_presets() {
  static const std::vector<KeepPreset> table = {
      {"identity",
       "",
       "etc/passwd etc/group etc/nsswitch.conf etc/os-release usr/lib/os-release "
       "etc/debian_version "
       "etc/alpine-release etc/*-release etc/hosts etc/hostname etc/resolv.conf etc/host.conf "
       "etc/mtab etc/localtime etc/timezone",
       "",
       KeepTier::Must,
       "every program may ask who and where it is"},
      {"name services",
       "",
       "etc/services etc/protocols etc/gai.conf etc/ethers etc/networks",
       "",
       KeepTier::May,
       "names of services and protocols"},
      {"certificates",
       "",
       "etc/ssl/certs etc/ssl/cert.pem etc/ssl/openssl.cnf etc/ca-certificates.conf etc/pki/tls "
       "etc/pki/ca-trust/extracted etc/crypto-policies/back-ends",
       "etc/ssl/certs/java",
       KeepTier::May,
       "what TLS clients trust"},
      {"time zones",
       "",
       "usr/share/zoneinfo",
       "usr/share/zoneinfo/right usr/share/zoneinfo/posix",
       KeepTier::May,
       "time zones are chosen by name"},
      {"plain locale",
       "",
       "usr/lib/locale/C.utf8 usr/lib/locale/C.UTF-8",
       "",
       KeepTier::May,
       "the locale that needs no choice"},
      {"media types", "", "etc/mime.types", "", KeepTier::May, "media types by file name"},
      {"python codecs",
       "**/python3*/encodings/__init__.py",
       "usr/lib/python3*/encodings usr/local/lib/python3*/encodings opt/**/python3*/encodings",
       "",
       KeepTier::May,
       "Python finds codecs by name"},
      {"nginx with Lua",
       "usr/lib/nginx/modules/ngx_http_lua_module.so",
       "usr/share/lua/5.1/resty usr/share/lua/5.1/ngx usr/lib/*/lua/5.1",
       "",
       KeepTier::May,
       "the Lua module of nginx loads it when it starts"},
      {"jvm",
       "**/lib/modules",
       "usr/lib/jvm/*/conf usr/lib/jvm/*/lib/security usr/lib/jvm/*/lib/jspawnhelper "
       "usr/lib/jvm/*/lib/*.so usr/lib/jvm/*/lib/tzdb.dat usr/lib/jvm/*/lib/jvm.cfg "
       "usr/lib/jvm/*/lib/modules usr/lib/jvm/*/lib/server/libjvm.so usr/lib/jvm/*/release "
       "etc/java-*/** etc/ssl/certs/java",
       "",
       KeepTier::May,
       "the Java runtime finds it by name"},
  };
  return table;
}

const FileKindInfo* left_over(std::string_view path) {
  constexpr std::string_view kIds[] = {"apt-lists",
                                       "apt-archives",
                                       "apk-cache",
                                       "rpm-cache",
                                       "debconf-cache",
                                       "python-cache",
                                       "npm-cache",
                                       "yarn-cache",
                                       "pnpm-store",
                                       "go-cache",
                                       "cargo-registry",
                                       "jvm-cache",
                                       "other-package-cache",
                                       "vcs"};
  const FileKindInfo& kind = file_kinds()[KindMatcher::standard().kind(path)];
  bool is_one = std::find(std::begin(kIds), std::end(kIds), kind.id) != std::end(kIds);
  return is_one ? &kind : nullptr;
}

struct PathPatterns::Pattern {
  GlobPattern glob;
  std::string folder;  // where all that it matches lies; "" for the root
  bool is_literal = false;
  std::string text;
};

namespace {

std::string clean_pattern(std::string_view text) {
  text = trim(text);
  while (text.starts_with("./")) text.remove_prefix(2);
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

Status check_pattern(std::string_view text) {
  std::string pattern = clean_pattern(text);
  if (!pattern.empty() && GlobPattern::compile(pattern).ok()) return {};
  return Error(ErrorKind::Usage, fmt::format("`{}` is not a pattern of paths", printable(text)))
      .hint("Write for example etc/myapp/** or usr/share/fonts");
}

}  // namespace

Status add_rule_lines(std::string_view text, std::string_view file_name, KeepRules& rules) {
  size_t number = 0;
  for (std::string_view line : split_lines(text)) {
    ++number;
    line = trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("package:")) {
      rules.packages.emplace_back(trim(line.substr(8)));
    } else if (line.starts_with("binary:")) {
      rules.binaries.emplace_back(trim(line.substr(7)));
    } else {
      bool leaves_out = line.starts_with('!');
      if (leaves_out) line.remove_prefix(1);
      Status is_pattern = check_pattern(line);
      if (!is_pattern.ok()) {
        return std::move(is_pattern)
            .error()
            .with(fmt::format("{}:{}", printable(file_name), number));
      }
      (leaves_out ? rules.exclude : rules.include).emplace_back(line);
    }
  }
  return {};
}

Status check_patterns(const KeepRules& rules) {
  for (const std::string& pattern : rules.include) TRY(check_pattern(pattern));
  for (const std::string& pattern : rules.exclude) TRY(check_pattern(pattern));
  return {};
}

PathPatterns::PathPatterns(const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) add(pattern);
}

PathPatterns::PathPatterns(std::string_view patterns) {
  for (std::string_view pattern : split_blanks(patterns)) add(pattern);
}

PathPatterns::PathPatterns(PathPatterns&&) noexcept = default;
PathPatterns::~PathPatterns() = default;

void PathPatterns::add(std::string_view text) {
  std::string clean = clean_pattern(text);
  Result<GlobPattern> compiled = GlobPattern::compile(clean);
  if (!compiled.ok()) return;
  size_t special = clean.find_first_of("*?[\\");
  size_t slash = clean.rfind('/', special);
  std::string folder = clean.substr(0, slash == std::string::npos ? 0 : slash);
  bool is_literal = special == std::string::npos;
  patterns_.push_back({std::move(*compiled), std::move(folder), is_literal, std::move(clean)});
}

void PathPatterns::each_match(const TreePaths& paths,
                              const std::function<void(NodeId id)>& call) const {
  for (const Pattern& pattern : patterns_) {
    NodeId begin = paths.tree().find(pattern.is_literal ? pattern.text : pattern.folder);
    if (begin == kNoNode) continue;
    if (pattern.is_literal) {
      call(begin);
      continue;
    }
    uint32_t end = paths.subtree_end(begin);
    for (uint32_t i = static_cast<uint32_t>(begin) + 1; i < end; ++i) {
      if (pattern.glob.matches(paths.tree().path(NodeId{i}))) call(NodeId{i});
    }
  }
}

bool PathPatterns::matches(std::string_view path) const {
  for (const Pattern& pattern : patterns_) {
    if (pattern.glob.matches(path)) return true;
  }
  return false;
}

}  // namespace whittle
