// The keys, by place, as they are bound.
#pragma once

#include <vector>

#include "tui/keys.h"
#include "tui/text.h"

namespace whittle::tui {

std::vector<Line> help_text(const KeyMap& keys, size_t width);
// One line of the most useful keys at a place; what does not fit is left out whole.
Line key_hints(const KeyMap& keys, Place place, bool is_popup, size_t width);

}  // namespace whittle::tui
