// The kinds of feeds. A kind is one file of this folder and one row of the table; what a file holds
// is told by its first bytes, never by its name.
#pragma once

#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/result.h"
#include "vuln/feeds/advisory.h"

namespace whittle {

inline constexpr uint64_t kMaxFeedDocumentBytes = 256ULL << 20;  // one document, decompressed
inline constexpr uint64_t kMaxFeedBytes = 16ULL << 30;           // all of one archive
inline constexpr uint64_t kMaxFeedDocuments = 4'000'000;

struct Feed {
  std::string_view name;  // "osv"
  std::string_view what;  // one line for people
  bool (*takes)(std::string_view document);
  // Reads a document into the sink. Errors: Invalid for what is no such document. `name` is for
  // messages.
  Status (*read)(std::string_view document, std::string_view name, FeedSink& sink);
};

const std::vector<Feed>& feed_table();

// Documents read, by feed in the order of the table.
struct FeedCounts {
  std::vector<uint64_t> documents;
  uint64_t unknown = 0;  // documents of no feed: README files and the like
};

// Reads a file: a document, a compressed one, or an archive of them (zip, tar). A document that is
// broken is a problem of the sink, a broken archive an error (Invalid, Limit, NotFound, Cancelled).
Result<FeedCounts> read_feed_file(const fs::path& file, FeedSink& sink, const CancelToken& cancel);

// One document in memory; the feed's place in the table, or -1 for an unknown one.
Result<int> read_feed_document(std::string_view document, std::string_view name, FeedSink& sink);

}  // namespace whittle
