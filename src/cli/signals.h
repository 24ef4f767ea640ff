// Ctrl-C and its kin: they cancel, and the work in progress cleans up and returns.
#pragma once

#include "base/cancel.h"

namespace whittle {

// SIGINT, SIGTERM and SIGHUP cancel `token`, as often as they come: no repetition ends the program
// before its clean-up. A signal that was ignored at the start stays ignored (nohup). SIGPIPE is
// ignored: writes return EPIPE instead. `token` must outlive the program's main thread; once per
// process.
void install_signal_handlers(CancelToken& token);

}  // namespace whittle
