// The terminal and the standard streams: what they are, and writing to them.
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/command.h"

namespace whittle {

// Columns of the terminal at `fd`, else $COLUMNS, else 100; between 20 and 200.
unsigned terminal_width(int fd);
bool is_terminal(int fd);
// Whether text for `fd` gets colours: NO_COLOR (https://no-color.org) and TERM=dumb count with Auto
// only.
bool wants_color(ColorMode mode, int fd);
// Writes the result. A reader that has gone (EPIPE) is no error: it had what it wanted.
Status write_stdout(std::string_view text);
// "whittle: TEXT" and, with a hint, "hint: TEXT" on stderr; foreign bytes made printable.
void print_error(const Error& error, bool color);
// As it is, on stderr; failures are ignored.
void write_stderr(std::string_view text);

}  // namespace whittle
