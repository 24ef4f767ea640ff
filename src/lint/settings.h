// What the user tells the rules about the house they work in. Plain values; empty by default.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace whittle {

enum class LabelType { Text, Url, Rfc3339, Spdx, Hash, Semver, Email };

struct LintSettings {
  // Registries that images may come from: "registry.example.com", "*.example.com", "team*", "*".
  // Empty: any.
  std::vector<std::string> trusted_registries;
  // Labels that an image has to carry, with the form of their values.
  std::vector<std::pair<std::string, LabelType>> label_schema;
  // No other labels than those.
  bool strict_labels = false;
  // Names of further build contexts (`--build-context NAME=...`).
  std::vector<std::string> named_contexts;
};

}  // namespace whittle
