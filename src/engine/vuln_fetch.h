// Fetching feeds: kept in a folder, asked for again only when they have changed, tried again with
// growing pauses, held against a digest where there is one beside them.
#pragma once

#include <cstdint>
#include <string>

#include "base/fs.h"
#include "base/result.h"
#include "engine/vuln_update.h"
#include "net/http.h"

namespace whittle {

// Whether URL.sha256 is looked for, in the form of sha256sum.
enum class Sidecar { None, Wanted };

struct FetchedFile {
  fs::path path;
  std::string digest;  // "sha256:..." that the file was held against; "" there was none
};

class FeedFetcher {
 public:
  FeedFetcher(fs::path folder, const VulnUpdateOptions& options);

  // Errors: NotFound (the server has none), Failed (no answer after all attempts), Invalid (another
  // digest), Unsupported (offline), Cancelled.
  Result<FetchedFile> fetch(const std::string& url, Sidecar sidecar);

  uint64_t unchanged() const { return unchanged_; }

 private:
  Result<bool> fetch_once(const std::string& url, const fs::path& place, std::string& why);
  Result<std::string> sidecar_digest(const std::string& url);
  Status pause(unsigned attempt, uint64_t asked_ms) const;

  fs::path folder_;
  const VulnUpdateOptions& options_;
  HttpClient client_;
  uint64_t unchanged_ = 0;
  uint64_t retry_after_ms_ = 0;  // what the last answer asked for
};

// The digest of FILE.sha256 where it is there, after FILE was held against it. Errors: Invalid.
Result<std::string> check_sidecar(const fs::path& file);

}  // namespace whittle
