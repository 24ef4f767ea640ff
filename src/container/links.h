// What a page leads to: the links and forms of HTML, the url() of style sheets, and where a link
// leads from a page. Pure functions on foreign text: they never fail, what is broken is passed
// over. Sources: HTML Living Standard, 13.2 (as far as attributes need it); CSS Syntax 3, url
// token; RFC 3986, 5.2.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

// Of one page; what comes after is passed over.
inline constexpr size_t kMaxPageLinks = 2'000;
inline constexpr size_t kMaxLinkBytes = 2'000;

// A form with what its fields hold at first.
struct PageForm {
  std::string method = "GET";  // or POST
  std::string action;          // a link; "": the page itself
  std::string fields;          // application/x-www-form-urlencoded
};

struct PageLinks {
  std::string base;                // of <base href>; "": the page itself
  std::vector<std::string> links;  // as they are written, in order, entities decoded
  std::vector<PageForm> forms;
};

PageLinks links_of_html(std::string_view text);
std::vector<std::string> links_of_css(std::string_view text);

// The path and query of a link on the page `from` ("/shop/list?page=2") of `origin`
// ("127.0.0.1:8080"), dots resolved, fragment cut off, as a request line can hold it. Nothing for
// other origins, other schemes and what is too long.
std::optional<std::string> follow_link(std::string_view link,
                                       std::string_view from,
                                       std::string_view origin);

}  // namespace whittle
