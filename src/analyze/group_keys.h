// Inside of analyze: the key that a file has in one dimension.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "model/analysis.h"
#include "model/groups.h"

namespace whittle {

// Numbers the keys of one dimension. Equal numbers mean equal texts within one dimension.
class GroupKeys {
 public:
  virtual ~GroupKeys() = default;
  // Of a regular file.
  virtual uint32_t key(EntryRef file) = 0;
  virtual std::string text(uint32_t key) const = 0;
};

enum class KeyUse : uint8_t {
  Show,
  Compare,  // keys without what shifts between two builds: numbers of layers and lines
};

// `analysis` must outlive the result.
std::unique_ptr<GroupKeys> make_group_keys(const Analysis& analysis,
                                           Dimension dimension,
                                           KeyUse use);

}  // namespace whittle
