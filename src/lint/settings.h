// What the user tells the rules about the house they work in. Plain values; empty by default.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace whittle {

enum class LabelType { Text, Url, Rfc3339, Spdx, Hash, Semver, Email };

// Whether ShellCheck is asked about RUN. Auto: when it is on PATH. Required: without it nothing is
// linted.
enum class ShellcheckUse { Auto, Off, Required };

struct LintSettings {
  // Registries that images may come from: "registry.example.com", "*.example.com", "team*", "*".
  // Empty: any.
  std::vector<std::string> trusted_registries;
  // Labels that an image has to carry, with the form of their values.
  std::vector<std::pair<std::string, LabelType>> label_schema;
  // No other labels than those.
  bool strict_labels = false;
  // "2026-11-21"; "": not known, and rules about dates say nothing.
  std::string today;
  // "linux/amd64": what is built for, where the Dockerfile does not say; "": not known.
  std::string platform;
  // Names of further build contexts (`--build-context NAME=...`).
  std::vector<std::string> named_contexts;
};

}  // namespace whittle
