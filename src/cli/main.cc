// The program `whittle`.
#include <malloc.h>

#include <string>
#include <vector>

#include "base/cancel.h"
#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/signals.h"

int main(int argc, char** argv) {
  // Big blocks go back to the system when they are freed. Left alone, the allocator learns from the
  // first of them to keep the next, and a layer's index costs half as much again.
  ::mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  static whittle::CancelToken cancel;
  whittle::install_signal_handlers(cancel);
  std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return whittle::run_program(words, whittle::command_table(), cancel);
}
