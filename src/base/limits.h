// The limits of every input, in one place: named defaults, and the struct that carries raised ones.
// Readers take a `const Limits&`, compare, and return ErrorKind::Limit naming the option to raise.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whittle {

inline constexpr uint64_t kDefaultMaxEntries = 5'000'000;            // tar entries in one layer
inline constexpr uint64_t kDefaultMaxNameBytes = 64 * 1024;          // one path or link target
inline constexpr uint64_t kDefaultMaxExpansionRatio = 1'200;         // decompressed : compressed, after 64 MiB
inline constexpr uint64_t kDefaultMaxLayerBytes = 256ULL << 30;      // one layer, decompressed
inline constexpr uint64_t kDefaultMaxJsonBytes = 16ULL << 20;        // one manifest, index or config
inline constexpr uint64_t kDefaultMaxJsonDepth = 64;
inline constexpr uint64_t kDefaultMaxPaxBytes = 8ULL << 20;          // PAX records of one entry
inline constexpr uint64_t kDefaultMaxLayers = 4'096;                 // layers of one image
inline constexpr uint64_t kDefaultMaxDockerfileBytes = 16ULL << 20;
inline constexpr uint64_t kDefaultMaxInstructions = 100'000;         // instructions of one Dockerfile
inline constexpr uint64_t kDefaultMaxIgnoreBytes = 1ULL << 20;       // one .dockerignore
inline constexpr uint64_t kDefaultMaxIgnorePatterns = 10'000;
inline constexpr uint64_t kDefaultMaxContextFiles = 5'000'000;
inline constexpr uint64_t kDefaultMaxShellDepth = 128;               // nesting of shell constructs
inline constexpr uint64_t kDefaultMaxOutputBytes = 16ULL << 20;      // kept output of one outside program

struct Limits {
  uint64_t max_entries = kDefaultMaxEntries;
  uint64_t max_name_bytes = kDefaultMaxNameBytes;
  uint64_t max_expansion_ratio = kDefaultMaxExpansionRatio;
  uint64_t max_layer_bytes = kDefaultMaxLayerBytes;
  uint64_t max_json_bytes = kDefaultMaxJsonBytes;
  uint64_t max_json_depth = kDefaultMaxJsonDepth;
  uint64_t max_pax_bytes = kDefaultMaxPaxBytes;
  uint64_t max_layers = kDefaultMaxLayers;
  uint64_t max_dockerfile_bytes = kDefaultMaxDockerfileBytes;
  uint64_t max_instructions = kDefaultMaxInstructions;
  uint64_t max_ignore_bytes = kDefaultMaxIgnoreBytes;
  uint64_t max_ignore_patterns = kDefaultMaxIgnorePatterns;
  uint64_t max_context_files = kDefaultMaxContextFiles;
  uint64_t max_shell_depth = kDefaultMaxShellDepth;
  uint64_t max_output_bytes = kDefaultMaxOutputBytes;
};

// One row a limit: how `--limit NAME=VALUE` finds it, and what it bounds.
struct LimitInfo {
  std::string_view name;  // "entries"
  uint64_t Limits::*member;
  std::string_view what;  // "tar entries in one layer"
};

const std::vector<LimitInfo>& limit_table();
// Sets one limit from "NAME=VALUE" (VALUE as parse_size takes it); ErrorKind::Usage otherwise.
Status set_limit(Limits& limits, std::string_view assignment);
// The error of an input that is over a limit: "WHAT: more than N NAME", with the hint to raise it.
// `member` names which one.
Error limit_error(std::string_view what, uint64_t Limits::*member, const Limits& limits);

}  // namespace whittle
