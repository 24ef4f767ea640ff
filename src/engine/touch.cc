#include "engine/touch.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxSourceBytes = 4 << 20;
constexpr uint64_t kSaltRange = 2'999;  // blanks in the added line, at most

// Files of these kinds are sources, the likelier first.
constexpr std::array kSourceExtensions = std::to_array<std::string_view>({
    "go",     "py",  "js",  "ts",   "mjs", "cjs",  "tsx",  "jsx",  "java", "kt",  "rs",
    "rb",     "php", "cs",  "c",    "cc",  "cpp",  "ex",   "html", "css",  "ejs", "vue",
    "svelte", "sh",  "lua", "conf", "yml", "yaml", "json", "toml", "txt",  "md",
});

constexpr std::array kMainNames = std::to_array<std::string_view>({
    "main",
    "app",
    "server",
    "index",
    "wsgi",
    "asgi",
    "manage",
    "program",
    "application",
});

// Changing one of these changes the dependencies, which is not what is measured.
constexpr std::array kManifests = std::to_array<std::string_view>({
    "package.json",     "package-lock.json", "yarn.lock",     "pnpm-lock.yaml",
    "requirements.txt", "pyproject.toml",    "poetry.lock",   "pipfile",
    "pipfile.lock",     "setup.py",          "go.mod",        "go.sum",
    "cargo.toml",       "cargo.lock",        "pom.xml",       "build.gradle",
    "gemfile",          "gemfile.lock",      "composer.json", "composer.lock",
    "dockerfile",       "containerfile",
});

template <size_t N>
size_t rank_in(const std::array<std::string_view, N>& list, std::string_view name) {
  return static_cast<size_t>(std::find(list.begin(), list.end(), name) - list.begin());
}

// Context files that some COPY or ADD of the context takes.
std::set<size_t> copied_files(const Dockerfile& file,
                              const Evaluation& evaluation,
                              const BuildContext& context) {
  std::set<size_t> copied;
  for (size_t i = 0; i < file.instructions.size(); ++i) {
    const Instruction& instruction = file.instructions[i];
    bool copies =
        instruction.kind == InstructionKind::Copy || instruction.kind == InstructionKind::Add;
    if (!copies || instruction.flag("from") != nullptr || instruction.words.size() < 2) continue;
    Lookup lookup = [&](std::string_view name) {
      return evaluation.states[i].environment.find(name);
    };
    for (size_t w = 0; w + 1 < instruction.words.size(); ++w) {
      Result<Expansion> source = expand_word(instruction.words[w].text, file.escape, lookup);
      if (!source.ok()) continue;
      for (size_t index : files_of_source(context, source->text)) copied.insert(index);
    }
  }
  return copied;
}

// All text of the start commands.
std::string start_text(const Dockerfile& file) {
  std::string text;
  for (const Instruction& instruction : file.instructions) {
    if (instruction.kind == InstructionKind::Cmd ||
        instruction.kind == InstructionKind::Entrypoint) {
      text += instruction.text + " ";
    }
  }
  return text;
}

bool names_file(std::string_view text, std::string_view file_name) {
  for (size_t at = text.find(file_name); at != std::string_view::npos;
       at = text.find(file_name, at + 1)) {
    auto is_part = [](char c) {
      return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
    };
    bool starts = at == 0 || !is_part(text[at - 1]);
    size_t end = at + file_name.size();
    if (starts && (end == text.size() || !is_part(text[end]))) return true;
  }
  return false;
}

bool is_test(std::string_view path) {
  std::string lower = to_lower(path);
  return contains(lower, "test") || contains(lower, "spec.") || contains(lower, "fixture");
}

}  // namespace

std::string pick_source_file(const Dockerfile& file,
                             const Evaluation& evaluation,
                             const BuildContext& context) {
  std::string start = start_text(file);
  using Rank = std::tuple<bool, size_t, size_t, ptrdiff_t, std::string>;  // smaller is likelier
  std::vector<Rank> ranks;
  for (size_t index : copied_files(file, evaluation, context)) {
    const ContextFile& found = context.files[index];
    if (found.type != ContextFileType::File || found.size_bytes > kMaxSourceBytes) continue;
    size_t slash = found.path.rfind('/');
    std::string name =
        to_lower(slash == std::string::npos ? found.path : found.path.substr(slash + 1));
    size_t dot = name.rfind('.');
    if (dot == std::string::npos || dot == 0 || is_test(found.path) || found.path.front() == '.')
      continue;
    size_t extension = rank_in(kSourceExtensions, name.substr(dot + 1));
    if (extension == kSourceExtensions.size() || rank_in(kManifests, name) < kManifests.size())
      continue;
    size_t main = rank_in(kMainNames, name.substr(0, dot));
    bool is_named = names_file(start, name);
    ptrdiff_t depth = std::count(found.path.begin(), found.path.end(), '/');
    bool is_config = extension >= rank_in(kSourceExtensions, "sh");
    size_t class_rank = is_config ? 2 : main < kMainNames.size() ? 0 : 1;
    ranks.emplace_back(!is_named, class_rank, extension, depth, found.path);
  }
  if (ranks.empty()) return "";
  return std::get<4>(*std::min_element(ranks.begin(), ranks.end()));
}

std::string with_one_more_line(std::string_view content, std::string_view salt) {
  uint64_t hash = 1469598103934665603ULL;  // FNV-1a
  for (char c : salt) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  std::string text(content);
  if (!text.empty() && text.back() != '\n') text += '\n';
  text.append(1 + hash % kSaltRange, ' ');
  text += '\n';
  return text;
}

}  // namespace whittle
