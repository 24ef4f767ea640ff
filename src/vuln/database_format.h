// How the database lies in its file: a head, then tables of fixed rows and one pool of texts, which
// rows name by their offset. Little-endian, 8-byte aligned; a change here is a new kFormatVersion.
#pragma once

#include <array>
#include <cstdint>

namespace whittle::database_format {

inline constexpr std::array<char, 8> kMagic = {'W', 'H', 'T', 'L', 'V', 'U', 'L', 'N'};
inline constexpr uint32_t kFormatVersion = 2;
inline constexpr uint32_t kByteOrder = 0x01020304;
inline constexpr uint64_t kMaxFileBytes = 4ULL << 30;  // texts are named by 32 bits

using Text = uint32_t;  // offset into the pool: two bytes of length, then the bytes; 0 is ""

// Rows of another table.
struct RowSpan {
  uint32_t first = 0;
  uint32_t count = 0;
};

enum Table : uint32_t {
  Texts,
  Keys,
  Affecteds,
  EventRows,
  Lists,
  Advisories,
  Cves,
  Sources,
  Names,       // NameRow, by hash
  ByAdvisory,  // rows of Affecteds, by their advisory
  kTables
};

struct TablePlace {
  uint64_t offset = 0;
  uint64_t count = 0;  // of rows
};

struct Head {
  std::array<char, 8> magic = kMagic;
  uint32_t version = kFormatVersion;
  uint32_t byte_order = kByteOrder;
  uint64_t file_bytes = 0;
  int64_t built = 0;      // seconds since 1970
  uint64_t checksum = 0;  // XXH3 of all that follows the head
  TablePlace tables[kTables];
};

// By hash, then by ecosystem and name. Their rows of Affecteds follow each other in this order.
struct KeyRow {
  uint64_t hash = 0;  // of ecosystem, a zero byte and the name
  Text ecosystem = 0;
  Text name = 0;
  RowSpan affected;
};

inline constexpr uint32_t kUnimportant = 1;
inline constexpr uint32_t kInformational = 2;

struct AffectedRow {
  uint32_t advisory = 0;
  uint32_t flags = 0;
  RowSpan events;      // of all ranges, each in the order of versions
  RowSpan versions;    // Lists
  RowSpan severities;  // Lists: type, score, ...
};

inline constexpr uint32_t kBeginsRange = 0x100;  // beside an EventKind

struct EventRow {
  Text version = 0;
  uint32_t kind = 0;
};

struct AdvisoryRow {
  Text id = 0;
  Text summary = 0;
  Text url = 0;
  Text published = 0;
  Text modified = 0;
  Text severity_word = 0;
  Text module = 0;  // "nodejs:18": only of this module stream
  uint32_t reserved = 0;
  RowSpan aliases;     // Lists: all names of the vulnerability but its own
  RowSpan targets;     // Lists: what findings are called
  RowSpan severities;  // Lists: type, score, ...
};

inline constexpr uint32_t kExploited = 1;
inline constexpr uint32_t kRansomware = 2;
inline constexpr uint32_t kAutomatable = 4;

struct CveRow {
  uint64_t hash = 0;
  Text id = 0;
  uint32_t flags = 0;
  Text exploited_since = 0;
  Text exploitation = 0;
  Text technical_impact = 0;
  float epss = -1;
  float epss_percentile = -1;
  uint32_t reserved = 0;
  RowSpan severities;  // Lists: type, score, source, ...
};

// A name by which an advisory can be asked for: its own, that of a finding, an alias.
struct NameRow {
  uint64_t hash = 0;  // of the name in capitals
  uint32_t advisory = 0;
  uint32_t reserved = 0;
};

struct SourceRow {
  Text name = 0;    // "npm.zip", a URL
  Text digest = 0;  // "sha256:..."; "" unknown
  Text newest = 0;  // the latest `modified` of its records
  uint32_t documents = 0;
};

}  // namespace whittle::database_format
