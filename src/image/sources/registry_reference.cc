#include "image/sources/registry_reference.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "codec/digest.h"

namespace whittle {

namespace {

constexpr size_t kMaxNameBytes = 255;
constexpr size_t kMaxTagBytes = 128;

bool is_lower_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z');
}

bool is_word(char c) {
  return is_digit(c) || is_alpha(c) || c == '_';
}

// Letters and digits with single '.', one or two '_', or any number of '-' between.
bool is_path_component(std::string_view text) {
  size_t i = 0;
  bool expects_letter = true;
  while (i < text.size()) {
    if (is_lower_alnum(text[i])) {
      ++i;
      expects_letter = false;
      continue;
    }
    if (expects_letter) return false;
    char separator = text[i];
    size_t end = std::min(text.find_first_not_of(separator, i), text.size());
    size_t most = separator == '.' ? 1 : separator == '_' ? 2 : separator == '-' ? SIZE_MAX : 0;
    if (end - i > most) return false;
    i = end;
    expects_letter = true;
  }
  return !expects_letter;
}

bool is_tag(std::string_view text) {
  if (text.empty() || text.size() > kMaxTagBytes || !is_word(text[0])) return false;
  return std::all_of(
      text.begin(), text.end(), [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

bool is_domain(std::string_view text) {
  if (text.empty()) return false;
  for (std::string_view label : split(text, '.')) {
    bool is_plain = !label.empty() && label.front() != '-' && label.back() != '-' &&
                    std::all_of(label.begin(), label.end(), [](char c) {
                      return is_digit(c) || is_alpha(c) || c == '-';
                    });
    if (!is_plain) return false;
  }
  return true;
}

bool names_a_host(std::string_view first) {
  return first.find_first_of(".:[") != std::string_view::npos || first == "localhost";
}

Error bad_reference(std::string_view text, std::string_view why) {
  return Error(ErrorKind::Usage,
               fmt::format("`{}` is not the name of an image: {}", printable(text), why))
      .hint("Names look like debian:12, team/app, or registry.example:5000/team/app@sha256:...");
}

// Takes "@DIGEST" and ":TAG" off the end of `rest`.
Status take_version(std::string_view text, std::string_view& rest, RegistryReference& reference) {
  size_t at = rest.find('@');
  if (at != std::string_view::npos) {
    reference.digest = rest.substr(at + 1);
    rest = rest.substr(0, at);
    if (!digest_algorithm(reference.digest))
      return bad_reference(text, "what follows `@` is no digest");
  }
  size_t colon = rest.rfind(':');
  size_t slash = rest.rfind('/');
  bool has_tag =
      colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  if (has_tag) {
    reference.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (!is_tag(reference.tag)) return bad_reference(text, "what follows `:` is no tag");
  } else if (reference.digest.empty()) {
    reference.tag = "latest";
  }
  return {};
}

}  // namespace

bool is_registry_host(std::string_view text) {
  size_t port_at = text.rfind(':');
  std::string_view host = text;
  if (text.starts_with('[')) {
    size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    host = text.substr(0, close + 1);
    std::string_view address = text.substr(1, close - 1);
    bool is_address =
        !address.empty() && address.find_first_not_of("0123456789abcdefABCDEF:.") == address.npos;
    if (!is_address) return false;
    port_at = host.size() < text.size() ? host.size() : std::string_view::npos;
    if (port_at != std::string_view::npos && text[port_at] != ':') return false;
  } else {
    host = text.substr(0, port_at);
    if (!is_domain(host)) return false;
  }
  if (port_at == std::string_view::npos) return true;
  std::optional<uint64_t> port = parse_u64(text.substr(port_at + 1));
  return port && *port > 0 && *port < 65536;
}

std::string canonical_registry_host(std::string_view host) {
  std::string name = to_lower(host);
  if (name.ends_with(":443")) name.resize(name.size() - 4);
  bool is_hub = name == "index.docker.io" || name == "registry-1.docker.io" ||
                name == "registry.hub.docker.com";
  return is_hub ? "docker.io" : name;
}

std::string registry_api_host(std::string_view host) {
  return host == "docker.io" ? "registry-1.docker.io" : std::string(host);
}

std::string RegistryReference::name() const {
  std::string text = host + "/" + repository;
  if (!tag.empty()) text += ":" + tag;
  if (!digest.empty()) text += "@" + digest;
  return text;
}

Result<RegistryReference> parse_registry_reference(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with("docker:")) rest.remove_prefix(7);
  if (rest.starts_with("//")) rest.remove_prefix(2);
  if (rest.empty()) return bad_reference(text, "it is empty");
  RegistryReference reference;
  reference.host = "docker.io";
  size_t slash = rest.find('/');
  std::string_view first = rest.substr(0, slash);
  if (slash != std::string_view::npos && names_a_host(first)) {
    if (!is_registry_host(first)) return bad_reference(text, "its first part is no host");
    reference.host = canonical_registry_host(first);
    rest = rest.substr(slash + 1);
  }
  TRY(take_version(text, rest, reference));
  if (reference.host == "docker.io" && rest.find('/') == std::string_view::npos)
    reference.repository = "library/";
  reference.repository += rest;
  if (reference.repository.size() > kMaxNameBytes) return bad_reference(text, "it is too long");
  for (std::string_view part : split(reference.repository, '/')) {
    if (!is_path_component(part)) {
      return bad_reference(
          text, "its parts are lower-case letters and digits, joined by single `.`, `_` and `-`");
    }
  }
  return reference;
}

}  // namespace whittle
