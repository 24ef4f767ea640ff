#include "engine/online.h"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/sources/registry_lookup.h"
#include "net/http.h"

namespace whittle {

namespace {

// Larger downloads are no business of a linter.
constexpr uint64_t kMaxDownloadBytes = 2ULL << 30;
constexpr uint64_t kStallMs = 30'000;
constexpr unsigned kMaxRedirects = 10;

// Answers by question. Whoever asks first goes and looks, the others wait for what comes.
template <typename T>
class Answers {
 public:
  template <typename Ask>
  std::optional<T> get(const std::string& question, Ask ask) {
    std::lock_guard lock(mutex_);
    auto [place, is_new] = known_.try_emplace(question);
    if (is_new) place->second = ask();
    return place->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::optional<T>> known_;
};

class NetworkFacts : public OnlineFacts {
 public:
  explicit NetworkFacts(OpenOptions options) : options_(std::move(options)) {}

  std::optional<std::string> image_digest(const std::string& image) override {
    return digests_.get(image, [&] { return noted(image, look_up_digest(image, options_)); });
  }

  std::optional<std::vector<ImagePlatform>> image_platforms(const std::string& image) override {
    return platforms_.get(image, [&]() -> std::optional<std::vector<ImagePlatform>> {
      auto found = noted(image, look_up_platforms(image, options_));
      if (!found) return std::nullopt;
      std::vector<ImagePlatform> platforms;
      for (const Platform& one : *found)
        platforms.push_back({one.os, one.architecture, one.variant});
      return platforms;
    });
  }

  std::optional<std::string> file_sha256(const std::string& url) override {
    return files_.get(url, [&] { return noted(url, download(url)); });
  }

 private:
  // What cannot be had is no fact; why is said once.
  template <typename T>
  std::optional<T> noted(const std::string& what, Result<T> result) const {
    if (result.ok()) return std::move(*result);
    if (result.error().kind() != ErrorKind::Cancelled)
      options_.progress->note(fmt::format("{}: {}", printable(what), result.error().message()));
    return std::nullopt;
  }

  Result<std::string> download(const std::string& url) const {
    HttpRequest request;
    request.url = url;
    request.uses_proxy = true;
    request.max_redirects = kMaxRedirects;
    request.stall_timeout_ms = kStallMs;
    if (!options_.registry.ca_file.empty()) request.tls.ca_files = {options_.registry.ca_file};
    Hasher hasher;
    uint64_t bytes = 0;
    request.on_body = [&](std::string_view part) {
      hasher.update(part);
      bytes += part.size();
      return bytes <= kMaxDownloadBytes;
    };
    TRY_ASSIGN(HttpResponse response, http_request(request, *options_.cancel));
    if (response.failure != HttpFailure::None) return Error(response.why);
    if (!response.is_success()) return Error(fmt::format("HTTP status {}", response.status));
    return std::string(digest_hex(hasher.finish()));
  }

  OpenOptions options_;
  Answers<std::string> digests_;
  Answers<std::vector<ImagePlatform>> platforms_;
  Answers<std::string> files_;
};

}  // namespace

std::shared_ptr<OnlineFacts> make_online_facts(OpenOptions options) {
  return std::make_shared<NetworkFacts>(std::move(options));
}

}  // namespace whittle
