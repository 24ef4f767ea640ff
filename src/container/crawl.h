// Which requests a crawl makes: from some pages on along what they lead to, breadth first, within
// bounds, and never to what ends a session or takes something away. Makes no request itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "container/links.h"
#include "container/probe.h"
#include "net/http.h"

namespace whittle {

// "/logout", "/items/5/delete": nothing that a crawl may ask for.
bool is_harmful_link(std::string_view path);

// Not thread-safe.
class Crawl {
 public:
  // `origin`: "127.0.0.1:8080", what links to the service may begin with.
  Crawl(const CrawlSpec& spec, std::string origin);

  // What was asked for, with what its answer leads to. `depth` is 0 for pages to begin with.
  void add(const HttpProbe& request, const HttpResponse& answer, unsigned depth);
  // A page to begin with that is still to be asked for.
  void begin(HttpProbe request);

  struct Step {
    HttpProbe request;
    unsigned depth = 0;
  };

  // The next one; nothing at the end or when there were as many as there may be.
  std::optional<Step> next();

  // Not asked for because there were as many as there may be.
  size_t left() const { return open_.size(); }

 private:
  void add_link(std::string_view link, const std::string& page, unsigned depth);
  void add_form(const PageForm& form, const std::string& page, unsigned depth);
  void push(HttpProbe request, unsigned depth);

  CrawlSpec spec_;
  std::string origin_;
  std::deque<Step> open_;
  std::set<std::string> known_;               // method, path and body
  std::map<std::string, size_t> with_query_;  // how many of a path differ by their query alone
  size_t asked_ = 0;
};

}  // namespace whittle
