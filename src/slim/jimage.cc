#include "slim/jimage.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "packages/inflate.h"

namespace whittle {

namespace {

constexpr uint32_t kMagic = 0xCAFEDADA;
constexpr uint32_t kVersion = 1U << 16;
constexpr uint32_t kCompressedMagic = 0xCAFEFAFA;
constexpr size_t kHeaderBytes = 28;
constexpr size_t kCompressedHeaderBytes = 29;
constexpr uint32_t kMaxNames = 4'000'000;
constexpr size_t kNumberBytes = 4;  // of numbers that are not known when their place is chosen
constexpr std::string_view kZip = "zip";

// Kinds of attributes.
enum : size_t { kEnd, kModule, kParent, kBase, kExtension, kOffset, kCompressed, kPlain, kKinds };

using Attributes = std::array<uint64_t, kKinds>;

struct Location {
  uint32_t slot = 0;
  uint32_t old_place = 0;  // in the table of attributes
  uint32_t place = 0;
  Attributes values{};
  std::string content;  // only where it is not the old one
  bool has_content = false;
};

uint32_t read32(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i)
    value |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

void append_little(std::string& out, uint64_t value, size_t count) {
  for (size_t i = 0; i < count; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

void append_attribute(std::string& out, size_t kind, uint64_t value, size_t count) {
  out.push_back(static_cast<char>(kind << 3 | (count - 1)));
  for (size_t i = count; i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

class JimageWriter {
 public:
  JimageWriter(std::string_view bytes, const JimageFilter& filter)
      : bytes_(bytes), filter_(filter) {}

  std::optional<std::string> run() {
    if (!read_header() || !read_locations()) return std::nullopt;
    std::erase_if(locations_, [&](Location& location) { return !stays(location); });
    place_locations();
    map_folders();
    return write();
  }

 private:
  bool read_header() {
    if (bytes_.size() < kHeaderBytes || read32(bytes_, 0) != kMagic ||
        read32(bytes_, 4) != kVersion)
      return false;
    names_ = read32(bytes_, 16);
    uint64_t locations = read32(bytes_, 20);
    uint64_t strings = read32(bytes_, 24);
    uint64_t tables = kHeaderBytes + uint64_t{8} * names_;
    if (names_ == 0 || names_ > kMaxNames || tables + locations + strings > bytes_.size())
      return false;
    attributes_ = bytes_.substr(static_cast<size_t>(tables), static_cast<size_t>(locations));
    strings_ = std::string(
        bytes_.substr(static_cast<size_t>(tables + locations), static_cast<size_t>(strings)));
    resources_ = bytes_.substr(static_cast<size_t>(tables + locations + strings));
    return !strings_.empty() && strings_.back() == '\0';
  }

  bool read_locations() {
    uint64_t all = 0;  // resources do not overlap
    for (uint32_t slot = 0; slot < names_; ++slot) {
      uint32_t place = read32(bytes_, kHeaderBytes + size_t{4} * names_ + size_t{4} * slot);
      if (place == 0) continue;
      Location location;
      location.slot = slot;
      location.old_place = place;
      if (!read_attributes(place, location.values)) return false;
      uint64_t stored = stored_bytes(location);
      bool is_inside = location.values[kOffset] <= resources_.size() &&
                       stored <= resources_.size() - location.values[kOffset];
      all += stored;
      if (!is_inside || all > resources_.size()) return false;
      locations_.push_back(std::move(location));
    }
    return true;
  }

  bool read_attributes(size_t at, Attributes& values) const {
    while (at < attributes_.size()) {
      auto head = static_cast<unsigned char>(attributes_[at]);
      size_t kind = head >> 3;
      size_t count = (head & 7U) + 1U;
      if (kind == kEnd) break;
      if (kind >= kKinds || count >= attributes_.size() - at) return false;
      values[kind] = 0;
      for (size_t i = 1; i <= count; ++i)
        values[kind] = values[kind] << 8 | static_cast<unsigned char>(attributes_[at + i]);
      at += 1 + count;
    }
    bool has_names = true;
    for (size_t kind : {kModule, kParent, kBase, kExtension})
      has_names = has_names && values[kind] < strings_.size();
    return at < attributes_.size() && has_names && values[kOffset] <= UINT32_MAX &&
           values[kPlain] <= UINT32_MAX && values[kCompressed] <= UINT32_MAX;
  }

  std::string_view text(uint64_t place) const { return strings_.c_str() + place; }

  static uint64_t stored_bytes(const Location& location) {
    const Attributes& values = location.values;
    return values[kCompressed] != 0 ? values[kCompressed] : values[kPlain];
  }

  std::string_view old_content(const Location& location) const {
    return resources_.substr(static_cast<size_t>(location.values[kOffset]),
                             static_cast<size_t>(stored_bytes(location)));
  }

  // Of a package: pairs of a flag and the name of a module that has it.
  bool filter_package(Location& location) const {
    if (location.values[kCompressed] != 0) return true;
    std::string_view old = old_content(location);
    for (size_t at = 0; at + 8 <= old.size(); at += 8) {
      uint32_t name = read32(old, at + 4);
      bool is_gone = name < strings_.size() && filter_.without.contains(text(name));
      if (!is_gone) location.content.append(old.substr(at, 8));
    }
    location.has_content = true;
    return !location.content.empty();
  }

  bool stays(Location& location) const {
    std::string_view module = text(location.values[kModule]);
    std::string_view parent = text(location.values[kParent]);
    std::string_view path = parent.empty() ? text(location.values[kBase]) : parent;
    if (module == "packages") return filter_package(location);
    if (module == "modules") module = path.substr(0, path.find('/'));
    return !filter_.without.contains(module);
  }

  static bool is_folder(std::string_view module) { return module.empty() || module == "modules"; }

  // Their sizes do not depend on where resources come to lie.
  void place_locations() {
    attribute_bytes_.assign(1, '\0');  // place 0 is no location
    for (Location& location : locations_) {
      location.place = static_cast<uint32_t>(attribute_bytes_.size());
      places_.emplace(location.old_place, location.place);
      append_location(location, attribute_bytes_);
    }
  }

  static void append_location(const Location& location, std::string& out) {
    for (size_t kind : {kModule, kParent, kBase, kExtension}) {
      if (location.values[kind] != 0)
        append_attribute(out, kind, location.values[kind], kNumberBytes);
    }
    for (size_t kind : {kOffset, kCompressed, kPlain})
      append_attribute(out, kind, location.values[kind], kNumberBytes);
    out.push_back('\0');
  }

  // Folders hold the places of what is in them.
  void map_folders() {
    for (Location& location : locations_) {
      bool has_places = is_folder(text(location.values[kModule])) && !location.has_content &&
                        location.values[kCompressed] == 0;
      if (!has_places) continue;
      std::string_view old = old_content(location);
      for (size_t at = 0; at + 4 <= old.size(); at += 4) {
        auto found = places_.find(read32(old, at));
        if (found != places_.end()) append_little(location.content, found->second, 4);
      }
      location.has_content = true;
    }
  }

  uint32_t zip_name() {
    std::string wanted = '\0' + std::string(kZip) + '\0';
    size_t at = strings_.find(wanted);
    if (at != std::string::npos) return static_cast<uint32_t>(at + 1);
    at = strings_.size();
    strings_.append(wanted, 1);
    return static_cast<uint32_t>(at);
  }

  void append_resource(Location& location, uint32_t zip, std::string& out) const {
    std::string_view old =
        location.has_content ? std::string_view(location.content) : old_content(location);
    std::string_view module = text(location.values[kModule]);
    bool may_compress = location.values[kCompressed] == 0 && !is_folder(module) &&
                        module != "packages" && !filter_.plain.contains(module);
    location.values[kOffset] = out.size();
    if (location.has_content) location.values[kPlain] = old.size();
    std::string packed = may_compress ? deflate_zlib(old) : std::string();
    if (packed.empty() || packed.size() + kCompressedHeaderBytes >= old.size()) {
      out += old;
      return;
    }
    location.values[kCompressed] = packed.size() + kCompressedHeaderBytes;
    append_little(out, kCompressedMagic, 4);
    append_little(out, packed.size(), 8);
    append_little(out, old.size(), 8);
    append_little(out, zip, 4);
    append_little(out, UINT32_MAX, 4);  // no settings
    out.push_back('\1');                // the last of the steps
    out += packed;
  }

  std::string write() {
    std::vector<Location*> by_content;
    for (Location& location : locations_) by_content.push_back(&location);
    std::stable_sort(by_content.begin(), by_content.end(), [](const auto* a, const auto* b) {
      return a->values[kOffset] < b->values[kOffset];
    });
    uint32_t zip = zip_name();
    std::string resources;
    for (Location* location : by_content) append_resource(*location, zip, resources);
    std::vector<uint32_t> offsets(names_, 0);
    attribute_bytes_.assign(1, '\0');
    for (const Location& location : locations_) {
      offsets[location.slot] = location.place;
      append_location(location, attribute_bytes_);
    }
    std::string out(bytes_.substr(0, 12));
    append_little(out, locations_.size(), 4);
    append_little(out, names_, 4);
    append_little(out, attribute_bytes_.size(), 4);
    append_little(out, strings_.size(), 4);
    out += bytes_.substr(kHeaderBytes, size_t{4} * names_);
    for (uint32_t offset : offsets) append_little(out, offset, 4);
    out += attribute_bytes_;
    out += strings_;
    return out += resources;
  }

  std::string_view bytes_;
  const JimageFilter& filter_;
  uint32_t names_ = 0;
  std::string_view attributes_;
  std::string strings_;
  std::string_view resources_;
  std::vector<Location> locations_;
  std::string attribute_bytes_;
  std::unordered_map<uint32_t, uint32_t> places_;  // old to new
};

}  // namespace

std::optional<std::string> filter_jimage(std::string_view bytes, const JimageFilter& filter) {
  return JimageWriter(bytes, filter).run();
}

}  // namespace whittle
