// The texts of a database that is being made, each once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vuln/database_format.h"

namespace whittle {

class TextPool {
 public:
  TextPool();
  // Texts of more than 65535 bytes are cut.
  database_format::Text add(std::string_view text);
  std::string_view text(database_format::Text text) const;

  const std::string& bytes() const { return bytes_; }

 private:
  struct Slot {
    database_format::Text text = 0;
    uint32_t tag = 0;
  };

  void grow();

  std::string bytes_;
  std::vector<Slot> slots_;  // open-addressed, at most half full; text 0 is free
  size_t used_ = 0;
};

}  // namespace whittle
