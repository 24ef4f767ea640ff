#include "vuln/feeds/feeds.h"

#include "vuln/feeds/archive.h"
#include "vuln/feeds/rows.h"

namespace whittle {

const std::vector<Feed>& feed_table() {
  // The first that takes a document reads it: osv takes all JSON that nobody before it wanted.
  static const std::vector<Feed> table = {
      {"kev", "CISA's catalogue of known exploited vulnerabilities", is_kev, read_kev},
      {"osv", "advisories in OSV's format", is_osv, read_osv},
      {"cvss_table", "CVSS vectors by CVE", is_cvss_table, read_cvss_table},
      {"ssvc", "CISA's SSVC decisions by CVE", is_ssvc, read_ssvc},
      {"epss", "EPSS scores of FIRST", is_epss, read_epss},
  };
  return table;
}

Result<int> read_feed_document(std::string_view document, std::string_view name, FeedSink& sink) {
  const std::vector<Feed>& table = feed_table();
  for (size_t i = 0; i < table.size(); ++i) {
    if (!table[i].takes(document)) continue;
    TRY(table[i].read(document, name, sink));
    return static_cast<int>(i);
  }
  return -1;
}

Result<FeedCounts> read_feed_file(const fs::path& file, FeedSink& sink, const CancelToken& cancel) {
  FeedCounts counts;
  counts.documents.resize(feed_table().size());
  ArchiveLimits limits{kMaxFeedDocumentBytes, kMaxFeedBytes, kMaxFeedDocuments};
  TRY(for_each_file(
      file, limits, cancel, [&](std::string_view name, std::string_view bytes) -> Status {
        Result<int> feed = read_feed_document(bytes, name, sink);
        if (!feed.ok()) {
          sink.problem(feed.error().message());
        } else if (*feed < 0) {
          ++counts.unknown;
        } else {
          ++counts.documents[static_cast<size_t>(*feed)];
        }
        return {};
      }));
  return counts;
}

}  // namespace whittle
