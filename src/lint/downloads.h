// Commands that fetch a file: curl, wget, aria2c.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/command_words.h"

namespace whittle {

// True for a simple command, below sudo and its like too, that fetches something.
bool is_download(const ShellNode& node);

// The words of a curl or wget command, options with their values.
CommandWords download_words(const std::vector<const ShellWord*>& words);

// Base name of the file that the command writes, as an option or the URL says; "" when it writes to
// its output or when it is not known.
std::string downloaded_file(const ShellNode& node);

}  // namespace whittle
