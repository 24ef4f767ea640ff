// Which files' contents outlive the pass over a layer, and what of them. One named rule, so that an
// index in the cache is known to be good for the rule it was made by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace whittle {

// What the header of a regular file says.
struct FileFacts {
  std::string_view path;  // clean and relative
  uint64_t size_bytes = 0;
  uint32_t mode = 0;
};

enum class Keep : uint8_t {
  Nothing,
  Content,  // as it is
  Extract,  // what `extract` makes of it: of a big program a few lines
};

// Contents come in sets (bits): an index that was made with more sets is good for whoever asks for
// fewer. The functions depend on their arguments alone and are thread-safe.
struct ContentRule {
  uint32_t version = 0;                                          // changes with the functions
  uint8_t sets = 0;                                              // handed to `wants`
  Keep (*wants)(const FileFacts& file, uint8_t sets) = nullptr;  // null: nothing is kept
  // Of a file to extract from: by its first bytes (512, or all), whether to read on.
  bool (*is_worth_reading)(const FileFacts& file, std::string_view beginning) = nullptr;
  // "" keeps nothing.
  std::string (*extract)(const FileFacts& file, std::string_view content) = nullptr;

  bool is_good_for(const ContentRule& asked) const {
    return asked.wants == nullptr || (version == asked.version && (asked.sets & ~sets) == 0);
  }
};

}  // namespace whittle
