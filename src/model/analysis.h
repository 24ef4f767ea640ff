// What `analyze` finds out about an image: plain values, shown by the formats and the terminal
// view.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/image.h"
#include "model/package.h"
#include "model/tree.h"

namespace whittle {

// Why a stored file's content is in no file of the merged tree; exactly one a file.
enum class LossCause : uint8_t {
  Kept,
  Deleted,           // by a whiteout of it or of a folder above it
  OverwrittenOther,  // the same path with other content
  OverwrittenEqual,  // the same path with the same content and attributes
  MetadataOnly,      // the same path with the same content, other owner, mode, time or attributes
  ReplacedByType,    // a folder, link or device took its place
  HiddenByOpaque,    // an opaque directory
  DuplicateEntry,    // the path comes again in its own layer
};
inline constexpr size_t kLossCauses = 8;

struct LossCauseInfo {
  LossCause cause;
  std::string_view id;      // "deleted-later"
  std::string_view title;   // "deleted in a later layer"
  std::string_view remedy;  // what to do, one sentence
};

const std::vector<LossCauseInfo>& loss_causes();  // in the order of the enumeration
const LossCauseInfo& info_of(LossCause cause);

// What a file is, by where it lies; one a file, the first row of the table that takes it.
struct FileKindInfo {
  std::string_view id;       // "apt-lists"
  std::string_view title;    // "apt package lists"
  std::string_view remedy;   // what to do, one sentence; "" where nothing is wrong with it
  bool is_needless = false;  // an image seldom needs it at run time
  // What it takes, split by blanks: "/a/b/" all below that folder, "a/b/" all below a folder that
  // ends so anywhere, "/a/b" one file, "/a/b*" files of a folder that begin so, "a" files of that
  // name, "*.x" names that end so.
  std::string_view paths;
};

using FileKind = uint8_t;  // index into file_kinds(); 0 is "other"
const std::vector<FileKindInfo>& file_kinds();

// Of one entry of one layer.
struct EntryAccount {
  LossCause cause = LossCause::Kept;
  FileKind kind = 0;
  // Of the same content at another path of the merged tree (the first path by name is the
  // original). Only when duplicates were asked for.
  bool is_duplicate = false;
  uint16_t killer = 0;  // layer that ended it; only where cause is not Kept
};

struct SourcePlace {
  std::string file;         // the Dockerfile's path as given, or its name in the provenance
  uint32_t first_line = 0;  // 1-based; 0: unknown
  uint32_t last_line = 0;
  bool operator==(const SourcePlace&) const = default;
};

struct LayerFacts {
  Digest diff_id;
  Digest blob_digest;      // "" where the source has no stored form
  std::string media_type;  // "" unknown
  Compression compression = Compression::None;
  Availability availability = Availability::Here;
  std::string problem;             // why its content is not known; "" when it is
  bool is_listed = false;          // content from a table of contents
  uint64_t stored_blob_bytes = 0;  // as the source has it (compressed); 0 unknown
  // What a registry would move: the blob when it is compressed, else measured or estimated gzip.
  std::optional<uint64_t> compressed_bytes;
  bool is_compressed_estimated = false;
  uint64_t tar_bytes = 0;      // 0 unknown
  uint64_t content_bytes = 0;  // of regular files
  uint64_t entry_count = 0;
  uint64_t file_count = 0;  // regular files
  uint64_t whiteout_count = 0;
  uint64_t lost_bytes = 0;    // of content_bytes, in no file of the merged tree
  uint64_t killed_bytes = 0;  // of this and other layers' content, ended by this layer
  bool is_base = false;
  int history_index = -1;
  std::string command;  // as a Dockerfile would say it: "RUN apt-get update"; "" unknown
  std::string created;
  std::optional<SourcePlace> place;
};

enum class BaseEvidence : uint8_t { None, Named, Provenance, Annotation, History };

// The part of the image that came with FROM.
struct BaseImage {
  uint32_t layer_count = 0;  // the first so many layers
  std::string name;          // "debian:bookworm"; "" unknown
  Digest digest;             // "" unknown
  BaseEvidence evidence = BaseEvidence::None;
  std::string why;  // one phrase: "its first 2 diff ids are those of debian:bookworm"
};

// Bytes of regular files over layer positions; a hard link counts 0.
// final + reclaimable == stored, and the causes sum to reclaimable.
struct Account {
  uint64_t stored = 0;
  uint64_t final = 0;
  uint64_t reclaimable = 0;
  uint64_t by_cause[kLossCauses] = {};  // [Kept] is final

  double efficiency() const {
    return stored == 0 ? 1.0 : static_cast<double>(final) / static_cast<double>(stored);
  }
};

struct DiveFile {
  std::string path;  // "/etc/hosts"
  uint64_t count = 0;
  int64_t bytes = 0;  // cumulative
};

// dive v0.13's figures, quirks included (docs/dive.md names them).
struct DiveCompat {
  double efficiency = 1.0;
  int64_t size_bytes = 0;
  int64_t user_size_bytes = 0;
  int64_t wasted_bytes = 0;
  double wasted_user_percent = 0;  // a ratio; NaN and infinity are possible
  std::vector<int64_t> layer_bytes;
  std::vector<DiveFile> inefficient;  // as dive shows them: biggest first
};

// A group of lost or needless files with one cause, one place and one thing to do about it.
struct WasteItem {
  std::string title;  // "apt package lists, deleted in a later layer"
  std::string path;   // the folder or file that stands for it: "/var/lib/apt/lists"
  LossCause cause = LossCause::Kept;
  FileKind kind = 0;
  uint32_t created_layer = 0;
  uint32_t killer_layer = 0;  // only where cause is not Kept
  uint64_t bytes = 0;
  uint64_t compressed_bytes = 0;  // estimate, by the layer's ratio
  uint64_t file_count = 0;
  bool is_base = false;
  std::string remedy;  // what to do, with the line where known
};

struct Analysis {
  std::string target;
  ImageInfo info;
  std::vector<LayerFacts> layers;  // base first
  BaseImage base;
  Account total;
  Account own;                       // layers after the base
  uint64_t distinct_blob_bytes = 0;  // content of distinct layers: what a registry stores once
  std::optional<uint64_t> compressed_bytes;
  bool is_compressed_estimated = false;
  uint64_t lost_compressed_bytes = 0;  // estimate
  DiveCompat dive;
  std::vector<WasteItem> waste;  // biggest first; lost bytes and needless kinds never overlap
  bool has_duplicates = false;   // equal content at other paths was looked for
  PackageCatalog packages;
  std::vector<std::string> notes;  // what degraded, for people

  // [layer][entry], as tree->layers.
  std::vector<std::vector<EntryAccount>> accounts;
  // Owns itself and the layer indexes it refers to.
  std::shared_ptr<const MergedTree> tree;
};

}  // namespace whittle
