#include "image/sources/registry_auth.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "image/json.h"
#include "image/sources/base64.h"
#include "image/sources/registry_http.h"
#include "net/url.h"

namespace whittle {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

namespace {

constexpr size_t kMaxChallenges = 16;
constexpr uint64_t kTokenTimeoutMs = 30'000;
constexpr unsigned kTokenTries = 4;
constexpr uint64_t kMaxTokenBytes = 1ULL << 20;
constexpr uint64_t kMaxLifeSeconds = 24 * 3600;
constexpr uint64_t kMarginSeconds = 5;  // a token this close to its end counts as gone
constexpr std::string_view kClientId = "whittle";

bool is_token_char(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return is_alpha(c) || is_digit(c) || kOthers.find(c) != std::string_view::npos;
}

// Takes a header of challenges apart, left to right.
class ChallengeReader {
 public:
  explicit ChallengeReader(std::string_view text) : rest_(text) {}

  std::vector<Challenge> run() {
    std::vector<Challenge> found;
    while (skip_to_word() && found.size() < kMaxChallenges) {
      std::string word = to_lower(take_token());
      skip_blanks();
      if (!rest_.starts_with('=')) {
        found.push_back({std::move(word), {}});
        continue;
      }
      rest_.remove_prefix(1);
      skip_blanks();
      std::string value = take_value();
      if (!found.empty()) found.back().params.try_emplace(std::move(word), std::move(value));
    }
    return found;
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }

  bool skip_to_word() {
    while (!rest_.empty() && !is_token_char(rest_.front())) rest_.remove_prefix(1);
    return !rest_.empty();
  }

  std::string_view take_token() {
    size_t n = 0;
    while (n < rest_.size() && is_token_char(rest_[n])) ++n;
    std::string_view token = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return token;
  }

  std::string take_value() {
    std::string value;
    if (!rest_.starts_with('"')) {  // registries leave out quotes where they should not
      size_t end = std::min(rest_.find_first_of(", \t"), rest_.size());
      value = rest_.substr(0, end);
      rest_.remove_prefix(end);
      return value;
    }
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      value += rest_.front();
      rest_.remove_prefix(1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
};

const Challenge* find_scheme(const std::vector<Challenge>& challenges, std::string_view scheme) {
  for (const Challenge& challenge : challenges) {
    if (challenge.scheme == scheme) return &challenge;
  }
  return nullptr;
}

std::string basic_header(const Credentials& credentials) {
  return "Basic " + encode_base64(credentials.username + ":" + credentials.password);
}

// A header that a registry or a file could break lines with is none.
bool is_header_safe(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f;
  });
}

}  // namespace

std::vector<Challenge> parse_challenges(std::string_view header) {
  return ChallengeReader(header).run();
}

Result<TokenAnswer> parse_token_answer(std::string_view body, const Limits& limits) {
  TRY_ASSIGN(json root, parse_json(body, "token", limits));
  TokenAnswer answer;
  TRY_ASSIGN(answer.token, json_string(root, "token"));
  if (answer.token.empty()) {
    TRY_ASSIGN(answer.token, json_string(root, "access_token"));
  }
  if (answer.token.empty() || !is_header_safe(answer.token))
    return Error(ErrorKind::Invalid, "the token server gave no token");
  auto expires = root.find("expires_in");
  if (expires != root.end() && expires->is_number()) {
    double seconds = std::clamp(expires->get<double>(), 0.0, static_cast<double>(kMaxLifeSeconds));
    if (seconds > 0) answer.expires_in_seconds = static_cast<uint64_t>(seconds);
  }
  return answer;
}

std::string RegistryAuth::header() const {
  std::lock_guard lock(mutex_);
  return Clock::now() < expires_ ? header_ : std::string();
}

Error RegistryAuth::refused(std::string_view why) const {
  bool is_anonymous = !credentials_ || credentials_->is_empty();
  Error error(fmt::format("{}: {}", host_, why));
  if (is_anonymous) {
    std::string command = host_ == "docker.io" ? "docker login" : "docker login " + host_;
    return std::move(error).hint(
        fmt::format("Check the image's name, or log in first ({})", command));
  }
  return std::move(error).hint("Check the login for this registry, and that it may pull the image");
}

Status RegistryAuth::load_credentials() {
  if (credentials_) return {};
  TRY_ASSIGN(credentials_, find_credentials(host_, repository_, options_));
  return {};
}

Status RegistryAuth::log_in(const HttpResponse& denied,
                            const std::string& used,
                            const TlsOptions& tls) {
  std::lock_guard lock(mutex_);
  if (!header_.empty() && header_ != used && Clock::now() < expires_)
    return {};  // another thread did
  TRY(load_credentials());
  std::vector<Challenge> challenges = parse_challenges(denied.header("www-authenticate"));
  if (const Challenge* bearer = find_scheme(challenges, "bearer")) {
    TRY_ASSIGN(TokenAnswer answer, fetch_token(*bearer, denied.url, tls));
    std::string header = "Bearer " + answer.token;
    if (header == used) return refused("the token it gave is not accepted");
    uint64_t life = std::max(answer.expires_in_seconds, 2 * kMarginSeconds) - kMarginSeconds;
    header_ = std::move(header);
    expires_ = Clock::now() + std::chrono::seconds(life);
    return {};
  }
  if (find_scheme(challenges, "basic") == nullptr)
    return refused("it wants a login of a kind that is not handled");
  if (credentials_->username.empty()) return refused("it wants a user name and a password");
  std::string header = basic_header(*credentials_);
  if (header == used) return refused("user name or password is wrong");
  header_ = std::move(header);
  expires_ = Clock::time_point::max();
  return {};
}

Result<TokenAnswer> RegistryAuth::fetch_token(const Challenge& challenge,
                                              const std::string& from,
                                              const TlsOptions& tls) const {
  if (!credentials_->registry_token.empty() && is_header_safe(credentials_->registry_token))
    return TokenAnswer{credentials_->registry_token, kMaxLifeSeconds};
  std::string realm = challenge.param("realm");
  TRY_ASSIGN(Url url, parse_url(realm));
  if (from.starts_with("https:") && url.scheme != "https")
    return refused("its token server is asked without TLS, which would show the login to others");
  std::string scope = challenge.param("scope");
  if (scope.empty()) scope = fmt::format("repository:{}:pull", repository_);
  std::string service = challenge.param("service");
  std::string query = "service=" + percent_encode(service) + "&scope=" + percent_encode(scope);
  HttpRequest request;
  request.timeout_ms = kTokenTimeoutMs;
  request.max_body_bytes = kMaxTokenBytes;
  request.uses_proxy = true;
  request.tls = tls;
  Result<Url> asked = parse_url(from);
  if (!asked.ok() || !url.has_origin_of(*asked)) request.tls.certificate.clear();
  request.headers = {"User-Agent: whittle", "Accept: application/json"};
  if (!credentials_->identity_token.empty()) {
    request.method = "POST";
    request.url = realm;
    request.body = fmt::format("grant_type=refresh_token&client_id={}&refresh_token={}&{}",
                               kClientId,
                               percent_encode(credentials_->identity_token),
                               query);
  } else {
    request.max_redirects = 5;
    request.url = realm + (url.query.empty() ? "?" : "&") + query;
    if (!credentials_->username.empty())
      request.headers.push_back("Authorization: " + basic_header(*credentials_));
  }
  TRY_ASSIGN(HttpStream stream, open_patiently(http_, request, kTokenTries, *options_.cancel));
  const HttpResponse& response = stream.head();
  if (response.failure != HttpFailure::None)
    return Error(fmt::format("the token server {} does not answer: {}", url.host, response.why));
  if (response.status == 401 || response.status == 403)
    return refused(fmt::format("the token server refuses the login (status {})", response.status));
  if (!response.is_success())
    return Error(
        fmt::format("the token server {} answers with status {}", url.host, response.status));
  Result<std::string> body = read_body(stream, kMaxTokenBytes);
  if (!body.ok()) return std::move(body).error().with("token server " + url.host);
  return parse_token_answer(*body, options_.limits);
}

}  // namespace whittle
