// What a file's bytes are to a search: text, text in UTF-16 as UTF-8, or a binary file.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

struct SearchText {
  std::string_view text;  // the content itself, or `decoded`
  std::string decoded;
  bool is_binary = false;

  SearchText() = default;
  SearchText(const SearchText&) = delete;
  SearchText& operator=(const SearchText&) = delete;
};

// Fills in `view`, which refers to `content`.
void view_as_text(std::string_view content, SearchText& view);

}  // namespace whittle
