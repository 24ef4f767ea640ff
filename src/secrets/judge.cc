#include "secrets/judge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr std::string_view kFillers[] = {
    "changeme",    "change_me",  "change-me",    "changeit",
    "replaceme",   "replace_me", "replace-me",   "yourtoken",
    "your_",       "your-",      "yourpassword", "yoursecret",
    "yourkey",     "my_secret",  "insert_",      "insert-",
    "placeholder", "redacted",   "removed",      "dummy",
    "notasecret",  "todo",       "undefined",    "example",
    "sample",      "foobar",     "password123",  "xxxx",
    "****",        "....",       "fake",         "mysecretpassword",
    "supersecret", "notreal",    "12345678",
};

constexpr std::string_view kWords[] = {
    "null",
    "none",
    "nil",
    "true",
    "false",
    "test",
    "secret",
    "password",
    "passwd",
    "token",
    "user",
    "pass",
    "string",
    "default",
    "empty",
    "unset",
    "required",
    "optional",
    "username:password",
    "user:pass",
};

// Printed in vendors' documentation: no harm comes from them.
constexpr std::string_view kExamples[] = {
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
};

// The second part of the token that jwt.io shows: {"sub":"1234567890","name":"John Doe"...
constexpr std::string_view kExampleJwt = "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9l";

// "$TOKEN", "$token[0]".
bool is_variable(std::string_view text) {
  return text.size() > 1 && text.front() == '$' && (is_alpha(text[1]) || text[1] == '_') &&
         text.find('$', 1) == std::string_view::npos;
}

bool is_reference(std::string_view text) {
  if (text.find_first_of("{}$") != std::string_view::npos) {
    return is_variable(text) || contains(text, "${") || contains(text, "{{") ||
           contains(text, "$(") || text.starts_with("{");
  }
  return text.starts_with("<") || text.starts_with("%(") || text.starts_with("[") ||
         (text.starts_with("%") && text.ends_with("%")) || text.starts_with("@") ||
         contains(text, "process.env") || contains(text, "os.environ") || contains(text, "getenv");
}

// Of its bytes at most three are different.
bool is_monotonous(std::string_view text) {
  std::array<bool, 256> seen{};
  int different = 0;
  for (char c : text) {
    bool& is_seen = seen[static_cast<uint8_t>(c)];
    different += is_seen ? 0 : 1;
    is_seen = true;
  }
  return different <= 3;
}

// "abcdefgh", "0123456789": most bytes follow the one before.
bool is_sequence(std::string_view text) {
  size_t steps = 0;
  for (size_t i = 1; i < text.size(); ++i) steps += text[i] == text[i - 1] + 1 ? 1U : 0U;
  return text.size() >= 6 && steps * 3 >= text.size() * 2;
}

struct Make {
  size_t digits = 0;
  size_t upper = 0;
  size_t lower = 0;
  size_t dots = 0;
  size_t slashes = 0;
  size_t other = 0;
  // Changes between letters and digits, and from small to big letters within a word.
  size_t turns = 0;
};

Make make_of(std::string_view text) {
  Make make;
  char before = 0;
  for (char c : text) {
    bool is_upper = c >= 'A' && c <= 'Z';
    if (is_digit(c))
      ++make.digits;
    else if (is_upper)
      ++make.upper;
    else if (is_alpha(c))
      ++make.lower;
    else if (c == '.')
      ++make.dots;
    else if (c == '/')
      ++make.slashes;
    else
      ++make.other;
    if (before != 0 && is_digit(c) != is_digit(before)) ++make.turns;
    before = c;
  }
  return make;
}

}  // namespace

double entropy_of(std::string_view text) {
  std::array<uint32_t, 256> counts{};
  for (char c : text) ++counts[static_cast<uint8_t>(c)];
  double entropy = 0;
  auto size = static_cast<double>(text.size());
  for (uint32_t count : counts) {
    if (count == 0) continue;
    double share = count / size;
    entropy -= share * std::log2(share);
  }
  return entropy;
}

bool is_placeholder(std::string_view secret) {
  if (secret.empty() || is_reference(secret) || is_monotonous(secret) || is_sequence(secret)) {
    return true;
  }
  std::string lower = to_lower(secret);
  if (std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords)) return true;
  // A long token may spell a short word by chance.
  if (secret.size() > 64) return false;
  return std::any_of(std::begin(kFillers), std::end(kFillers), [&](std::string_view filler) {
    return contains(lower, filler);
  });
}

bool is_known_example(std::string_view secret) {
  return std::find(std::begin(kExamples), std::end(kExamples), secret) != std::end(kExamples) ||
         contains(secret, kExampleJwt) || secret.ends_with("EXAMPLE") ||
         secret.ends_with("EXAMPLEKEY");
}

bool looks_like_secret(std::string_view secret, unsigned min_turns) {
  Make make = make_of(secret);
  size_t letters = make.upper + make.lower;
  bool is_mixed = make.digits >= 1 && letters >= 2 && make.turns >= min_turns;
  // Paths, names of modules, versions and addresses.
  bool is_name = make.dots >= 3 || make.slashes >= 3 || secret.front() == '/' ||
                 secret.front() == '.' || contains(secret, "://") || contains(secret, "..") ||
                 contains(secret, "->") || contains(secret, "::");
  return is_mixed && !is_name;
}

}  // namespace whittle
