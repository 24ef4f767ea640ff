#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/fs.h"
#include "base/strings.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

// Line by line, so that an error with log lines keeps its shape.
std::string printable_lines(std::string_view text) {
  std::string out;
  for (std::string_view line : split_lines(text)) {
    if (!out.empty()) out += "\n  ";
    out += printable(line);
  }
  return out;
}

}  // namespace

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

unsigned terminal_width(int fd) {
  winsize size{};
  uint64_t columns = 0;
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  if (columns == 0) columns = parse_u64(environment("COLUMNS")).value_or(100);
  return static_cast<unsigned>(std::clamp<uint64_t>(columns, 20, 200));
}

bool wants_color(ColorMode mode, int fd) {
  if (mode != ColorMode::Auto) return mode == ColorMode::Always;
  return is_terminal(fd) && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
}

Status write_stdout(std::string_view text) {
  while (!text.empty()) {
    ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == EPIPE) return {};
      return errno_error("cannot write to standard output", errno);
    }
    text.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

void write_stderr(std::string_view text) {
  Status status = write_all(STDERR_FILENO, text);
  (void)status;  // there is nowhere left to say it
}

void print_error(const Error& error, bool color) {
  std::string out = fmt::format(
      "{} {}\n", styled("whittle:", Style::Bad, color), printable_lines(error.message()));
  if (!error.hint().empty()) {
    out += fmt::format(
        "{} {}\n", styled("hint:", Style::Heading, color), printable_lines(error.hint()));
  }
  write_stderr(out);
}

}  // namespace whittle
