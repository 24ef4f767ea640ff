// The words of a command as options and operands, cut as getopt does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/shell.h"

namespace whittle {

struct CommandOption {
  std::string name;   // with its dashes: "-y", "--yes"
  std::string value;  // of "--name=value", of "-nvalue" or the next word
  bool has_value = false;
  const ShellWord* word = nullptr;
};

struct CommandWords {
  std::vector<CommandOption> options;
  std::vector<const ShellWord*> operands;

  // One of these names, blank-separated.
  const CommandOption* find(std::string_view names) const;

  bool has(std::string_view names) const { return find(names) != nullptr; }

  size_t count(std::string_view names) const;
};

// `words` from `first` on. `value_options` (blank-separated, "-t --target") take the next word when
// no value is glued to them; "-abc" is "-a -b -c". Expansions count as written.
CommandWords read_command_words(const std::vector<const ShellWord*>& words,
                                size_t first,
                                std::string_view value_options);

// What a word stands for, as written when it is not literal.
std::string_view text_of(const ShellWord& word);

// True if the blank-separated list holds the word.
bool is_one_of(std::string_view blank_separated, std::string_view word);

}  // namespace whittle
