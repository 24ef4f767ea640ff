// Paths, libraries and commands among the constant strings of a program.
#pragma once

#include <string_view>

#include "reach/facts.h"

namespace whittle {

// Adds what an absolute path of a file names, if it is one: "/etc/nginx/%s.conf" is a pattern.
// Paths that are no file of an image ("/proc/...") are passed over.
void add_named_path(std::string_view text, FactWriter& into, uint32_t line = 0);

// "libfoo.so", "libfoo.so.1.2": the name of a library.
bool is_library_name(std::string_view text);

// "de_DE.UTF-8", "ja_JP": the name of a locale.
bool is_locale_name(std::string_view text);

}  // namespace whittle
