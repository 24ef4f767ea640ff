// One secret that `scan` found: where it lies and what it looks like, never the secret itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/risk_level.h"

namespace whittle {

enum class SecretPlace : uint8_t {
  File,         // of a layer
  Environment,  // a variable of the image's configuration
  Label,        // of the image's configuration
  History,      // the command that made a layer, or set the configuration
  Context,      // a file of the build context
};
inline constexpr size_t kSecretPlaces = 5;

// "file", "environment", "label", "history", "context".
std::string_view to_text(SecretPlace place);
std::optional<SecretPlace> parse_secret_place(std::string_view word);

struct SecretFinding {
  std::string rule;      // "aws-access-key-id"
  std::string title;     // "AWS access key id"
  std::string category;  // "AWS"
  RiskLevel level = RiskLevel::High;
  SecretPlace place = SecretPlace::File;
  std::string path;  // of the file, "app/.env"; "" elsewhere
  std::string name;  // of the variable or label; "" elsewhere
  uint32_t layer =
      kNoLayer;            // whose entry or command it is; kNoLayer: the configuration, the context
  int history_index = -1;  // the entry of the image's history; only for History
  uint32_t line = 0;       // 1-based, in the file or the value; 0 unknown
  uint32_t column = 0;     // 1-based, in bytes; 0 unknown
  std::string masked;      // the text around on one line, the secret in it replaced by '*'
  // Names rule and secret in files of what is ignored: stable, whatever the file or the layer.
  std::string fingerprint;
  bool is_deleted = false;  // not in the merged tree, but whoever has the image can read the layer
  uint32_t deleted_in = kNoLayer;  // the layer that took it away; only where is_deleted
  std::string suppressed;          // why it does not count; "" for a finding that does
};

// "RULE:" and the first 16 hexadecimal digits of the secret's SHA-256.
std::string secret_fingerprint(std::string_view rule, std::string_view secret_sha256_hex);

}  // namespace whittle
