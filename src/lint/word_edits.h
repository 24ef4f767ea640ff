// Edits that take words out of commands, and pairs out of ENV: what the fixes of many rules are.
#pragma once

#include <optional>
#include <vector>

#include "lint/command_words.h"
#include "lint/expansions.h"
#include "lint/run_texts.h"

namespace whittle {

// True if the text of this RUN may be edited; never for one behind ONBUILD.
bool is_editable(const LintInput& input, const RunText& run);

// Takes a word, and `more` words behind it, out of its command with the blanks in front. nullopt
// for the first word, and where a comment stands in between. `words` are those of the command.
std::optional<Edit> drop_words(const LintInput& input,
                               const std::vector<const ShellWord*>& words,
                               size_t at,
                               size_t more);

// Takes an option out of its command, one letter out of "-abc", with its value. nullopt where its
// word is quoted or crosses a line.
std::optional<Edit> drop_option(const LintInput& input,
                                const std::vector<const ShellWord*>& words,
                                const CommandOption& option);

// Takes a command with its operator out of the list it stands in; the whole RUN when it is all
// there is. nullopt where the rest would run otherwise.
std::optional<Edit> drop_command(const LintInput& input, const RunText& run, const CommandRef& ref);

// Takes a pair out of ENV, ARG or LABEL; the whole instruction when it is the only one.
std::optional<Edit> drop_pair(const LintInput& input, size_t index, size_t pair);

// Text behind a word, in front of an operator or anything else: one insertion.
Edit insert_at(uint32_t offset, std::string text);

// Double quotes around an expansion, which is unsafe: a list of words becomes one. nullopt where
// the word goes over several lines or the RUN may not be edited.
std::optional<Fix> quote_expansion(const LintInput& input,
                                   const RunText& run,
                                   const ShellWord& word,
                                   const WordExpansion& expansion);

}  // namespace whittle
