#include "lint/context_sources.h"

#include <unistd.h>

#include <algorithm>

#include "base/strings.h"
#include "lint/stages.h"

namespace whittle {

namespace {

// nullopt if the word holds a variable without a value.
std::optional<std::string> expanded(const LintInput& input, size_t index, const std::string& word) {
  const Environment& environment = input.evaluation.states[index].environment;
  Result<Expansion> expansion = expand_word(
      word, input.file->escape, [&](std::string_view name) { return environment.find(name); });
  if (!expansion.ok() || !expansion->unset.empty()) return std::nullopt;
  return expansion->text;
}

bool is_copy(const Instruction& instruction) {
  return instruction.kind == InstructionKind::Copy || instruction.kind == InstructionKind::Add;
}

}  // namespace

std::vector<CopySource> copy_sources(const LintInput& input, size_t index) {
  const Instruction& copy = input.file->instructions[index];
  std::vector<CopySource> sources;
  if (!is_copy(copy) || copy.flag("from") || copy.words.size() < 2) return sources;
  for (size_t i = 0; i + 1 < copy.words.size(); ++i) {
    const Word& word = copy.words[i];
    bool is_heredoc =
        std::any_of(copy.heredocs.begin(), copy.heredocs.end(), [&](const Heredoc& heredoc) {
          return word.range.contains(heredoc.word);
        });
    if (is_heredoc) continue;
    std::optional<std::string> path = expanded(input, index, word.text);
    sources.push_back({path ? *path : word.text, word.range, path.has_value()});
  }
  return sources;
}

std::string copy_target(const LintInput& input, size_t index) {
  const Instruction& copy = input.file->instructions[index];
  if (!is_copy(copy) || copy.words.empty()) return "";
  std::optional<std::string> target = expanded(input, index, copy.words.back().text);
  if (!target || target->empty()) return "";
  if ((*target)[0] != '/') *target = input.evaluation.states[index].working_dir + "/" + *target;
  return clean_path(*target);
}

bool is_folder_target(const LintInput& input, size_t index) {
  const Instruction& copy = input.file->instructions[index];
  if (copy.words.empty()) return false;
  const std::string& text = copy.words.back().text;
  return text == "." || text == ".." || (!text.empty() && text.back() == '/') ||
         (text.size() > 1 && text.substr(text.size() - 2) == "/.");
}

std::string source_path(const CopySource& source) {
  std::string path = clean_path(source.path);
  size_t begin = path.find_first_not_of('/');
  path.erase(0, begin == std::string::npos ? path.size() : begin);
  return path == "." ? "" : path;
}

std::vector<uint32_t> image_copies(const LintInput& input) {
  std::vector<uint32_t> copies(input.context->files.size(), 0);
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    if (!is_in_final_chain(input, input.file->instructions[i].stage)) continue;
    std::vector<bool> taken(copies.size(), false);
    for (const CopySource& source : copy_sources(input, i)) {
      for (size_t file : files_of_source(*input.context, source.path)) taken[file] = true;
    }
    for (size_t file = 0; file < taken.size(); ++file) copies[file] += taken[file] ? 1U : 0U;
  }
  return copies;
}

std::string read_head(const BuildContext& context, std::string_view path, size_t max_bytes) {
  Result<UniqueFd> fd = open_read(context.root / path);
  if (!fd.ok()) return "";
  std::string bytes(max_bytes, '\0');
  size_t size = 0;
  while (size < max_bytes) {
    ssize_t count = ::read(fd->get(), bytes.data() + size, max_bytes - size);
    if (count <= 0) break;
    size += static_cast<size_t>(count);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace whittle
