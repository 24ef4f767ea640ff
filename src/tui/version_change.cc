#include "tui/version_change.h"

#include <algorithm>
#include <span>

namespace whittle::tui {

namespace {

bool same_xattrs(const LayerIndex& a, const Entry& x, const LayerIndex& b, const Entry& y) {
  std::span<const Xattr> left = a.xattrs_of(x);
  std::span<const Xattr> right = b.xattrs_of(y);
  return std::equal(
      left.begin(), left.end(), right.begin(), right.end(), [&](const Xattr& i, const Xattr& k) {
        return a.name(i.name) == b.name(k.name) && a.name(i.value) == b.name(k.value);
      });
}

Equality content_equality(const Timeline& timeline, const Version& a, const Version& b) {
  if (a.content == b.content) return Equality::Equal;
  const Entry& x = timeline.entry_of(a.content);
  const Entry& y = timeline.entry_of(b.content);
  if (x.size_bytes != y.size_bytes) return Equality::Different;
  if (x.size_bytes == 0) return Equality::Equal;
  bool has_hashes =
      timeline.layer(a.content.layer).has_hashes && timeline.layer(b.content.layer).has_hashes;
  if (!has_hashes) return Equality::Unknown;
  return timeline.layer(a.content.layer).content_hash_of(x) ==
                 timeline.layer(b.content.layer).content_hash_of(y)
             ? Equality::Equal
             : Equality::Different;
}

}  // namespace

VersionChange change_between(const Timeline& timeline, const Version& a, const Version& b) {
  VersionChange change;
  change.type = a.type != b.type;
  bool is_same_entry = a.state == b.state && a.entry == b.entry && a.content == b.content;
  if (a.state == Version::State::Implied || b.state == Version::State::Implied || is_same_entry) {
    return change;
  }
  const LayerIndex& old_layer = timeline.layer(a.entry.layer);
  const LayerIndex& new_layer = timeline.layer(b.entry.layer);
  const Entry& x = timeline.entry(a);
  const Entry& y = timeline.entry(b);
  change.mode = x.mode != y.mode;
  change.owner = x.uid != y.uid || x.gid != y.gid;
  change.time = x.mtime_seconds != y.mtime_seconds;
  change.xattrs = !same_xattrs(old_layer, x, new_layer, y);
  if (change.type) return change;
  if (a.type == EntryType::File) change.content = content_equality(timeline, a, b);
  if (a.type == EntryType::Symlink) {
    const LayerIndex& old_link = timeline.layer(a.content.layer);
    const LayerIndex& new_link = timeline.layer(b.content.layer);
    change.link_target = old_link.link_target(timeline.entry_of(a.content)) !=
                         new_link.link_target(timeline.entry_of(b.content));
  }
  change.device = old_layer.device_of(x) != new_layer.device_of(y);
  return change;
}

std::string mode_text(EntryType type, uint32_t mode) {
  static constexpr std::string_view kTypes = "-dl-cbp";  // in the order of EntryType
  std::string text(1, kTypes[static_cast<size_t>(type)]);
  for (int shift = 6; shift >= 0; shift -= 3) {
    uint32_t bits = mode >> shift & 7;
    text += (bits & 4) != 0 ? 'r' : '-';
    text += (bits & 2) != 0 ? 'w' : '-';
    text += (bits & 1) != 0 ? 'x' : '-';
  }
  if ((mode & 04000) != 0) text[3] = text[3] == 'x' ? 's' : 'S';
  if ((mode & 02000) != 0) text[6] = text[6] == 'x' ? 's' : 'S';
  if ((mode & 01000) != 0) text[9] = text[9] == 'x' ? 't' : 'T';
  return text;
}

std::string_view type_name(EntryType type) {
  switch (type) {
    case EntryType::File:
    case EntryType::Hardlink:
      return "file";
    case EntryType::Directory:
      return "folder";
    case EntryType::Symlink:
      return "symbolic link";
    case EntryType::CharDevice:
      return "character device";
    case EntryType::BlockDevice:
      return "block device";
    case EntryType::Fifo:
      return "FIFO";
  }
  return "";
}

}  // namespace whittle::tui
