// The terminal explorer from its first screen to its last.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/cancel.h"
#include "base/result.h"
#include "tui/explorer.h"

namespace whittle::tui {

struct RunOptions {
  std::string target;
  KeyMap keys;
  std::string notice;  // shown at the start; "" for none
  bool color = false;
  std::function<Result<std::unique_ptr<Exploration>>()> open;
  Services services;
  const CancelToken* cancel = nullptr;  // required: a signal ends the run
  CancelToken* stop = nullptr;          // required: set at the end, for `open` and tasks to give up
};

// Opens the image on another thread and shows it until the user leaves. An image that cannot be
// opened is an error, without a screen when it shows quickly. Errors: of opening; Cancelled; Failed
// without a terminal.
Status run_explorer(RunOptions options);

}  // namespace whittle::tui
