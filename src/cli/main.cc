// The program `whittle`.
#include <string>
#include <vector>

#include "base/cancel.h"
#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/signals.h"

int main(int argc, char** argv) {
  static whittle::CancelToken cancel;
  whittle::install_signal_handlers(cancel);
  std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return whittle::run_program(words, whittle::command_table(), cancel);
}
