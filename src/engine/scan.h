// The library's way to look for what is wrong with an image: known vulnerabilities, secrets, weak
// configuration. Changes nothing, prints nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.h"
#include "base/result.h"
#include "engine/inspect.h"
#include "model/scan_report.h"
#include "model/trace.h"

namespace whittle {

class Database;       // vuln/database.h
struct VulnIgnore;    // vuln/ignores.h
class SecretScanner;  // secrets/scanner.h

struct ScanOptions {
  InspectOptions inspect;
  ScannerSet scanners = kScanVulnerabilities;  // what to look for
  std::string today;                           // "2026-11-21": for what has ended
  bool ignore_unfixed = false;                 // findings without a fixed version do not count
  bool show_unimportant = false;
  bool finds_usage = false;       // tells which packages the entry point uses
  std::vector<RiskLevel> levels;  // findings of other levels are left out; empty: all
  std::vector<VulnIgnore> ignores;
  std::vector<InspectOptions> base_candidates;   // images that could be the base
  std::shared_ptr<const SecretScanner> secrets;  // required where secrets are looked for
  std::optional<Trace> trace;  // of runs of the image: completes what is said of its readiness
  std::optional<RiskLevel> fail_on;
  bool show_suppressed = false;

  ScanOptions();
  ~ScanOptions();
  ScanOptions(ScanOptions&&) noexcept;
};

// True for a folder that holds no image and no root file system: the sources of a build.
bool is_build_context(const std::string& target);

// The secrets in the files that a build of that folder would send; nothing else is looked for.
// Errors: those of read_context.
Result<ScanReport> scan_context(const ScanOptions& options);

// Whether a text that begins so is an inventory of packages: CycloneDX, SPDX.
bool is_inventory(std::string_view beginning);

// The known vulnerabilities of the packages that an inventory of any tool lists (packages/
// read_sbom.h); nothing else is looked for. `inspect.target` names it. Errors: those of read_sbom,
// Invalid for a damaged database.
Result<ScanReport> scan_inventory(const ScanOptions& options,
                                  std::string_view text,
                                  const Database& database,
                                  const fs::path& database_file);

// `database` may be null where vulnerabilities are not looked for; `database_file` is named in the
// report. Errors: those of analyze_image, Invalid for a damaged database.
Result<ScanReport> scan_image(const ScanOptions& options,
                              const Database* database,
                              const fs::path& database_file);

}  // namespace whittle
