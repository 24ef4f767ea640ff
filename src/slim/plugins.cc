#include "slim/plugins.h"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_set>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxConfigBytes = 1ULL << 20;
constexpr uint64_t kMaxModuleBytes = 16ULL << 20;
constexpr std::string_view kModuleFolder = "/nginx/modules/";
// Names that modules take from this one: it stays as long as one of them does.
constexpr std::string_view kSharedModule = "ndk_http_module.so";
constexpr std::string_view kSharedNames = "ndk_";

using Names = std::unordered_set<std::string>;

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_module(std::string_view path) {
  return contains(path, kModuleFolder) && path.ends_with(".so");
}

bool is_config(std::string_view path) {
  return path.ends_with(".conf") || path.ends_with(".conf.template") ||
         path.starts_with("etc/nginx/");
}

// The words that begin statements, and the names of variables. Format: nginx.org, "Beginner's
// Guide", Configuration File's Structure. What is quoted is not told apart: too many names do no
// harm.
void add_names(std::string_view text, Names& names) {
  bool begins = true;
  for (size_t at = 0; at < text.size();) {
    char c = text[at];
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == ';' || c == '{' || c == '}') {
      begins = true;
      ++at;
    } else if (c == '$' || (begins && is_name_byte(c))) {
      size_t from = c == '$' ? at + 1 : at;
      if (c == '$' && from < text.size() && text[from] == '{') ++from;
      at = from;
      while (at < text.size() && is_name_byte(text[at])) ++at;
      names.emplace(text.substr(from, at - from));
      begins = begins && c == '$';
      if (at == from && c != '$') ++at;
    } else {
      begins = begins && (c == ' ' || c == '\t' || c == '\n' || c == '\r');
      ++at;
    }
  }
}

// "modules/ngx_x.so" of every `load_module` of a text that has no other statement; else empty.
std::vector<std::string_view> modules_loaded(std::string_view text) {
  std::vector<std::string_view> modules;
  for (std::string_view line : split_lines(text)) {
    line = trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    std::vector<std::string_view> words = split_blanks(line);
    bool is_load = words.size() == 2 && words[0] == "load_module" && words[1].ends_with(".so;");
    if (!is_load) return {};
    modules.push_back(words[1].substr(0, words[1].size() - 1));
  }
  return modules;
}

// Strings of a program's bytes that could be names of directives or variables. Shorter ones are
// found in any bytes.
constexpr size_t kMinNameBytes = 3;

template <typename Call>
void each_name(std::string_view bytes, const Call& call) {
  for (size_t at = 0; at < bytes.size();) {
    size_t end = at;
    while (end < bytes.size() && is_name_byte(bytes[end])) ++end;
    bool is_name = end - at >= kMinNameBytes && bytes[at] >= 'a';
    bool is_whole =
        is_name && end < bytes.size() && bytes[end] == '\0' && (at == 0 || bytes[at - 1] == '\0');
    if (is_whole) call(bytes.substr(at, end - at));
    at = end + 1;
  }
}

class NginxModules {
 public:
  NginxModules(const TreePaths& paths, const FileContents& contents)
      : paths_(paths), contents_(contents) {
    for (const auto& [path, text] : contents) {
      if (!is_module(path) && is_config(path)) add_names(text, names_);
    }
    for (const auto& [path, bytes] : contents) {
      if (!is_module(path) || !is_used(bytes)) continue;
      used_.insert(path);
      each_name(bytes, [&](std::string_view name) {
        needs_shared_ = needs_shared_ || name.starts_with(kSharedNames);
      });
    }
  }

  std::vector<NodeId> unused() const {
    std::set<NodeId> found;
    std::set<NodeId> files;
    for (const auto& [path, text] : contents_) {
      if (is_module(path) || !is_config(path)) continue;
      std::vector<NodeId> modules = unused_of(text);
      found.insert(modules.begin(), modules.end());
      if (!modules.empty()) files.insert(paths_.tree().find(path));
    }
    if (!files.empty()) add_links_to(files, found);
    found.insert(files.begin(), files.end());
    found.erase(kNoNode);
    return {found.begin(), found.end()};
  }

 private:
  bool is_used(std::string_view bytes) const {
    bool is_used = false;
    each_name(bytes, [&](std::string_view name) {
      is_used = is_used || names_.contains(std::string(name));
    });
    return is_used;
  }

  // Debian's modules-enabled/ holds links.
  void add_links_to(const std::set<NodeId>& files, std::set<NodeId>& found) const {
    const MergedTree& tree = paths_.tree();
    for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
      NodeId link{i};
      if (paths_.is_link(link) && files.contains(paths_.walk("/" + tree.path(link)).end))
        found.insert(link);
    }
  }

  // The modules that a text does nothing but load; empty when one of them is used or unknown.
  std::vector<NodeId> unused_of(std::string_view text) const {
    std::vector<NodeId> modules;
    for (std::string_view name : modules_loaded(text)) {
      std::string_view file = name.substr(name.rfind('/') + 1);
      NodeId module = kNoNode;
      for (const auto& [path, bytes] : contents_) {
        if (!is_module(path) || path.substr(path.rfind('/') + 1) != file) continue;
        bool is_needed = used_.contains(path) || (file == kSharedModule && needs_shared_);
        if (is_needed) return {};
        module = paths_.tree().find(path);
      }
      if (module == kNoNode) return {};
      modules.push_back(module);
    }
    return modules;
  }

  const TreePaths& paths_;
  const FileContents& contents_;
  Names names_;
  std::set<std::string, std::less<>> used_;
  bool needs_shared_ = false;
};

}  // namespace

bool is_plugin_evidence(std::string_view path, uint64_t size_bytes) {
  return is_module(path) ? size_bytes <= kMaxModuleBytes
                         : is_config(path) && size_bytes <= kMaxConfigBytes;
}

std::vector<NodeId> unused_plugins(const TreePaths& paths, const FileContents& contents) {
  bool has_module = std::any_of(
      contents.begin(), contents.end(), [](const auto& file) { return is_module(file.first); });
  if (!has_module) return {};
  return NginxModules(paths, contents).unused();
}

}  // namespace whittle
