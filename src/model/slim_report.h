// The finished result of `whittle slim`: everything a report shows, and nothing that needs more
// work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/keep_set.h"
#include "model/report.h"

namespace whittle {

// Regular files and their contents, every content once.
struct SlimBytes {
  uint64_t files = 0;
  uint64_t bytes = 0;
};

struct SlimReasonRow {
  std::string reason;  // "NEEDED by"; for people
  KeepTier tier = KeepTier::Unreachable;
  SlimBytes kept;
};

// What became of a package of the original.
struct SlimPackage {
  std::string type;  // "deb"
  std::string name;
  std::string version;
  std::string url;        // package URL
  bool is_kept = false;   // some of its files stay
  bool is_whole = false;  // all of them
  SlimBytes before;
  SlimBytes after;
};

// One run of a result.
struct SlimAttempt {
  SlimPolicy policy = SlimPolicy::Balanced;
  bool passed = false;
  std::string why;  // it failed: the checks, what differs, the container's last lines
  // Paths that it looked for, did not find and the original has: they were put back, and the next
  // attempt has them.
  size_t put_back = 0;
};

// A path that a result looked for and did not find, though the original has it.
struct SlimMiss {
  std::string path;
  std::string program;             // that looked for it
  bool is_from_verifying = false;  // only the second set of probes missed it
};

// One program that ran in the original.
struct SlimProgram {
  std::string path;
  uint64_t paths = 0;  // of the image that it used
  SlimBytes used;      // files among them
};

// What runs of the original said.
struct SlimTraceFacts {
  std::string method;                 // "notify"
  uint64_t lookups = 0;               // paths that programs asked for and that the image has
  SlimBytes used;                     // files whose content was used
  SlimBytes kept_used;                // of them those that stay
  std::vector<SlimProgram> programs;  // by path
};

// What the second set of probes said, which traces nothing.
struct SlimVerifyFacts {
  uint64_t lookups = 0;      // paths of the image that it used
  uint64_t new_lookups = 0;  // of them those that no traced run used
  uint64_t misses = 0;       // of them those that the result did not have at first
};

// A vulnerability of a package of which nothing stays.
struct SlimRemovedVulnerability {
  std::string id;  // the CVE, else what the database calls it
  std::vector<std::string> aliases;
  std::string summary;
  std::string package_url;
};

// A part of the work.
struct SlimPhase {
  std::string name;  // "reading the image"
  double seconds = 0;
};

// How far the result was tried.
enum class SlimProof : uint8_t {
  None,       // --static-only, or nothing to run it with
  Automatic,  // started, its ports asked, watched for a crash
  Probed,     // the user's probes
};

struct SlimReport {
  std::string target;
  std::string digest;         // of the original's manifest, else of its configuration
  std::string result_digest;  // of the result's configuration
  SlimPolicy wanted = SlimPolicy::Balanced;
  SlimPolicy policy = SlimPolicy::Balanced;  // what it came to; Original: nothing could be left out
  SlimProof proof = SlimProof::None;
  std::string engine;  // "" when nothing was run
  std::optional<SlimTraceFacts> trace;
  std::optional<SlimVerifyFacts> verify;
  std::vector<SlimMiss> misses;  // that were put back; by path
  // Contents of all files of all layers: what engines call size.
  uint64_t image_bytes_before = 0;
  uint64_t image_bytes_after = 0;
  SlimBytes tree_before;  // of the merged tree
  SlimBytes tree_after;
  size_t layers_before = 0;
  size_t layers_after = 0;
  size_t layers_reused = 0;       // byte for byte
  std::string layers_wanted;      // "keep", "app+base", "one"
  size_t base_layers = 0;         // of the original, where they became one; else 0
  SlimBytes by_tier[kKeepTiers];  // of the merged tree, kept or not
  SlimBytes kept_by_tier[kKeepTiers];
  std::vector<SlimReasonRow> reasons;  // of what is kept; biggest first
  // By id and package; nullopt: not looked for.
  std::optional<std::vector<SlimRemovedVulnerability>> removed_vulnerabilities;
  std::string debug_companion;  // where the image with tools is; "": none was asked for
  std::string debug_command;    // how it looks into a container of the result; "" without an engine
  std::string debug_source;     // where its busybox is from
  std::string result_name;      // the tag, the name in what was written, else that of the original
  std::string created;          // the original's own date; may be empty
  std::vector<SlimPackage> packages;  // of the operating system and of languages; by type and name
  std::vector<SlimAttempt> attempts;
  std::optional<ProbeReport> probe_before;
  std::optional<ProbeReport> probe_after;
  std::vector<std::string> notes;
  std::vector<std::string> written;  // files and tags, for people
  std::vector<SlimPhase> phases;     // in the order they came first; together `seconds`
  double seconds = 0;
  double probe_seconds = 0;  // of `seconds`: spent in engines
  double trace_seconds = 0;  // of `probe_seconds`: running the original
};

}  // namespace whittle
