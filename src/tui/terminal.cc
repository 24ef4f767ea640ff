#include "tui/terminal.h"

#include <fcntl.h>
#include <langinfo.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <string>

#include "base/fd.h"
#include "base/strings.h"

// Last, for the names that it makes macros of.
#include <ncurses.h>

// Of term.h, whose other names are macros like `lines`.
extern "C" char* tigetstr(const char* name);

namespace whittle::tui {

namespace {

constexpr int kEscapeDelayMs = 25;
constexpr wint_t kEscape = 27;

// What a crash handler needs, ready before one can come: it may only call write() and tcsetattr().
struct Rescue {
  termios before{};
  int input = -1;
  std::array<char, 256> text{};
  size_t size = 0;
  bool is_armed = false;
};

Rescue g_rescue;

void add_rescue(const char* text) {
  if (text == nullptr || text == reinterpret_cast<const char*>(-1)) return;
  size_t size = std::min(std::strlen(text), g_rescue.text.size() - g_rescue.size);
  std::memcpy(g_rescue.text.data() + g_rescue.size, text, size);
  g_rescue.size += size;
}

extern "C" void on_crash(int number) {
  if (g_rescue.is_armed) {
    ssize_t written = ::write(STDOUT_FILENO, g_rescue.text.data(), g_rescue.size);
    static_cast<void>(written);
    ::tcsetattr(g_rescue.input, TCSANOW, &g_rescue.before);
  }
  // The handler is gone (SA_RESETHAND): this time the signal does what it does.
  ::raise(number);
}

constexpr int kCrashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT};

void arm_rescue() {
  g_rescue.size = 0;
  add_rescue("\x1b[?1000l\x1b[?1002l\x1b[?1006l");  // the mouse belongs to the terminal again
  add_rescue(::tigetstr("sgr0"));
  add_rescue(::tigetstr("cnorm"));
  add_rescue(::tigetstr("rmcup"));
  g_rescue.is_armed = true;
  for (int number : kCrashes) {
    struct sigaction action {};

    action.sa_handler = on_crash;
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_NODEFER;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(number, &action, nullptr);
  }
}

void disarm_rescue() {
  g_rescue.is_armed = false;
  for (int number : kCrashes) ::signal(number, SIG_DFL);
}

// The user's locale; where none is set, UTF-8 is what terminals speak.
bool choose_locale() {
  bool has_locale = false;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    has_locale = has_locale || (value != nullptr && *value != '\0');
  }
  if (!has_locale || std::setlocale(LC_CTYPE, "") == nullptr) std::setlocale(LC_CTYPE, "C.UTF-8");
  return std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0;
}

// For terminals that are not UTF-8.
std::string in_ascii(std::string_view text) {
  struct Sign {
    std::string_view from;
    std::string_view to;
  };

  constexpr Sign kSigns[] = {{"│", "|"},
                             {"─", "-"},
                             {"▸", "+"},
                             {"▾", "-"},
                             {"…", "."},
                             {"→", ">"},
                             {"▌", "|"},
                             {"▏", "_"},
                             {"·", "."}};
  std::string out(text);
  for (const Sign& sign : kSigns) out = replace_all(out, sign.from, sign.to);
  std::string ascii;
  for (char c : out) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) ascii.push_back(c);
    if (byte >= 0xC0) ascii.push_back('?');
  }
  return ascii;
}

enum Pair : short { kGreen = 1, kRed, kYellow, kCyan, kMagenta };

struct Look {
  attr_t attributes;
  short pair;
};

Look look_of(Role role) {
  switch (role) {
    case Role::Plain:
      return {A_NORMAL, 0};
    case Role::Dim:
      return {A_DIM, 0};
    case Role::Strong:
    case Role::Title:
      return {A_BOLD, 0};
    case Role::TitleFocused:
      return {A_BOLD | A_UNDERLINE, kCyan};
    case Role::Added:
    case Role::Good:
    case Role::RangeLow:
      return {A_NORMAL, kGreen};
    case Role::Removed:
    case Role::Bad:
      return {A_NORMAL, kRed};
    case Role::Modified:
    case Role::Caution:
      return {A_NORMAL, kYellow};
    case Role::Accent:
      return {A_NORMAL, kCyan};
    case Role::Match:
      return {A_BOLD | A_UNDERLINE, kYellow};
    case Role::RangeTop:
      return {A_BOLD, kMagenta};
    case Role::Hotkey:
      return {A_BOLD, kCyan};
  }
  return {A_NORMAL, 0};
}

Key function_key(wint_t code) {
  switch (code) {
    case KEY_UP:
      return "up";
    case KEY_DOWN:
      return "down";
    case KEY_LEFT:
      return "left";
    case KEY_RIGHT:
      return "right";
    case KEY_HOME:
      return "home";
    case KEY_END:
      return "end";
    case KEY_PPAGE:
      return "pgup";
    case KEY_NPAGE:
      return "pgdn";
    case KEY_BTAB:
      return "shift+tab";
    case KEY_BACKSPACE:
      return "backspace";
    case KEY_DC:
      return "delete";
    case KEY_ENTER:
      return "enter";
    default:
      break;
  }
  if (code >= static_cast<wint_t>(KEY_F(1)) && code <= static_cast<wint_t>(KEY_F(12))) {
    return "f" + std::to_string(code - static_cast<wint_t>(KEY_F(0)));
  }
  return "";
}

Key character_key(wint_t code) {
  switch (code) {
    case 0:
      return "ctrl+space";
    case '\t':
      return "tab";
    case '\r':
    case '\n':
      return "enter";
    case 8:
    case 127:
      return "backspace";
    case ' ':
      return "space";
    default:
      break;
  }
  if (code <= 26) return std::string("ctrl+") + static_cast<char>('a' + code - 1);
  if (code == 31) return "ctrl+_";
  if (code < 32) return "";
  std::array<char, MB_LEN_MAX> bytes{};
  std::mbstate_t state{};
  size_t size = std::wcrtomb(bytes.data(), static_cast<wchar_t>(code), &state);
  return size == static_cast<size_t>(-1) ? "" : std::string(bytes.data(), size);
}

class CursesTerminal : public Terminal {
 public:
  CursesTerminal(FILE* out, FILE* in, SCREEN* screen, bool color, bool is_utf8)
      : out_(out), in_(in), screen_(screen), is_utf8_(is_utf8) {
    ::set_escdelay(kEscapeDelayMs);
    ::raw();
    ::noecho();
    ::nonl();
    ::keypad(stdscr, TRUE);
    ::curs_set(0);
    ::mouseinterval(0);
    ::mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, nullptr);
    has_color_ = color && ::has_colors() && ::start_color() == OK;
    if (has_color_) make_pairs();
    arm_rescue();
  }

  CursesTerminal(const CursesTerminal&) = delete;
  CursesTerminal& operator=(const CursesTerminal&) = delete;

  ~CursesTerminal() override {
    disarm_rescue();
    ::endwin();
    ::delscreen(screen_);
    std::fclose(out_);
    std::fclose(in_);
  }

  TerminalSize size() const override {
    return {static_cast<size_t>(std::max(0, ::getmaxx(stdscr))),
            static_cast<size_t>(std::max(0, ::getmaxy(stdscr)))};
  }

  void draw(const std::vector<Line>& lines) override {
    ::erase();
    for (size_t y = 0; y < lines.size(); ++y) {
      ::move(static_cast<int>(y), 0);
      for (const Span& span : lines[y].spans) draw_span(span);
    }
    ::refresh();
  }

  void redraw() override { ::clearok(stdscr, TRUE); }

  void suspend() override {
    disarm_rescue();
    ::endwin();
    ::raise(SIGTSTP);
    arm_rescue();
    redraw();
    ::refresh();
  }

  TerminalEvent wait(int timeout_ms) override {
    ::timeout(timeout_ms);
    wint_t code = 0;
    int kind = ::get_wch(&code);
    TerminalEvent event;
    if (kind == ERR) return event;
    if (kind == KEY_CODE_YES && code == KEY_RESIZE) {
      event.kind = TerminalEvent::Kind::Resize;
      return event;
    }
    if (kind == KEY_CODE_YES && code == KEY_MOUSE) return mouse_event();
    event.key = kind == KEY_CODE_YES ? function_key(code)
                : code == kEscape    ? escape_key()
                                     : character_key(code);
    if (!event.key.empty()) event.kind = TerminalEvent::Kind::Pressed;
    return event;
  }

 private:
  static void make_pairs() {
    bool has_default = ::use_default_colors() == OK;
    auto ground = static_cast<short>(has_default ? -1 : COLOR_BLACK);
    ::init_pair(kGreen, COLOR_GREEN, ground);
    ::init_pair(kRed, COLOR_RED, ground);
    ::init_pair(kYellow, COLOR_YELLOW, ground);
    ::init_pair(kCyan, COLOR_CYAN, ground);
    ::init_pair(kMagenta, COLOR_MAGENTA, ground);
  }

  void draw_span(const Span& span) {
    Look look = look_of(span.role);
    // A selected row is one bar: its colours would become a patchwork of grounds.
    if (span.highlight == Highlight::Selected) look = {A_REVERSE, 0};
    if (span.highlight == Highlight::SelectedElsewhere) look = {A_REVERSE | A_DIM, 0};
    ::attr_set(look.attributes, has_color_ ? look.pair : static_cast<short>(0), nullptr);
    std::string ascii = is_utf8_ ? "" : in_ascii(span.text);
    ::addstr(is_utf8_ ? span.text.c_str() : ascii.c_str());
    ::attr_set(A_NORMAL, 0, nullptr);
  }

  // Escape itself, or what Alt sends: Escape and the key at once.
  static Key escape_key() {
    ::timeout(0);
    wint_t code = 0;
    int kind = ::get_wch(&code);
    if (kind == ERR) return "esc";
    if (kind == OK && code == kEscape) {
      ::unget_wch(static_cast<wchar_t>(code));
      return "esc";
    }
    Key key = kind == KEY_CODE_YES ? function_key(code) : character_key(code);
    return key.empty() ? "esc" : "alt+" + key;
  }

  static TerminalEvent mouse_event() {
    TerminalEvent event;
    MEVENT mouse{};
    if (::getmouse(&mouse) != OK || mouse.x < 0 || mouse.y < 0) return event;
    event.kind = TerminalEvent::Kind::Clicked;
    event.mouse.x = static_cast<size_t>(mouse.x);
    event.mouse.y = static_cast<size_t>(mouse.y);
    if ((mouse.bstate & BUTTON4_PRESSED) != 0) {
      event.mouse.kind = Mouse::Kind::WheelUp;
    } else if ((mouse.bstate & BUTTON5_PRESSED) != 0) {
      event.mouse.kind = Mouse::Kind::WheelDown;
    } else if ((mouse.bstate & BUTTON1_PRESSED) == 0) {
      event.kind = TerminalEvent::Kind::None;
    }
    return event;
  }

  FILE* out_;
  FILE* in_;
  SCREEN* screen_;
  bool is_utf8_;
  bool has_color_ = false;
};

// A stream of our own on a descriptor.
FILE* stream_on(UniqueFd fd, const char* mode) {
  FILE* stream = fd.is_open() ? ::fdopen(fd.get(), mode) : nullptr;
  if (stream != nullptr) fd.release();
  return stream;
}

// Keys come from standard input, or, when that is an archive, from the terminal itself.
UniqueFd open_input() {
  if (::isatty(STDIN_FILENO) == 1) return UniqueFd(::dup(STDIN_FILENO));
  return UniqueFd(::open("/dev/tty", O_RDWR | O_CLOEXEC));
}

}  // namespace

Result<std::unique_ptr<Terminal>> Terminal::open(bool color) {
  UniqueFd input = open_input();
  bool is_terminal = ::isatty(STDOUT_FILENO) == 1 && input.is_open();
  if (!is_terminal || ::tcgetattr(input.get(), &g_rescue.before) != 0) {
    return Error("standard output is no terminal, or there is none to take keys from");
  }
  g_rescue.input = input.get();
  bool is_utf8 = choose_locale();
  FILE* out = stream_on(UniqueFd(::dup(STDOUT_FILENO)), "w");
  FILE* in = stream_on(std::move(input), "r");
  SCREEN* screen = out == nullptr || in == nullptr ? nullptr : ::newterm(nullptr, out, in);
  if (screen == nullptr) {
    if (out != nullptr) std::fclose(out);
    if (in != nullptr) std::fclose(in);
    return Error("this kind of terminal ($TERM) is not known here")
        .hint("Set TERM, for example to xterm-256color");
  }
  return std::unique_ptr<Terminal>(
      std::make_unique<CursesTerminal>(out, in, screen, color, is_utf8));
}

}  // namespace whittle::tui
