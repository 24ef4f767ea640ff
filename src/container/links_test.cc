#include "container/links.h"

#include <gtest/gtest.h>

namespace whittle {
namespace {

using Links = std::vector<std::string>;

TEST(Links, OfHtml) {
  PageLinks page = links_of_html(
      "<!doctype html><!-- <a href=no> --><BASE href=\"/shop/\">\n"
      "<a class=x HREF='list?a=1&amp;b=2#end'>x</a>"
      "<img src = logo.png srcset=\"a.png 1x, /b.png 2x\">\n"
      "<script>document.write('<a href=no>')</script>"
      "<style>p { background: url( 'p.png' ) }</style><div style=\"background:url(d.png)\">"
      "<meta http-equiv=\"Refresh\" content=\"5; URL='/next'\"><object data=movie></object>"
      "<p data=no><a href=/last");
  EXPECT_EQ(page.base, "/shop/");
  EXPECT_EQ(page.links,
            (Links{"list?a=1&b=2#end",
                   "logo.png",
                   "a.png",
                   "/b.png",
                   "p.png",
                   "d.png",
                   "/next",
                   "movie",
                   "/last"}));
}

TEST(Links, OfForms) {
  PageLinks page = links_of_html(
      "<form action=/find><input name=q><input name=n type=number><input type=submit name=go>"
      "<input type=checkbox name=c><input type=checkbox name=d checked><select name=s><option "
      "value=1><option value=2></select></form><form method=post><input type=hidden name='a b' "
      "value='1&2'><textarea name=t></textarea>");
  ASSERT_EQ(page.forms.size(), 2U);
  EXPECT_EQ(page.forms[0].method, "GET");
  EXPECT_EQ(page.forms[0].action, "/find");
  EXPECT_EQ(page.forms[0].fields, "q=text&n=1&d=on&s=1");
  EXPECT_EQ(page.forms[1].method, "POST");
  EXPECT_EQ(page.forms[1].fields, "a+b=1%262&t=text");
}

TEST(Links, OfCss) {
  EXPECT_EQ(links_of_css("@import 'a.css'; @import url(b.css); p{x:url(\"c.png\")} url("),
            (Links{"b.css", "c.png", "a.css"}));
}

// RFC 3986, 5.4.1, as far as paths go.
TEST(Links, Follow) {
  const char* kFrom = "/b/c/d;p?q";
  auto follow = [&](std::string_view link) {
    return follow_link(link, kFrom, "a:80").value_or("none");
  };
  EXPECT_EQ(follow("g"), "/b/c/g");
  EXPECT_EQ(follow("./g"), "/b/c/g");
  EXPECT_EQ(follow("g/"), "/b/c/g/");
  EXPECT_EQ(follow("/g"), "/g");
  EXPECT_EQ(follow("?y"), "/b/c/d;p?y");
  EXPECT_EQ(follow("g?y/./x"), "/b/c/g?y/./x");
  EXPECT_EQ(follow("g#s"), "/b/c/g");
  EXPECT_EQ(follow("."), "/b/c/");
  EXPECT_EQ(follow(".."), "/b/");
  EXPECT_EQ(follow("../g"), "/b/g");
  EXPECT_EQ(follow("../../../g"), "/g");
  EXPECT_EQ(follow("//a:80/x"), "/x");
  EXPECT_EQ(follow("http://A:80?x"), "/?x");
  EXPECT_EQ(follow("http://a:80"), "/");
  EXPECT_EQ(follow("a b\xc3\xa9"), "/b/c/a%20b%C3%A9");
  for (const char* other : {"", "#s", "//b/x", "https://a:80/", "mailto:x", "javascript:y", "g:h"})
    EXPECT_EQ(follow(other), "none") << other;
}

TEST(Links, BrokenPagesEnd) {
  for (const char* text : {"<",
                           "<a",
                           "<a href",
                           "<a href=",
                           "<a href=\"x",
                           "<!--",
                           "<style>",
                           "</",
                           "<a href='&#x;&#99999999999;&'>"})
    links_of_html(text);
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "<a href=x" + std::to_string(i) + ">";
  EXPECT_EQ(links_of_html(many).links.size(), kMaxPageLinks);
}

}  // namespace
}  // namespace whittle
