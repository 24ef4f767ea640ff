// The pages of data/html, as the build joins them, and how data gets into one: everything foreign
// reaches a page as JSON that cannot end its element, and is shown as text.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

std::string_view html_page();       // of `analyze`
std::string_view scan_html_page();  // of `scan`
std::string_view slim_html_page();  // of `slim`

// The page with the JSON in the place of "@DATA@", which it must have.
std::string page_with_data(std::string_view page, std::string_view json);

}  // namespace whittle
