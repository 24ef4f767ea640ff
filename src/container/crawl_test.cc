#include "container/crawl.h"

#include <gtest/gtest.h>

namespace whittle {
namespace {

HttpResponse page(std::string body, std::string type = "text/html; charset=utf-8") {
  HttpResponse out;
  out.status = 200;
  out.headers["content-type"] = std::move(type);
  out.body = std::move(body);
  return out;
}

// What a crawl of these pages asks for.
std::vector<std::string> asked(Crawl crawl, const std::map<std::string, HttpResponse>& pages) {
  std::vector<std::string> out;
  crawl.begin({});
  while (std::optional<Crawl::Step> step = crawl.next()) {
    out.push_back(step->request.name());
    auto found = pages.find(step->request.path);
    if (found != pages.end()) crawl.add(step->request, found->second, step->depth);
  }
  return out;
}

using Words = std::vector<std::string>;

TEST(Crawl, FollowsWithinTheServiceAndOnce) {
  HttpResponse moved;
  moved.status = 302;
  moved.headers["location"] = "/c";
  std::map<std::string, HttpResponse> pages = {
      {"/",
       page("<a href=/a><a href=b.css><a href=/a#x><a href=//elsewhere/x><a href=/logout><a "
            "href=/items/3/delete-it><form action=/find><input name=q></form><form "
            "action=/new method=post><input name=t></form>")},
      {"/a", moved},
      {"/b.css", page("p{background:url(img/p.png)}", "text/css")},
      {"/c", page("<a href=/>")}};
  CrawlSpec spec;
  EXPECT_EQ(
      asked(Crawl(spec, "h:1"), pages),
      (Words{"GET /", "GET /a", "GET /b.css", "GET /find?q=text", "GET /c", "GET /img/p.png"}));
  spec.may_write = true;
  EXPECT_EQ(asked(Crawl(spec, "h:1"), pages)[4], "POST /new (t=text)");
}

TEST(Crawl, IsBounded) {
  CrawlSpec spec;
  std::map<std::string, HttpResponse> chain;
  for (int i = 0; i < 20; ++i)
    chain["/" + std::string(static_cast<size_t>(i), 'x')] =
        page("<a href=/" + std::string(static_cast<size_t>(i) + 1, 'x') + ">");
  EXPECT_EQ(asked(Crawl(spec, "h"), chain).size(), spec.max_depth + 1);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "<a href=/p" + std::to_string(i) + ">";
  EXPECT_EQ(asked(Crawl(spec, "h"), {{"/", page(many)}}).size(), spec.max_requests);
  std::string days;
  for (int i = 0; i < 100; ++i) days += "<a href=/day?d=" + std::to_string(i) + ">";
  EXPECT_EQ(asked(Crawl(spec, "h"), {{"/", page(days)}}).size(), 6U);
}

TEST(Crawl, KnowsWhatDoesHarm) {
  for (const char* path :
       {"/logout", "/user/log-out", "/a?action=delete", "/sign_out", "/x/remove-all"})
    EXPECT_TRUE(is_harmful_link(path)) << path;
  for (const char* path : {"/", "/undeleted", "/blog/outside", "/presets", "/dropdown.css"})
    EXPECT_FALSE(is_harmful_link(path)) << path;
}

}  // namespace
}  // namespace whittle
