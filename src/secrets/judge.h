// Whether what a pattern took is a secret: its entropy, examples of documentation, placeholders.
#pragma once

#include <string_view>

namespace whittle {

// Shannon's entropy in bits a byte; 0 for "".
double entropy_of(std::string_view text);

// A reference to a secret that is elsewhere, or a form to fill in: "${TOKEN}", "<your-key>",
// "changeme", "xxxxxxxx". Such a text is no secret of any kind.
bool is_placeholder(std::string_view secret);

// One of the values that vendors print in their documentation, or a text that says so itself:
// "AKIAIOSFODNN7EXAMPLE".
bool is_known_example(std::string_view secret);

// Whether a text behind a name like "token" is likely to be one, and no word, path, version,
// address or piece of code: letters and digits take turns at least so often.
bool looks_like_secret(std::string_view secret, unsigned min_turns);

}  // namespace whittle
