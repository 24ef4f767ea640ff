// Pages, style sheets, links and API documents of services: whatever they say, requests stay within
// the service, within bounds, and on one line.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "container/crawl.h"
#include "container/links.h"
#include "container/openapi.h"

namespace {

using whittle::HttpProbe;

void check_line(const HttpProbe& request) {
  CHECK(request.path.starts_with("/"));
  for (char c : request.path) CHECK(c > ' ' && c < 0x7f);
}

void check_page(std::string_view text, const char* type) {
  whittle::CrawlSpec spec;
  spec.max_requests = 50;
  spec.may_write = true;
  whittle::Crawl crawl(spec, "127.0.0.1:80");
  crawl.begin({});
  whittle::HttpResponse answer;
  answer.status = 200;
  answer.headers["content-type"] = type;
  answer.headers["location"] = text.substr(0, 100);
  answer.body = text;
  size_t asked = 0;
  while (auto step = crawl.next()) {
    check_line(step->request);
    CHECK(!whittle::is_harmful_link(step->request.path) && ++asked <= spec.max_requests);
    answer.status = asked % 2 == 1 ? 200 : 302;
    crawl.add(step->request, answer, step->depth);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  check_page(text, "text/html");
  check_page(text, "text/css");
  auto requests = whittle::read_openapi(text, true);
  if (requests.ok()) {
    CHECK(requests->size() <= whittle::kMaxApiRequests);
    for (const HttpProbe& request : *requests) check_line(request);
  }
  return 0;
}
