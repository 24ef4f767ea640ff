#include "lint/project_text.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace whittle {

namespace {

bool is_name_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '_' || c == '-';
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view extension(std::string_view path) {
  std::string_view name = base_name(path);
  size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

template <size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_below_skipped_folder(std::string_view path) {
  constexpr std::array<std::string_view, 14> kFolders = {".git",
                                                         ".hg",
                                                         ".svn",
                                                         "node_modules",
                                                         ".venv",
                                                         "venv",
                                                         "__pycache__",
                                                         "site-packages",
                                                         ".idea",
                                                         ".vscode",
                                                         ".tox",
                                                         "target",
                                                         ".gradle",
                                                         "vendor"};
  for (std::string_view part : split(path, '/')) {
    if (is_one_of(part, kFolders)) return true;
  }
  return false;
}

bool is_lock_file(std::string_view path) {
  constexpr std::array<std::string_view, 9> kNames = {"package-lock.json",
                                                      "npm-shrinkwrap.json",
                                                      "yarn.lock",
                                                      "pnpm-lock.yaml",
                                                      "poetry.lock",
                                                      "Pipfile.lock",
                                                      "go.sum",
                                                      "Cargo.lock",
                                                      "composer.lock"};
  return is_one_of(base_name(path), kNames) || extension(path) == ".map";
}

bool is_text(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos;
}

bool is_shell_script(const ProjectText::File& file) {
  if (extension(file.path) == ".sh" || extension(file.path) == ".bash") return true;
  std::string_view first = std::string_view(file.text).substr(0, file.text.find('\n'));
  return first.substr(0, 2) == "#!" && contains(first, "sh");
}

}  // namespace

ProjectText read_project_text(const BuildContext& context) {
  ProjectText result;
  uint64_t total = 0;
  for (const ContextFile& file : context.files) {
    if (file.type != ContextFileType::File || file.is_ignored || file.size_bytes == 0) continue;
    if (file.size_bytes > kMaxSearchedFileBytes || is_below_skipped_folder(file.path) ||
        is_lock_file(file.path))
      continue;
    if (total + file.size_bytes > kMaxSearchedBytes) {
      result.is_complete = false;
      break;
    }
    Result<std::string> text = read_context_file(context, file.path, kMaxSearchedFileBytes);
    if (!text.ok() || !is_text(*text)) continue;
    total += text->size();
    result.files.push_back({file.path, std::move(*text)});
  }
  return result;
}

std::shared_ptr<const ProjectText> project_text(const LintInput& input) {
  if (input.project_text || !input.context) return input.project_text;
  if (input.lazy_project_text) return input.lazy_project_text();
  return std::make_shared<const ProjectText>(read_project_text(*input.context));
}

bool mentions_name(std::string_view text, std::string_view name) {
  if (name.empty()) return false;
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (at > 0 && (is_name_char(text[at - 1]) || text[at - 1] == '.' || text[at - 1] == ')' ||
                   text[at - 1] == ']')) {
      continue;
    }
    size_t end = at + name.size();
    if (end < text.size() && is_name_char(text[end]) && is_name_char(name.back())) continue;
    if (end + 1 < text.size() && text[end] == '.' && is_name_char(text[end + 1])) continue;
    return true;
  }
  return false;
}

bool is_about_project(std::string_view path) {
  constexpr std::array<std::string_view, 6> kDocumentExtensions = {
      ".md", ".rst", ".adoc", ".markdown", ".mdx", ".org"};
  constexpr std::array<std::string_view, 5> kNames = {
      ".gitlab-ci.yml", ".travis.yml", "Jenkinsfile", "azure-pipelines.yml", ".editorconfig"};
  std::string_view name = base_name(path);
  if (is_one_of(extension(path), kDocumentExtensions) || is_one_of(name, kNames)) return true;
  if (name.size() > 6 && name.substr(name.size() - 6) == "ignore") return true;
  if (path.substr(0, 8) == ".github/" || path.substr(0, 10) == ".circleci/") return true;
  if (name.substr(0, 7) == "LICENSE" || name == ".gitattributes") return true;
  std::string lower = to_lower(name);
  return contains(lower, "compose") && (extension(lower) == ".yml" || extension(lower) == ".yaml");
}

std::string first_mention(const LintInput& input,
                          const std::vector<std::string>& names,
                          const std::function<bool(std::string_view path)>& skip) {
  std::shared_ptr<const ProjectText> text = project_text(input);
  if (!text) return "";
  for (const ProjectText::File& file : text->files) {
    if (is_about_project(file.path) || skip(file.path)) continue;
    for (const std::string& name : names) {
      if (mentions_name(file.text, name)) return file.path;
    }
  }
  return text->is_complete ? "" : "(more text than can be searched)";
}

bool scripts_install_with_apt(const LintInput& input) {
  std::shared_ptr<const ProjectText> text = project_text(input);
  if (!text) return false;
  return std::any_of(text->files.begin(), text->files.end(), [](const ProjectText::File& file) {
    if (!is_shell_script(file)) return false;
    bool installs = contains(file.text, "apt-get install") || contains(file.text, "apt install") ||
                    contains(file.text, "apt-get -y install") ||
                    contains(file.text, "apt-get build-dep");
    return installs && !contains(file.text, "apt-get update") &&
           !contains(file.text, "apt update") && !contains(file.text, "apt-get -y update") &&
           !contains(file.text, "apt-get -qq update");
  });
}

}  // namespace whittle
