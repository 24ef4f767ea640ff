#include "lint/command_words.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

class Reader {
 public:
  Reader(const std::vector<const ShellWord*>& words, size_t first, std::string_view value_options)
      : words_(words), at_(first), value_options_(value_options) {}

  CommandWords run() {
    bool is_over = false;
    for (; at_ < words_.size(); ++at_) {
      std::string_view text = text_of(*words_[at_]);
      if (is_over || text.size() < 2 || text[0] != '-') {
        line_.operands.push_back(words_[at_]);
      } else if (text == "--") {
        is_over = true;
      } else if (text[1] == '-') {
        long_option(text);
      } else {
        short_options(text);
      }
    }
    return std::move(line_);
  }

 private:
  void long_option(std::string_view text) {
    CommandOption option;
    option.word = words_[at_];
    size_t equals = text.find('=');
    option.name = text.substr(0, equals);
    if (equals != text.npos) {
      option.value = text.substr(equals + 1);
      option.has_value = true;
    } else if (is_one_of(value_options_, option.name)) {
      take_next(option);
    }
    line_.options.push_back(std::move(option));
  }

  void short_options(std::string_view text) {
    if (text.size() > 2 && is_one_of(value_options_, text)) {  // "-ldflags value", as Go has them
      CommandOption option{std::string(text), "", false, words_[at_]};
      take_next(option);
      line_.options.push_back(std::move(option));
      return;
    }
    for (size_t i = 1; i < text.size(); ++i) {
      CommandOption option;
      option.word = words_[at_];
      option.name = std::string("-") + text[i];
      bool takes_value = is_one_of(value_options_, option.name);
      bool is_glued = i + 1 < text.size() && (takes_value || text[i + 1] == '=');
      if (is_glued) {
        option.value = text.substr(i + (text[i + 1] == '=' ? 2 : 1));
        option.has_value = true;
      } else if (takes_value) {
        take_next(option);
      }
      line_.options.push_back(std::move(option));
      if (is_glued) return;
    }
  }

  void take_next(CommandOption& option) {
    if (at_ + 1 >= words_.size()) return;
    option.value = text_of(*words_[++at_]);
    option.has_value = true;
  }

  const std::vector<const ShellWord*>& words_;
  size_t at_;
  std::string_view value_options_;
  CommandWords line_;
};

}  // namespace

const CommandOption* CommandWords::find(std::string_view names) const {
  for (const CommandOption& option : options) {
    if (is_one_of(names, option.name)) return &option;
  }
  return nullptr;
}

size_t CommandWords::count(std::string_view names) const {
  return static_cast<size_t>(
      std::count_if(options.begin(), options.end(), [&](const CommandOption& option) {
        return is_one_of(names, option.name);
      }));
}

CommandWords read_command_words(const std::vector<const ShellWord*>& words,
                                size_t first,
                                std::string_view value_options) {
  return Reader(words, first, value_options).run();
}

std::string_view text_of(const ShellWord& word) {
  return word.value ? std::string_view(*word.value) : std::string_view(word.raw);
}

// Without splitting: rules ask this of every command.
bool is_one_of(std::string_view blank_separated, std::string_view word) {
  if (word.empty() || std::any_of(word.begin(), word.end(), is_space)) return false;
  for (size_t at = blank_separated.find(word); at != blank_separated.npos;
       at = blank_separated.find(word, at + 1)) {
    size_t end = at + word.size();
    bool is_begin = at == 0 || is_space(blank_separated[at - 1]);
    if (is_begin && (end == blank_separated.size() || is_space(blank_separated[end]))) return true;
  }
  return false;
}

}  // namespace whittle
