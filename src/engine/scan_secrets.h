// Secrets of an image and of a build context as findings. Inside of engine's scan.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/limits.h"
#include "base/result.h"
#include "model/analysis.h"
#include "model/secret_finding.h"
#include "secrets/scanner.h"

namespace whittle {

struct SecretFindings {
  std::vector<SecretFinding> findings;  // with what does not count, unsorted
  std::vector<std::string> notes;       // for people
};

// Of all layers, also of files that a later layer took away, and of the configuration. The layers
// were read with secret_contents() of this scanner.
SecretFindings find_image_secrets(const Analysis& analysis, const SecretScanner& scanner);

// The same analysis with stars for the secrets in commands, variables and labels, which reports
// repeat.
std::shared_ptr<const Analysis> without_secrets(std::shared_ptr<const Analysis> analysis,
                                                const SecretScanner& scanner);

// Of the files that a build would send, read side by side. Errors: those of read_context.
Result<SecretFindings> find_context_secrets(const fs::path& folder,
                                            const SecretScanner& scanner,
                                            const Limits& limits,
                                            unsigned threads,
                                            const CancelToken& cancel);

}  // namespace whittle
