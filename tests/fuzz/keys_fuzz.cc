// Key files: no crash, and an error leaves the keys as they were.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tui/keys.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whittle::tui::KeyMap keys;
  std::string text(reinterpret_cast<const char*>(data), size);
  whittle::Status status = whittle::tui::read_keys(text, "keys.yaml", keys);
  if (!status.ok()) {
    bool is_named = status.error().message().starts_with("keys.yaml:");
    bool is_kept = keys.action(whittle::tui::Place::Files, "q") == whittle::tui::Action::Quit;
    if (!is_named || !is_kept) std::abort();
  }
  return 0;
}
