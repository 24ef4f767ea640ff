// The terminal: a thin layer over ncursesw that draws lines and delivers keys and clicks. Puts the
// terminal back as it was whatever ends the program, a crash included.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "tui/explorer.h"

namespace whittle::tui {

struct TerminalEvent {
  enum class Kind : uint8_t { None, Pressed, Clicked, Resize };
  Kind kind = Kind::None;
  Key key;
  Mouse mouse;
};

struct TerminalSize {
  size_t width = 0;
  size_t height = 0;
};

// One at a time in a process; from one thread.
class Terminal {
 public:
  // Takes the terminal of standard input and output. Without `color`, bold, dim and reverse only.
  // Errors: Failed when they are no terminal or of a kind that cannot be drawn on.
  static Result<std::unique_ptr<Terminal>> open(bool color);
  virtual ~Terminal() = default;

  virtual TerminalSize size() const = 0;
  virtual void draw(const std::vector<Line>& lines) = 0;
  // Draws everything anew the next time.
  virtual void redraw() = 0;
  // Gives the terminal back and stops the process until it is continued.
  virtual void suspend() = 0;
  // The next event, None after the time or when a signal came.
  virtual TerminalEvent wait(int timeout_ms) = 0;
};

}  // namespace whittle::tui
