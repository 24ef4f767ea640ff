// Commands whose output is one word: quotes around `$(nproc)` change nothing.
#pragma once

#include "lint/expansions.h"
#include "model/shell.h"

namespace whittle {

// True if the command substitution of a word of `node` is known to write one word without
// wildcards.
bool writes_one_word(const ShellNode& node, const ShellWord& word, const WordExpansion& expansion);

}  // namespace whittle
