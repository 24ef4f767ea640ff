#include "packages/cataloguers/rpm_header.h"

#include <algorithm>

#include "packages/bytes.h"

namespace whittle {

namespace {

constexpr uint64_t kIntroBytes = 8;
constexpr uint64_t kEntryBytes = 16;

enum Tag : uint32_t {
  kName = 1000,
  kVersion = 1001,
  kRelease = 1002,
  kEpoch = 1003,
  kLicense = 1014,
  kArchitecture = 1022,
  kOldFileNames = 1027,
  kFileStates = 1029,
  kSourceRpm = 1044,
  kDirIndexes = 1116,
  kBaseNames = 1117,
  kDirNames = 1118,
  kModularityLabel = 5096,
};

constexpr uint32_t kTags[] = {kName,
                              kVersion,
                              kRelease,
                              kEpoch,
                              kLicense,
                              kArchitecture,
                              kOldFileNames,
                              kFileStates,
                              kSourceRpm,
                              kDirIndexes,
                              kBaseNames,
                              kDirNames,
                              kModularityLabel};

// An entry of the index: what kind of value, where in the store, how many.
struct IndexEntry {
  uint32_t type = 0;
  uint32_t offset = 0;
  uint32_t count = 0;
};

constexpr uint32_t kChars = 1;
constexpr uint32_t kInt8 = 2;
constexpr uint32_t kInt32 = 4;
constexpr uint32_t kString = 6;
constexpr uint32_t kStrings = 8;

std::string_view take_string(std::string_view& store) {
  size_t end = std::min(store.find('\0'), store.size());
  std::string_view text = store.substr(0, end);
  store.remove_prefix(std::min(store.size(), end + 1));
  return text;
}

class Values {
 public:
  Values(IndexEntry entry, std::string_view store)
      : entry_(entry), data_(slice(store, entry.offset, store.size())) {}

  std::string_view text() const {
    if (entry_.type != kString && entry_.type != kStrings) return {};
    std::string_view data = data_;
    return take_string(data);
  }

  std::vector<std::string_view> texts() const {
    std::vector<std::string_view> result;
    if (entry_.type != kString && entry_.type != kStrings) return result;
    std::string_view data = data_;
    result.reserve(std::min<size_t>(entry_.count, data.size() / 2 + 1));
    for (uint32_t i = 0; i < entry_.count && !data.empty(); ++i)
      result.push_back(take_string(data));
    return result;
  }

  std::vector<uint32_t> numbers() const {
    std::vector<uint32_t> result;
    if (entry_.type != kInt32) return result;
    result.resize(std::min<size_t>(entry_.count, data_.size() / 4));
    for (size_t i = 0; i < result.size(); ++i)
      result[i] = static_cast<uint32_t>(read_big(data_, i * 4, 4));
    return result;
  }

  std::string_view bytes() const {
    return entry_.type == kChars || entry_.type == kInt8 ? data_.substr(0, entry_.count)
                                                         : std::string_view();
  }

 private:
  IndexEntry entry_;
  std::string_view data_;
};

void read_value(uint32_t tag, const Values& values, RpmHeader& header) {
  switch (tag) {
    case kName:
      header.name = values.text();
      break;
    case kVersion:
      header.version = values.text();
      break;
    case kRelease:
      header.release = values.text();
      break;
    case kEpoch:
      if (auto numbers = values.numbers(); !numbers.empty()) header.epoch = numbers[0];
      break;
    case kLicense:
      header.license = values.text();
      break;
    case kModularityLabel:
      header.module = values.text();
      break;
    case kArchitecture:
      header.architecture = values.text();
      break;
    case kSourceRpm:
      header.source_rpm = values.text();
      break;
    case kFileStates:
      header.states = values.bytes();
      break;
    case kBaseNames:
      header.base_names = values.texts();
      break;
    case kDirNames:
      header.directories = values.texts();
      break;
    case kOldFileNames:
      header.old_names = values.texts();
      break;
    case kDirIndexes:
      header.directory_indexes = values.numbers();
      break;
    default:
      break;
  }
}

}  // namespace

std::optional<RpmHeader> read_rpm_header(std::string_view blob) {
  uint64_t entries = read_big(blob, 0, 4);
  uint64_t store_bytes = read_big(blob, 4, 4);
  if (entries == 0 || blob.size() < kIntroBytes) return std::nullopt;
  uint64_t store_at = kIntroBytes + entries * kEntryBytes;
  if (store_at > blob.size() || store_bytes > blob.size() - store_at) return std::nullopt;
  std::string_view store = blob.substr(store_at, store_bytes);
  RpmHeader header;
  uint32_t seen = 0;  // a tag that comes again would read the same store over and over
  for (uint64_t i = 0; i < entries; ++i) {
    uint64_t at = kIntroBytes + i * kEntryBytes;
    auto tag = static_cast<uint32_t>(read_big(blob, at, 4));
    const auto* known = std::find(std::begin(kTags), std::end(kTags), tag);
    if (known == std::end(kTags) || (seen >> (known - kTags) & 1U) != 0) continue;
    seen |= 1U << (known - kTags);
    IndexEntry entry{static_cast<uint32_t>(read_big(blob, at + 4, 4)),
                     static_cast<uint32_t>(read_big(blob, at + 8, 4)),
                     static_cast<uint32_t>(read_big(blob, at + 12, 4))};
    read_value(tag, Values(entry, store), header);
  }
  if (header.name.empty()) return std::nullopt;
  return header;
}

}  // namespace whittle
