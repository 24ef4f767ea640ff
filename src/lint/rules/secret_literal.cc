// Tokens, keys and passwords in the text.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kSecretLiteral;

namespace {

struct TokenForm {
  std::string_view prefix;
  size_t least;  // characters behind the prefix
  std::string_view what;
};

// Source: the documentation of each provider on the form of its tokens.
constexpr std::array<TokenForm, 21> kForms = {{
    {"AKIA", 16, "a key of AWS"},
    {"ASIA", 16, "a key of AWS"},
    {"ghp_", 36, "a token of GitHub"},
    {"gho_", 36, "a token of GitHub"},
    {"ghs_", 36, "a token of GitHub"},
    {"ghu_", 36, "a token of GitHub"},
    {"github_pat_", 60, "a token of GitHub"},
    {"glpat-", 20, "a token of GitLab"},
    {"xoxb-", 20, "a token of Slack"},
    {"xoxp-", 20, "a token of Slack"},
    {"sk_live_", 20, "a key of Stripe"},
    {"rk_live_", 20, "a key of Stripe"},
    {"AIza", 35, "a key of Google"},
    {"npm_", 36, "a token of npm"},
    {"pypi-AgEIcHlwaS5vcmc", 30, "a token of PyPI"},
    {"dckr_pat_", 20, "a token of Docker Hub"},
    {"SG.", 60, "a key of SendGrid"},
    {"hf_", 34, "a token of Hugging Face"},
    {"sk-ant-", 40, "a key of Anthropic"},
    {"dop_v1_", 64, "a token of DigitalOcean"},
    {"AGE-SECRET-KEY-1", 50, "a key of age"},
}};

bool is_token_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}

// Letters and digits that are not one sign repeated or a row, as in an example.
bool looks_random(std::string_view text) {
  std::array<bool, 256> seen{};
  size_t kinds = 0;
  bool has_digit = false;
  for (char c : text) {
    has_digit = has_digit || is_digit(c);
    bool& is_seen = seen[static_cast<unsigned char>(c)];
    kinds += is_seen ? 0U : 1U;
    is_seen = true;
  }
  constexpr size_t kLeastKinds = 9;
  std::string lower = to_lower(text);
  return has_digit && kinds >= kLeastKinds && !contains(lower, "example") &&
         !contains(lower, "xxxx");
}

void find_tokens(std::string_view text, uint32_t base, std::vector<Finding>& findings) {
  for (const TokenForm& form : kForms) {
    for (size_t at = text.find(form.prefix); at != text.npos; at = text.find(form.prefix, at + 1)) {
      if (at > 0 && is_token_char(text[at - 1])) continue;
      size_t end = at + form.prefix.size();
      while (end < text.size() && is_token_char(text[end])) ++end;
      std::string_view rest = text.substr(at + form.prefix.size(), end - at - form.prefix.size());
      if (rest.size() < form.least || !looks_random(rest)) continue;
      Range range{base + static_cast<uint32_t>(at), base + static_cast<uint32_t>(end)};
      findings.push_back(
          make_finding(kSecretLiteral,
                       range,
                       "This has the form of " + std::string(form.what) +
                           ", everybody who has the file or the image can use it",
                       "Replace it, and mount the new one by `RUN --mount=type=secret`"));
    }
  }
}

void find_private_keys(std::string_view text, uint32_t base, std::vector<Finding>& findings) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kEnd = "PRIVATE KEY-----";
  for (size_t at = text.find(kBegin); at != text.npos; at = text.find(kBegin, at + 1)) {
    size_t end = text.find(kEnd, at);
    constexpr size_t kLongest = 40;
    if (end == text.npos || end - at > kLongest) continue;
    // A command that looks for the line holds no key.
    std::string_view behind = text.substr(end + kEnd.size(), 8);
    bool has_body = behind.find_first_of("\n\\") != behind.npos;
    if (!has_body) continue;
    Range range{base + static_cast<uint32_t>(at), base + static_cast<uint32_t>(end + kEnd.size())};
    findings.push_back(make_finding(
        kSecretLiteral,
        range,
        "A private key stands in the text, everybody who has the file or the image can use it",
        "Replace it, and mount the new one by `RUN --mount=type=secret`"));
  }
}

bool is_placeholder(std::string_view password) {
  std::string lower = to_lower(password);
  constexpr std::string_view kWords[] = {"password",
                                         "passwd",
                                         "pass",
                                         "secret",
                                         "token",
                                         "changeme",
                                         "example",
                                         "postgres",
                                         "root",
                                         "admin",
                                         "user",
                                         "guest",
                                         "test",
                                         "xxx",
                                         "..."};
  return std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords) ||
         password.find_first_of("$<>{}%*`\"'[]()") != password.npos;
}

// "scheme://user:password@host".
void find_urls(std::string_view text, uint32_t base, std::vector<Finding>& findings) {
  for (size_t at = text.find("://"); at != text.npos; at = text.find("://", at + 3)) {
    size_t begin = at + 3;
    size_t end = text.find_first_of(" \t\n\r/\"'?#,;|)", begin);
    std::string_view authority = text.substr(begin, end == text.npos ? text.npos : end - begin);
    size_t sign = authority.rfind('@');
    size_t colon = authority.find(':');
    if (sign == authority.npos || colon == authority.npos || colon > sign) continue;
    std::string_view user = authority.substr(0, colon);
    std::string_view password = authority.substr(colon + 1, sign - colon - 1);
    constexpr size_t kShortest = 5;
    if (password.size() < kShortest || is_placeholder(password) ||
        is_placeholder(user.empty() ? "$" : "x") || user.find('$') != user.npos)
      continue;
    std::string_view host = authority.substr(sign + 1);
    bool is_local = host.substr(0, 9) == "localhost" || host.substr(0, 4) == "127." ||
                    host.find('.') == host.npos;
    if (is_local) continue;
    uint32_t from = base + static_cast<uint32_t>(begin + colon + 1);
    findings.push_back(
        make_finding(kSecretLiteral,
                     {from, from + static_cast<uint32_t>(password.size())},
                     "The URL holds a password, everybody who has the file or the image can use it",
                     "Replace it, and mount the new one by `RUN --mount=type=secret`"));
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Instruction& instruction : input.file->instructions) {
    std::string_view text = input.file->text(instruction.range);
    find_tokens(text, instruction.range.begin, findings);
    find_private_keys(text, instruction.range.begin, findings);
    find_urls(text, instruction.range.begin, findings);
  }
}

}  // namespace

const Rule kSecretLiteral = {
    {.name = "secret-literal",
     .code = "WH3503",
     .aliases = "DS-0031 CIS-DI-0010 secrets-in-code",
     .severity = Severity::Error,
     .summary = "A credential stands in the Dockerfile",
     .why = "Whoever can read the Dockerfile, the history of the image or the build log has the "
            "credential, also after it is deleted in a later line. It has to be replaced by a new "
            "one; `RUN --mount=type=secret` hands one to a command without storing it.",
     .bad = "FROM debian:bookworm\nRUN git clone https://me:hunter22@example.com/x.git\n",
     .good = "FROM debian:bookworm\nRUN --mount=type=secret,id=token git clone "
             "https://example.com/x.git\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
