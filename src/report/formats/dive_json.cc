// The JSON that `dive --json` (v0.13) writes, so that what reads it goes on working: docs/dive.md.
// Field order, indentation and quirks are dive's: Go's os.FileMode, nodes without an entry of their
// own with all fields empty, children before parents, whiteouts under their ".wh." names, opaque
// markers left out, HTML characters escaped.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/strings.h"
#include "report/formats/formats_list.h"

namespace whittle {

namespace {

using Out = std::back_insert_iterator<std::string>;

// As Go's encoding/json has it: bytes that are not UTF-8 become U+FFFD.
void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    auto byte = static_cast<unsigned char>(text[0]);
    size_t length = byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    std::string_view part = text.substr(0, length);
    if (byte == '"' || byte == '\\') {
      out.append(1, '\\').append(part);
    } else if (byte == '\n' || byte == '\r' || byte == '\t') {
      out += byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : "\\t";
    } else if (byte < 0x20 || byte == '<' || byte == '>' || byte == '&') {
      fmt::format_to(Out(out), "\\u{:04x}", byte);
    } else if (part == "\xE2\x80\xA8" || part == "\xE2\x80\xA9") {
      out += part[2] == '\xA8' ? "\\u2028" : "\\u2029";
    } else if (byte < 0x80 || (part.size() == length && length > 1 && is_valid_utf8(part))) {
      out += part;
    } else {
      out += "\\ufffd";
      length = 1;
    }
    text.remove_prefix(std::min(length, text.size()));
  }
  out += '"';
}

void append_field(std::string& out, std::string_view name, std::string_view text) {
  out.append(10, ' ').append("\"").append(name).append("\": ");
  append_string(out, text);
  out += ",\n";
}

uint64_t type_flag(EntryType type) {
  switch (type) {
    case EntryType::File:
      return '0';
    case EntryType::Hardlink:
      return '1';
    case EntryType::Symlink:
      return '2';
    case EntryType::CharDevice:
      return '3';
    case EntryType::BlockDevice:
      return '4';
    case EntryType::Directory:
      return '5';
    case EntryType::Fifo:
      return '6';
  }
  return '0';
}

// Go's os.FileMode: permissions as in Unix, everything else elsewhere.
uint64_t go_file_mode(const Entry& entry) {
  uint64_t mode = entry.mode & 0777;
  if ((entry.mode & 04000) != 0) mode |= 1U << 23;
  if ((entry.mode & 02000) != 0) mode |= 1U << 22;
  if ((entry.mode & 01000) != 0) mode |= 1U << 20;
  switch (entry.type) {
    case EntryType::Directory:
      return mode | 1U << 31;
    case EntryType::Symlink:
      return mode | 1U << 27;
    case EntryType::BlockDevice:
      return mode | 1U << 26;
    case EntryType::CharDevice:
      return mode | 1U << 26 | 1U << 21;
    case EntryType::Fifo:
      return mode | 1U << 25;
    case EntryType::File:
    case EntryType::Hardlink:
      return mode;
  }
  return mode;
}

// Children before their parents, siblings by name (bytes). No path holds a NUL.
bool comes_before(std::string_view a, std::string_view b) {
  auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  auto rank = [](std::string_view text, std::string_view::iterator at) {
    return at == text.end() || *at == '/' ? 0U
                                          : static_cast<unsigned>(static_cast<unsigned char>(*at));
  };
  unsigned rank_a = rank(a, at_a);
  unsigned rank_b = rank(b, at_b);
  if (rank_a != rank_b) return rank_a < rank_b;
  return at_b == b.end() && at_a != a.end();  // a lies below b
}

// The tree that dive makes of one layer.
class DiveLayer {
 public:
  explicit DiveLayer(const LayerIndex& index) : index_(index) {
    for (const Entry& entry : index.entries) add(entry);
  }

  void append_files(std::string& out) const {
    std::vector<std::string_view> paths;
    for (const auto& [path, entry] : nodes_) paths.push_back(path);
    std::sort(paths.begin(), paths.end(), comes_before);
    for (size_t i = 0; i < paths.size(); ++i) {
      append_file(out, paths[i], nodes_.at(paths[i]));
      out += i + 1 < paths.size() ? ",\n" : "\n";
    }
  }

  bool is_empty() const { return nodes_.empty(); }

 private:
  void add(const Entry& entry) {
    std::string_view path = index_.path(entry);
    if (entry.role == EntryRole::Whiteout) path = whiteout_name(path);
    if (path.empty()) return;
    const Entry*& node = nodes_[path];
    // Dive makes the folder of an opaque marker, and drops the marker.
    if (entry.role != EntryRole::Opaque) node = &entry;
    for (size_t slash = path.rfind('/'); slash != std::string_view::npos;
         slash = path.substr(0, slash).rfind('/')) {
      if (!nodes_.emplace(path.substr(0, slash), nullptr).second) break;
    }
  }

  std::string_view whiteout_name(std::string_view path) {
    size_t slash = path.rfind('/');
    size_t name = slash == std::string_view::npos ? 0 : slash + 1;
    return names_.emplace_back(std::string(path.substr(0, name)) + ".wh." +
                               std::string(path.substr(name)));
  }

  uint64_t size_of(const Entry& entry) const {
    if (entry.size_bytes > 0 || index_.odd_sizes.empty()) return entry.size_bytes;
    auto id = static_cast<EntryId>(&entry - index_.entries.data());
    auto found =
        std::lower_bound(index_.odd_sizes.begin(),
                         index_.odd_sizes.end(),
                         id,
                         [](const OddSize& size, EntryId wanted) { return size.entry < wanted; });
    return found != index_.odd_sizes.end() && found->entry == id ? found->bytes : 0;
  }

  void append_file(std::string& out, std::string_view path, const Entry* entry) const {
    static const Entry kNoEntry;
    const Entry& shown = entry == nullptr ? kNoEntry : *entry;
    bool is_there = entry != nullptr;
    out += "        {\n";
    append_field(out, "path", is_there ? path : "");
    fmt::format_to(Out(out), "          \"typeFlag\": {},\n", is_there ? type_flag(shown.type) : 0);
    append_field(out, "linkName", is_there ? index_.link_target(shown) : "");
    fmt::format_to(Out(out),
                   "          \"size\": {},\n          \"fileMode\": {},\n          \"uid\": {},\n"
                   "          \"gid\": {},\n          \"isDir\": {}\n        }}",
                   is_there ? size_of(shown) : 0,
                   is_there ? go_file_mode(shown) : 0,
                   shown.uid,
                   shown.gid,
                   is_there && shown.type == EntryType::Directory);
  }

  const LayerIndex& index_;
  std::deque<std::string> names_;                             // of whiteouts
  std::unordered_map<std::string_view, const Entry*> nodes_;  // null: no entry of its own
};

// What dive's archive reader would call the layer: the first part of its path in the archive, which
// is `blobs` for all layers of today's archives.
std::string layer_id(const Analysis& analysis, const LayerFacts& layer) {
  if (!analysis.info.manifest_digest.empty()) return "blobs";
  size_t colon = layer.diff_id.find(':');
  return colon == std::string::npos ? layer.diff_id : layer.diff_id.substr(colon + 1);
}

// The instruction as the history has it.
std::string_view layer_command(const Analysis& analysis, const LayerFacts& layer) {
  const std::vector<HistoryEntry>& history = analysis.info.config.history;
  if (layer.history_index < 0 || static_cast<size_t>(layer.history_index) >= history.size()) {
    return "(missing)";
  }
  std::string_view text = history[static_cast<size_t>(layer.history_index)].created_by;
  constexpr std::string_view kShell = "/bin/sh -c ";
  if (text.starts_with(kShell)) text.remove_prefix(kShell.size());
  return text;
}

void append_layer(std::string& out, const Analysis& analysis, size_t i) {
  const LayerFacts& layer = analysis.layers[i];
  std::string_view digest = layer.history_index < 0 ? "" : std::string_view(layer.diff_id);
  int64_t bytes = i < analysis.dive.layer_bytes.size() ? analysis.dive.layer_bytes[i] : 0;
  fmt::format_to(Out(out), "    {{\n      \"index\": {},\n      \"id\": ", i);
  append_string(out, layer_id(analysis, layer));
  out += ",\n      \"digestId\": ";
  append_string(out, digest);
  fmt::format_to(Out(out), ",\n      \"sizeBytes\": {},\n      \"command\": ", bytes);
  append_string(out, layer_command(analysis, layer));
  DiveLayer files(*analysis.tree->layers[i]);
  if (files.is_empty()) {
    out += ",\n      \"fileList\": []\n    }";
    return;
  }
  out += ",\n      \"fileList\": [\n";
  files.append_files(out);
  out += "      ]\n    }";
}

void append_image(std::string& out, const DiveCompat& dive) {
  fmt::format_to(Out(out),
                 "  \"image\": {{\n    \"sizeBytes\": {},\n    \"inefficientBytes\": {},\n"
                 "    \"efficiencyScore\": {},\n    \"fileReference\": [",
                 dive.size_bytes,
                 dive.wasted_bytes,
                 dive.efficiency);
  for (size_t i = 0; i < dive.inefficient.size(); ++i) {
    const DiveFile& file = dive.inefficient[i];
    fmt::format_to(
        Out(out),
        "{}\n      {{\n        \"count\": {},\n        \"sizeBytes\": {},\n        \"file\": ",
        i == 0 ? "" : ",",
        file.count,
        file.bytes);
    append_string(out, file.path);
    out += "\n      }";
  }
  out += dive.inefficient.empty() ? "]\n  }\n" : "\n    ]\n  }\n";
}

}  // namespace

std::string analyze_as_dive_json(const AnalyzeReport& report, const RenderOptions& /*options*/) {
  const Analysis& analysis = *report.analysis;
  std::string out = "{\n  \"layer\": [";
  for (size_t i = 0; i < analysis.layers.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    append_layer(out, analysis, i);
  }
  out += analysis.layers.empty() ? "],\n" : "\n  ],\n";
  append_image(out, analysis.dive);
  return out + "}";
}

}  // namespace whittle
