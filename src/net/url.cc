#include "net/url.h"

#include <fmt/format.h>

#include <memory>

#include "base/strings.h"
#include "net/curl.h"

namespace whittle {

namespace {

constexpr size_t kMaxUrlBytes = 32 * 1024;

struct UrlDeleter {
  void operator()(CURLU* url) const { curl().url_cleanup(url); }
};

using UrlHandle = std::unique_ptr<CURLU, UrlDeleter>;

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl().url_get(url, part, &text, flags) != CURLUE_OK) return "";
  std::string copy = text;
  curl().free(text);
  return copy;
}

Error bad_url(std::string_view text) {
  return Error(ErrorKind::Invalid,
               fmt::format("`{}` is not a URL", printable(text.substr(0, 200))));
}

// `text` after `base` has been set, or on its own.
Result<UrlHandle> parsed(const std::string& base, const std::string& text) {
  TRY(load_curl());
  UrlHandle url(curl().url());
  bool is_text = text.size() <= kMaxUrlBytes && text.find('\0') == std::string::npos;
  if (url == nullptr || !is_text) return bad_url(text);
  if (!base.empty() && curl().url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK)
    return bad_url(base);
  unsigned flags = CURLU_DISALLOW_USER;
  if (curl().url_set(url.get(), CURLUPART_URL, text.c_str(), flags) != CURLUE_OK)
    return bad_url(text);
  std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return bad_url(text);
  return url;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  TRY_ASSIGN(UrlHandle handle, parsed("", std::string(text)));
  Url url;
  url.scheme = part_of(handle.get(), CURLUPART_SCHEME);
  url.host = to_lower(part_of(handle.get(), CURLUPART_HOST));
  url.path = part_of(handle.get(), CURLUPART_PATH);
  url.query = part_of(handle.get(), CURLUPART_QUERY);
  std::optional<uint64_t> port =
      parse_u64(part_of(handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT));
  if (url.host.empty() || !port || *port == 0 || *port > 65535) return bad_url(text);
  url.port = static_cast<uint16_t>(*port);
  return url;
}

Result<std::string> resolve_url(const std::string& base, const std::string& location) {
  TRY_ASSIGN(UrlHandle handle, parsed(base, location));
  if (curl().url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0) != CURLUE_OK)
    return bad_url(location);
  return part_of(handle.get(), CURLUPART_URL);
}

bool is_loopback_host(std::string_view host) {
  if (host.starts_with('[')) host = host.substr(1, host.find(']') - 1);
  if (host == "::1") return true;
  host = host.substr(0, host.find(':'));
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  std::vector<std::string_view> parts = split(host, '.');
  if (parts.size() != 4 || parts[0] != "127") return false;
  for (std::string_view part : parts) {
    if (parse_u64(part).value_or(256) > 255) return false;
  }
  return true;
}

std::string percent_encode(std::string_view text, std::string_view extra_allowed) {
  constexpr std::string_view kUnreserved = "-._~";
  std::string out;
  for (char c : text) {
    bool is_plain = is_alpha(c) || is_digit(c) || kUnreserved.find(c) != std::string_view::npos ||
                    extra_allowed.find(c) != std::string_view::npos;
    if (is_plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace whittle
