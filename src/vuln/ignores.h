// What people decided not to be told of, and telling which findings that takes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/image.h"
#include "model/package.h"
#include "model/scan_report.h"
#include "model/secret_finding.h"

namespace whittle {

inline constexpr uint64_t kMaxIgnoreFileBytes = 4ULL << 20;

// One rule; an empty member asks nothing. A rule that asks nothing at all takes nothing.
struct VulnIgnore {
  std::string id;       // of the finding, or any of its other names
  std::string package;  // name
  std::string version;
  std::string type;                // "deb", "npm"
  std::string fix_state;           // "fixed", "not-fixed"
  std::string purl;                // up to the version, or with it: "pkg:npm/lodash@4.17.20"
  std::vector<std::string> paths;  // patterns of the record's path: "usr/lib/**"
  uint32_t line = 0;               // of a secret; 0: any
  // Of a VEX statement: "not_affected", "fixed", "affected", "under_investigation", and OpenVEX'
  // word for why; "" for a rule, which takes what it fits.
  std::string status;
  std::string justification;
  std::string image;  // the statement is about this image alone: its package URL or name
  std::string until;  // the last day it holds: "2026-12-31"
  std::string reason;
  std::string origin;  // ".trivyignore:3"
};

// True for "2026-12-31".
bool is_day(std::string_view text);

// Trivy's plain list: an id a line, "exp:2026-12-31" behind it, "#" comments. A line that is
// something else goes to `problems`, and takes nothing.
std::vector<VulnIgnore> parse_trivyignore(std::string_view text,
                                          std::string_view name,
                                          std::vector<std::string>& problems);

// True if the rule takes the finding. `today` as "2026-11-21"; "": no rule has ended.
bool takes(const VulnIgnore& rule,
           const VulnFinding& finding,
           const Package& package,
           std::string_view today);

// The same for a secret: `id` is its rule or its fingerprint. Rules about packages take none.
bool takes(const VulnIgnore& rule, const SecretFinding& finding, std::string_view today);

// The same for something that a check saw: `id` is one of the check's, the path that of the file.
bool takes(const VulnIgnore& rule,
           const std::vector<std::string>& ids,
           std::string_view path,
           std::string_view today);

// gitleaks' list: a fingerprint a line, "[COMMIT:]FILE:RULE:LINE" or one of whittle's own. A line
// that is something else goes to `problems`.
std::vector<VulnIgnore> parse_gitleaksignore(std::string_view text,
                                             std::string_view name,
                                             std::vector<std::string>& problems);

// True for a rule that is about any image, or about this one: its name, tag and digests, as far as
// the rule names them.
bool is_about(const VulnIgnore& rule, const ImageInfo& image);
// True for a rule or statement that says that a finding does not count; "affected" says nothing
// of the kind.
bool suppresses(const VulnIgnore& rule);

// "ignored by .trivyignore:3: REASON", "not affected by vex.json:3: REASON".
std::string reason_text(const VulnIgnore& rule);

}  // namespace whittle
