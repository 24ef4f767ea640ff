#include "container/crawl.h"

#include <algorithm>

#include "base/strings.h"
#include "container/links.h"

namespace whittle {

namespace {

constexpr size_t kMaxOpen = 10'000;
constexpr size_t kMaxQueries = 5;  // of one path
constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

}  // namespace

bool is_harmful_link(std::string_view path) {
  constexpr std::string_view kWords[] = {
      "logout",  "logoff", "signout", "signoff", "delete", "remove",      "destroy",   "drop",
      "purge",   "erase",  "wipe",    "reset",   "revoke", "unsubscribe", "terminate", "shutdown",
      "restart", "reboot", "kill",    "disable", "cancel", "deactivate"};
  std::string word;  // letters of one word; "log-out" and "log_out" count as one
  std::vector<std::string> words(1);
  for (char c : to_lower(path)) {
    if (is_alpha(c))
      words.back() += c;
    else if (c != '-' && c != '_')
      words.emplace_back();
  }
  for (std::string_view part : split(path, '/')) {
    // "remove-item": the words by themselves, too.
    std::string lower = to_lower(part);
    std::replace_if(
        lower.begin(), lower.end(), [](char c) { return !is_alpha(c); }, ' ');
    for (std::string_view one : split_blanks(lower)) words.emplace_back(one);
  }
  return std::any_of(words.begin(), words.end(), [&](const std::string& one) {
    return std::find(std::begin(kWords), std::end(kWords), one) != std::end(kWords);
  });
}

Crawl::Crawl(const CrawlSpec& spec, std::string origin) : spec_(spec), origin_(std::move(origin)) {}

void Crawl::begin(HttpProbe request) {
  push(std::move(request), 0);
}

void Crawl::push(HttpProbe request, unsigned depth) {
  bool is_over = depth > spec_.max_depth || open_.size() >= kMaxOpen;
  if (is_over || is_harmful_link(request.path)) return;
  if (!known_.insert(request.method + " " + request.path + "\n" + request.body).second) return;
  std::string path = request.path.substr(0, request.path.find('?'));
  if (path.size() < request.path.size() && ++with_query_[path] > kMaxQueries) return;
  open_.push_back({std::move(request), depth});
}

void Crawl::add_link(std::string_view link, const std::string& page, unsigned depth) {
  std::optional<std::string> path = follow_link(link, page, origin_);
  if (!path) return;
  HttpProbe request;
  request.path = std::move(*path);
  push(std::move(request), depth);
}

void Crawl::add_form(const PageForm& form, const std::string& page, unsigned depth) {
  bool is_post = form.method == "POST";
  if (is_post && !spec_.may_write) return;
  std::optional<std::string> path =
      form.action.empty() ? page : follow_link(form.action, page, origin_);
  if (!path) return;
  HttpProbe request;
  request.method = form.method;
  request.path = is_post ? *path : path->substr(0, path->find('?'));
  if (is_post) {
    request.body = form.fields;
    request.content_type = kFormType;
  } else if (!form.fields.empty()) {
    request.path += "?" + form.fields;
  }
  push(std::move(request), depth);
}

void Crawl::add(const HttpProbe& request, const HttpResponse& answer, unsigned depth) {
  known_.insert(request.method + " " + request.path + "\n" + request.body);
  if (answer.failure != HttpFailure::None) return;
  if (answer.status >= 300 && answer.status < 400)
    return add_link(answer.header("location"), request.path, depth + 1);
  std::string type = to_lower(answer.header("content-type"));
  if (type.starts_with("text/css")) {
    for (const std::string& link : links_of_css(answer.body))
      add_link(link, request.path, depth + 1);
  }
  if (!type.starts_with("text/html") && !type.starts_with("application/xhtml")) return;
  PageLinks links = links_of_html(answer.body);
  std::string page = request.path;
  if (!links.base.empty()) page = follow_link(links.base, page, origin_).value_or(page);
  for (const std::string& link : links.links) add_link(link, page, depth + 1);
  for (const PageForm& form : links.forms)
    add_form(form, form.action.empty() ? request.path : page, depth + 1);
}

std::optional<Crawl::Step> Crawl::next() {
  if (open_.empty() || asked_ >= spec_.max_requests) return std::nullopt;
  ++asked_;
  Step step = std::move(open_.front());
  open_.pop_front();
  return step;
}

}  // namespace whittle
