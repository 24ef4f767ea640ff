// Secrets in one content, by a set of rules. Knows nothing of layers and images.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.h"
#include "base/result.h"
#include "secrets/rule_set.h"

namespace whittle {

// One secret in a content; the secret itself is nowhere in it.
struct SecretHit {
  std::string rule;        // its id
  uint32_t line = 0;       // 1-based; 0: the file itself is the finding
  uint32_t column = 0;     // 1-based, in bytes
  std::string masked;      // the text around on one line, printable, with stars for the secret
  std::string digest;      // the first 16 hexadecimal digits of the secret's SHA-256
  std::string suppressed;  // why it does not count; "" for one that does
  bool operator==(const SecretHit&) const = default;
};

inline constexpr size_t kMaxHitsPerRule = 100;  // in one content
inline constexpr size_t kMaxHitsPerContent = 500;

enum class SecretEngine : uint8_t { Fastest, Keywords };

struct SecretScannerOptions {
  fs::path cache;  // where compiled patterns are remembered; "" nowhere
  SecretEngine engine = SecretEngine::Fastest;
};

// Patterns are compiled when the first content comes. Thread-safe.
class SecretScanner {
 public:
  // Errors: Invalid for a pattern that is none.
  static Result<std::shared_ptr<const SecretScanner>> make(SecretRuleSet rules,
                                                           SecretScannerOptions options = {});
  // With the built-in rules.
  static std::shared_ptr<const SecretScanner> built_in(SecretScannerOptions options = {});
  virtual ~SecretScanner() = default;

  // By line, column and rule. `path` is for rules that ask for one: clean and relative.
  virtual std::vector<SecretHit> scan(std::string_view path, std::string_view content) const = 0;
  // Of a text of a few kilobytes that is no file's: nothing is compiled for it.
  virtual std::vector<SecretHit> scan_small(std::string_view text) const = 0;
  // Of the value of a variable, whose name may say that it is a secret when its looks do not.
  virtual std::vector<SecretHit> scan_variable(std::string_view name,
                                               std::string_view value) const = 0;
  // A small text with stars for every secret in it.
  virtual std::string masked(std::string_view text) const = 0;
  // False for paths that the rules leave out.
  virtual bool is_looked_at(std::string_view path) const = 0;
  virtual const SecretRuleSet& rules() const = 0;
  virtual const std::string& version() const = 0;
};

// What the rule of a variable that only has a telling name is called.
extern const SecretRule kVariableRule;

}  // namespace whittle
