#include "image/sources/registry_http.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr uint64_t kFirstWaitMs = 200;
constexpr uint64_t kLongestWaitMs = 60'000;
constexpr uint64_t kWaitStepMs = 50;
constexpr size_t kPieceBytes = 64 * 1024;
constexpr unsigned kMaxSilentTries = 2;  // each has cost a whole timeout

}  // namespace

uint64_t backoff_ms(unsigned tries) {
  return std::min(kLongestWaitMs, kFirstWaitMs << std::min(tries - 1, 16U));
}

std::optional<uint64_t> parse_retry_after(std::string_view text, int64_t now_seconds) {
  constexpr uint64_t kMost = 1'000'000'000;
  if (std::optional<uint64_t> seconds = parse_u64(trim(text)))
    return std::min(*seconds, kMost) * 1000;
  std::tm parts{};
  std::string date(trim(text));
  const char* end = ::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  int64_t wait = static_cast<int64_t>(::timegm(&parts)) - now_seconds;
  return static_cast<uint64_t>(std::clamp<int64_t>(wait, 0, static_cast<int64_t>(kMost))) * 1000;
}

std::optional<ContentRange> parse_content_range(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  size_t dash = text.find('-');
  size_t slash = text.find('/');
  if (!text.starts_with(kUnit) || dash == text.npos || slash == text.npos || dash > slash)
    return std::nullopt;
  std::optional<uint64_t> first = parse_u64(text.substr(kUnit.size(), dash - kUnit.size()));
  std::optional<uint64_t> last = parse_u64(text.substr(dash + 1, slash - dash - 1));
  std::string_view total_text = text.substr(slash + 1);
  std::optional<uint64_t> total = parse_u64(total_text);
  if (!first || !last || *first > *last || (!total && total_text != "*")) return std::nullopt;
  return ContentRange{*first, *last, total};
}

bool is_transient(const HttpResponse& response) {
  if (response.failure != HttpFailure::None)
    return response.failure == HttpFailure::Closed || response.failure == HttpFailure::TimedOut;
  int status = response.status;
  return status == 408 || status == 429 || (status >= 500 && status != 501);
}

Status wait_ms(uint64_t milliseconds, const CancelToken& cancel) {
  for (uint64_t left = milliseconds; left > 0;) {
    TRY(cancel.check());
    uint64_t step = std::min(left, kWaitStepMs);
    std::this_thread::sleep_for(std::chrono::milliseconds(step));
    left -= step;
  }
  return cancel.check();
}

Result<HttpStream> open_patiently(const HttpClient& http,
                                  const HttpRequest& request,
                                  unsigned max_tries,
                                  const CancelToken& cancel) {
  for (unsigned tries = 1;; ++tries) {
    TRY_ASSIGN(HttpStream stream, http.open(request, cancel));
    const HttpResponse& head = stream.head();
    bool is_silent = head.failure == HttpFailure::TimedOut && tries >= kMaxSilentTries;
    if (tries >= max_tries || is_silent || !is_transient(head)) return stream;
    uint64_t wait = backoff_ms(tries);
    int64_t now = static_cast<int64_t>(std::time(nullptr));
    if (std::optional<uint64_t> asked = parse_retry_after(head.header("retry-after"), now)) {
      if (*asked > kLongestWaitMs) return stream;
      wait = std::max(*asked, kFirstWaitMs);
    }
    TRY(wait_ms(wait, cancel));
  }
}

Result<std::string> read_body(HttpStream& stream, uint64_t max_bytes) {
  std::string body;
  std::vector<std::byte> piece(kPieceBytes);
  for (;;) {
    TRY_ASSIGN(size_t n, stream.read(piece));
    if (n == 0) return body;
    if (body.size() + n > max_bytes)
      return Error(ErrorKind::Limit, "the answer is longer than it may be");
    body.append(reinterpret_cast<const char*>(piece.data()), n);
  }
}

}  // namespace whittle
