// Two versions of a path compared.
#pragma once

#include <string>

#include "tui/timeline.h"

namespace whittle::tui {

enum class Equality : uint8_t { Equal, Different, Unknown /* same size, no hashes */ };

struct VersionChange {
  bool type = false;
  Equality content = Equality::Equal;  // of files
  bool mode = false;
  bool owner = false;
  bool link_target = false;
  bool xattrs = false;
  bool device = false;
  bool time = false;

  bool has_other_attributes() const { return mode || owner || link_target || xattrs || device; }

  // Proven, times aside.
  bool is_none() const { return !type && content == Equality::Equal && !has_other_attributes(); }
};

// Both are there.
VersionChange change_between(const Timeline& timeline, const Version& before, const Version& after);

// "-rwxr-xr-x", "drwxrwxrwt", as ls.
std::string mode_text(EntryType type, uint32_t mode);
// "file", "folder", "symbolic link".
std::string_view type_name(EntryType type);

}  // namespace whittle::tui
