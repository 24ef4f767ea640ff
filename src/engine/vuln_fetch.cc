#include "engine/vuln_fetch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/strings.h"
#include "codec/digest.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxFeedFileBytes = 4ULL << 30;
constexpr uint64_t kFirstPauseMs = 1'000;
constexpr uint64_t kLongestPauseMs = 60'000;
constexpr uint64_t kStallMs = 60'000;
constexpr size_t kDigestDigits = 64;

Result<std::string> digest_of_file(const fs::path& file) {
  TRY_ASSIGN(UniqueFd fd, open_read(file));
  Hasher hasher;
  std::string buffer(1 << 20, '\0');
  while (true) {
    ssize_t size = ::read(fd.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno_error(printable(file.string()), errno);
    if (size == 0) return hasher.finish();
    hasher.update(std::string_view(buffer).substr(0, static_cast<size_t>(size)));
  }
}

// The digest in a line of sha256sum; "" for what is none.
std::string digest_in(std::string_view text) {
  std::vector<std::string_view> words = split_blanks(text.substr(0, text.find('\n')));
  if (words.empty() || words[0].size() != kDigestDigits) return "";
  std::string digest = "sha256:" + to_lower(words[0]);
  return digest_algorithm(digest) ? digest : "";
}

Status check_digest(const fs::path& file, const std::string& name, const std::string& expected) {
  TRY_ASSIGN(std::string actual, digest_of_file(file));
  if (actual == expected) return {};
  return Error(ErrorKind::Invalid,
               fmt::format("{}: its digest is {}, not {}", printable(name), actual, expected));
}

bool is_worth_another_try(int status) {
  return status == 429 || status == 408 || status >= 500;
}

}  // namespace

FeedFetcher::FeedFetcher(fs::path folder, const VulnUpdateOptions& options)
    : folder_(std::move(folder)), options_(options) {}

Result<FetchedFile> FeedFetcher::fetch(const std::string& url, Sidecar sidecar) {
  if (options_.offline) {
    return Error(ErrorKind::Unsupported, printable(url) + ": not fetched, as --offline says")
        .hint("Name files or folders with --from");
  }
  TRY(make_dirs(folder_));
  FetchedFile result;
  result.path = folder_ / digest_hex(digest_of(url));
  std::string why;
  bool is_there = false;
  for (unsigned attempt = 0; attempt < options_.attempts && !is_there; ++attempt) {
    if (attempt > 0) TRY(pause(attempt, retry_after_ms_));
    options_.progress->detail(url);
    TRY_ASSIGN(is_there, fetch_once(url, result.path, why));
  }
  if (!is_there) {
    return Error(fmt::format("{}: {}", printable(url), printable(why)))
        .hint("Name another mirror with --mirror, or files with --from");
  }
  if (sidecar == Sidecar::None) return result;
  TRY_ASSIGN(result.digest, sidecar_digest(url));
  if (result.digest.empty()) return result;
  Status status = check_digest(result.path, url, result.digest);
  std::error_code ignored;
  if (!status.ok()) fs::remove(result.path, ignored);
  TRY(std::move(status));
  return result;
}

// True when the file is in its place; false with `why` when another attempt may help.
Result<bool> FeedFetcher::fetch_once(const std::string& url,
                                     const fs::path& place,
                                     std::string& why) {
  fs::path tag_file = place;
  tag_file += ".etag";
  std::string part = place.string() + fmt::format(".new-{}", ::getpid());
  UniqueFd fd(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd.is_open()) return errno_error(printable(part), errno);

  struct RemovePart {
    const std::string& path;

    ~RemovePart() { ::unlink(path.c_str()); }
  } remove_part{part};

  HttpRequest request;
  request.url = url;
  request.uses_proxy = true;
  request.max_redirects = 5;
  request.stall_timeout_ms = kStallMs;
  Result<std::string> tag = read_file(tag_file, 4096);
  std::error_code error;
  if (tag.ok() && fs::exists(place, error)) request.headers.push_back("If-None-Match: " + *tag);
  uint64_t bytes = 0;
  request.on_body = [&](std::string_view piece) {
    bytes += piece.size();
    return bytes <= kMaxFeedFileBytes && write_all(fd.get(), piece).ok();
  };
  TRY_ASSIGN(HttpResponse response, client_.request(request, *options_.cancel));
  retry_after_ms_ = parse_u64(response.header("retry-after")).value_or(0) * 1000;
  why = response.failure != HttpFailure::None ? response.why
                                              : fmt::format("HTTP {}", response.status);
  if (response.status == 304) {
    ++unchanged_;
    return true;
  }
  if (response.failure != HttpFailure::None || is_worth_another_try(response.status)) return false;
  if (!response.is_success()) {
    return Error(response.status == 404 ? ErrorKind::NotFound : ErrorKind::Failed,
                 fmt::format("{}: {}", printable(url), why));
  }
  if (::rename(part.c_str(), place.c_str()) != 0) return errno_error(printable(part), errno);
  std::string etag = response.header("etag");
  if (etag.empty() || !write_file_atomic(tag_file, etag).ok()) fs::remove(tag_file, error);
  return true;
}

// "" where the server has none.
Result<std::string> FeedFetcher::sidecar_digest(const std::string& url) {
  HttpRequest request;
  request.url = url + ".sha256";
  request.uses_proxy = true;
  request.max_redirects = 5;
  request.max_body_bytes = 4096;
  TRY_ASSIGN(HttpResponse response, client_.request(request, *options_.cancel));
  return response.is_success() ? digest_in(response.body) : std::string();
}

// Twice as long each time, and by up to a half longer, so that many clients do not come back at
// once.
Status FeedFetcher::pause(unsigned attempt, uint64_t asked_ms) const {
  uint64_t pause_ms = std::max(kFirstPauseMs << std::min(attempt - 1, 6U), asked_ms);
  auto noise = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  pause_ms = std::min(pause_ms + noise % (pause_ms / 2 + 1), kLongestPauseMs);
  for (uint64_t waited = 0; waited < pause_ms; waited += 50) {
    TRY(options_.cancel->check());
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return {};
}

Result<std::string> check_sidecar(const fs::path& file) {
  fs::path sidecar = file;
  sidecar += ".sha256";
  Result<std::string> text = read_file(sidecar, 4096);
  if (!text.ok()) return std::string();
  std::string digest = digest_in(*text);
  if (!digest.empty()) TRY(check_digest(file, file.string(), digest));
  return digest;
}

}  // namespace whittle
