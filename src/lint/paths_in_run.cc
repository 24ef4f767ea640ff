#include "lint/paths_in_run.h"

#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"

namespace whittle {

namespace {

using Words = std::vector<const ShellWord*>;

bool changes_directory(const LintInput& input, size_t index) {
  const std::vector<CommandRef>& commands = input.commands[index];
  return std::any_of(commands.begin(), commands.end(), [](const CommandRef& ref) {
    std::string name = ref.node->command_name();
    return name == "cd" || name == "pushd" || name == "popd";
  });
}

// "" when the word is not literal, or relative where that says nothing.
std::string absolute(const LintInput& input, size_t index, const std::optional<std::string>& word) {
  if (!word || word->empty() || (*word)[0] == '-' || (*word)[0] == '~') return "";
  if ((*word)[0] == '/') return clean_path(*word);
  if (changes_directory(input, index)) return "";
  return clean_path(input.evaluation.states[index].working_dir + "/" + *word);
}

bool is_url(const std::optional<std::string>& word) {
  return word && contains(*word, "://");
}

// Last part of a URL's path: what wget and curl -O name the file.
std::string name_in_url(const std::string& url) {
  std::string path = url.substr(url.find("://") + 3);
  path = path.substr(0, path.find_first_of("?#"));
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(slash + 1);
}

// "-qO": a group of one-letter options that ends in `letter`, whose value is the next word.
bool ends_in_option(const std::string& word, char letter) {
  return word.size() >= 2 && word[0] == '-' && word[1] != '-' && word.back() == letter;
}

std::string option_value(const Words& words, char letter, std::string_view name) {
  for (size_t i = 1; i < words.size(); ++i) {
    if (!words[i]->value) continue;
    const std::string& word = *words[i]->value;
    if (ends_in_option(word, letter) || word == name) {
      return i + 1 < words.size() ? words[i + 1]->value.value_or("") : "";
    }
    if (word.size() > name.size() && word.substr(0, name.size() + 1) == std::string(name) + "=") {
      return word.substr(name.size() + 1);
    }
  }
  return "";
}

std::string made_by_download(const Words& words, bool is_wget) {
  std::string target = is_wget ? option_value(words, 'O', "--output-document")
                               : option_value(words, 'o', "--output");
  if (!target.empty()) return target == "-" ? "" : target;
  bool keeps_name = is_wget;
  for (const ShellWord* word : words) {
    if (!word->value) continue;
    if (!is_wget && (*word->value == "--remote-name" || ends_in_option(*word->value, 'O')))
      keeps_name = true;
    if (*word->value == "-P" || *word->value == "--directory-prefix") return "";
  }
  if (!keeps_name) return "";
  for (const ShellWord* word : words) {
    if (is_url(word->value)) return name_in_url(*word->value);
  }
  return "";
}

std::string made_by_clone(const Words& words) {
  if (words.size() < 3 || words[1]->value != "clone") return "";
  for (size_t i = 2; i < words.size(); ++i) {
    if (!is_url(words[i]->value)) continue;
    if (i + 1 < words.size()) return words[i + 1]->value.value_or("");
    std::string name = name_in_url(*words[i]->value);
    return name.size() > 4 && name.substr(name.size() - 4) == ".git"
               ? name.substr(0, name.size() - 4)
               : name;
  }
  return "";
}

void add(const LintInput& input,
         size_t index,
         const CommandRef& ref,
         const std::string& path,
         bool is_folder,
         std::vector<PathUse>& uses) {
  std::string full = absolute(input, index, path);
  if (!full.empty() && full != "/") uses.push_back({full, &ref, is_folder});
}

}  // namespace

std::vector<PathUse> made_paths(const LintInput& input, size_t index) {
  std::vector<PathUse> uses;
  for (const CommandRef& ref : input.commands[index]) {
    Words words = unwrapped(*ref.node);
    if (words.empty() || !words[0]->value) continue;
    std::string name = words[0]->value->substr(words[0]->value->rfind('/') + 1);
    if (name == "wget" || name == "curl") {
      add(input, index, ref, made_by_download(words, name == "wget"), false, uses);
    } else if (name == "git") {
      add(input, index, ref, made_by_clone(words), true, uses);
    } else if (name == "tar") {
      add(input, index, ref, option_value(words, 'C', "--directory"), true, uses);
    } else if (name == "mkdir") {
      for (size_t i = 1; i < words.size(); ++i)
        add(input, index, ref, words[i]->value.value_or(""), true, uses);
    }
  }
  return uses;
}

std::vector<PathUse> deleted_paths(const LintInput& input, size_t index) {
  std::vector<PathUse> uses;
  for (const CommandRef& ref : input.commands[index]) {
    Words words = unwrapped(*ref.node);
    if (words.empty() || words[0]->value != "rm" || ref.is_conditional) continue;
    for (size_t i = 1; i < words.size(); ++i) {
      if (words[i]->value) add(input, index, ref, *words[i]->value, false, uses);
    }
  }
  return uses;
}

}  // namespace whittle
