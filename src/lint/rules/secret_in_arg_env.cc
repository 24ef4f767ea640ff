// Names of secrets in ARG and ENV.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kSecretInArgEnv;

namespace {

constexpr std::string_view kSecretWords =
    "apikey auth credential credentials key password pword passwd pwd secret secrets token psw";
constexpr std::string_view kHarmlessWords =
    "public pub file files version path dir directory url uri host port endpoint name id length "
    "size type "
    "algorithm alg ttl expiry expires expiration timeout enabled enable disabled required count "
    "prefix header "
    "method mode provider backend server keyserver fingerprint gpg issuer audience scope realm";
constexpr std::string_view kHarmlessValues = "true false yes no on off none null enabled disabled";

bool holds(std::string_view list, std::string_view word) {
  std::vector<std::string_view> words = split_blanks(list);
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_secret_name(const std::string& name) {
  std::string lower = to_lower(name);
  if (lower == "pwd" || lower == "oldpwd") return false;  // the shell's folder
  std::vector<std::string_view> words = split(lower, '_');
  bool is_secret = false;
  for (std::string_view word : words) {
    if (holds(kHarmlessWords, word)) return false;
    is_secret = is_secret || holds(kSecretWords, word);
  }
  return is_secret;
}

bool is_harmless_value(std::string_view value) {
  if (value.empty()) return true;
  bool is_number = std::all_of(value.begin(), value.end(), is_digit);
  constexpr size_t kLongNumber =
      8;  // a PIN is not known to be none, but a port or a limit is shorter
  if (is_number && value.size() < kLongNumber) return true;
  if (value[0] == '/' || value.substr(0, 2) == "./" || value.substr(0, 2) == "~/") return true;
  std::string_view last = value.substr(value.rfind('/') + 1);
  bool is_file = last.size() < value.size() && contains(last, ".") && !contains(value, "=");
  return is_file || holds(kHarmlessValues, to_lower(value));
}

void check_kind(const LintInput& input, InstructionKind kind, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, kind)) {
    for (const KeyValue& pair : place.instruction->pairs) {
      if (!is_secret_name(pair.key)) continue;
      std::optional<std::string> value = known_value(input, place.index, pair.value);
      // An ARG without a value gets it from outside, where it is no less visible.
      bool is_given_later = kind == InstructionKind::Arg && !pair.has_value;
      if (!is_given_later && value && is_harmless_value(*value)) continue;
      findings.push_back(
          make_finding(kSecretInArgEnv,
                       pair.key_range,
                       in_ticks(pair.key) + (kind == InstructionKind::Arg
                                                 ? " is stored in the image's history"
                                                 : " is stored in the image's configuration"),
                       "Use `RUN --mount=type=secret`, or set it when the container starts"));
    }
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_kind(input, InstructionKind::Arg, findings);
  check_kind(input, InstructionKind::Env, findings);
}

}  // namespace

const Rule kSecretInArgEnv = {
    {.name = "secret-in-arg-env",
     .code = "WH2303",
     .aliases = "DL3064 SecretsUsedInArgOrEnv CIS-DI-0010 DS-0031 secrets-in-arg-or-env",
     .severity = Severity::Warning,
     .summary = "ARG or ENV with the name of a secret",
     .why =
         "Values of ENV are in the image's configuration and those of ARG in its history, for "
         "everyone who can pull it. `RUN --mount=type=secret` shows a secret to one command only. "
         "The words of the name decide (KEY, TOKEN, PASSWORD, ...), unless one says that it is no "
         "secret (PUBLIC, FILE, VERSION, URL, ...) or the value is a path, a number or a switch.",
     .bad = "FROM debian:bookworm\nARG API_TOKEN\nRUN curl -H \"Authorization: $API_TOKEN\" "
            "https://example.com\n",
     .good = "FROM debian:bookworm\nRUN --mount=type=secret,id=token,env=API_TOKEN curl -H "
             "\"Authorization: $API_TOKEN\" https://example.com\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
