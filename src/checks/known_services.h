// Well-known servers: where they write, and what they need as root.
#pragma once

#include <string_view>

#include "checks/image_facts.h"

namespace whittle {

struct KnownService {
  std::string_view name;          // of its program; several split by blanks, the first for people
  std::string_view writes;        // folders, split by blanks, as their usual images have them
  std::string_view capabilities;  // that it takes as root: "CHOWN SETUID"
};

// The one that the image's command starts, also through a start script's arguments; null for none.
const KnownService* find_service(const ImageFacts& facts);

}  // namespace whittle
