// Sparse files in tar: the old GNU type 'S', and the PAX formats 0.0, 0.1 and 1.0 (GNU tar manual,
// "Storing Sparse Files"). All become a list of extents.
#include <fmt/format.h>

#include "base/strings.h"
#include "codec/tar.h"
#include "codec/tar_fields.h"

namespace whittle {

namespace {

constexpr size_t kOldSlots = 4;         // in the header itself
constexpr size_t kExtensionSlots = 21;  // in each further block
constexpr size_t kSlotBytes = 24;

// Up to `slots` pairs of 12-byte numbers; an empty one ends the list. False if one is malformed.
bool parse_slots(std::string_view bytes, size_t slots, std::vector<SparseExtent>& extents) {
  for (size_t i = 0; i < slots; ++i) {
    std::string_view slot = bytes.substr(i * kSlotBytes, kSlotBytes);
    if (slot[0] == '\0' && slot[12] == '\0') return true;
    std::optional<int64_t> offset = parse_tar_number(slot.substr(0, 12));
    std::optional<int64_t> size = parse_tar_number(slot.substr(12, 12));
    if (!offset || !size || *offset < 0 || *size < 0) return false;
    extents.push_back({static_cast<uint64_t>(*offset), static_cast<uint64_t>(*size)});
  }
  return true;
}

}  // namespace

// The numbers must rise, stay within the file, and add up to what is stored.
Status TarReader::check_sparse_map(uint64_t real_size) {
  uint64_t end = 0;
  uint64_t sum = 0;
  for (const SparseExtent& extent : extents_) {
    bool fits = extent.offset >= end && extent.offset <= real_size &&
                extent.size <= real_size - extent.offset;
    if (!fits) return invalid("a sparse map out of order or beyond its file");
    end = extent.offset + extent.size;
    sum += extent.size;
  }
  if (sum != stored_left_) return invalid("a sparse map that does not fit the stored bytes");
  is_sparse_ = true;
  entry_.size_bytes = real_size;
  return {};
}

Status TarReader::start_old_sparse(std::string_view block) {
  entry_.type = TarType::File;
  std::optional<int64_t> real_size = parse_tar_number(block.substr(483, 12));
  if (!real_size || *real_size < 0) return invalid("bad sparse size");
  if (!parse_slots(block.substr(386), kOldSlots, extents_)) return invalid("malformed sparse map");
  bool is_extended = block[482] != '\0';
  while (is_extended) {
    TRY_ASSIGN(std::string_view more, input_.take(kTarBlockBytes));
    if (more.size() < kTarBlockBytes) return invalid("unexpected end of data within a sparse map");
    if (!parse_slots(more, kExtensionSlots, extents_)) return invalid("malformed sparse map");
    if (extents_.size() * kSlotBytes > limits_.max_pax_bytes) {
      return limit_error("tar: sparse map", &Limits::max_pax_bytes, limits_);
    }
    is_extended = more[504] != '\0';
  }
  data_offset_ = input_.position();
  return check_sparse_map(static_cast<uint64_t>(*real_size));
}

Status TarReader::start_pax_sparse() {
  if (!has_pax()) return {};
  std::optional<std::string_view> major = pax("GNU.sparse.major");
  std::optional<std::string_view> map = pax("GNU.sparse.map");
  TRY_ASSIGN(std::optional<uint64_t> size, pax_number("GNU.sparse.size"));
  TRY_ASSIGN(std::optional<uint64_t> real_size, pax_number("GNU.sparse.realsize"));
  bool is_1_0 = major && *major == "1";
  if (!is_1_0 && !map && !size && local_.sparse_numbers.empty()) {
    if (major || real_size) return Error(ErrorKind::Unsupported, "tar: an unknown sparse format");
    return {};
  }
  if (std::optional<std::string_view> name = pax("GNU.sparse.name")) entry_.path.assign(*name);
  if (!size) size = real_size;
  if (!size) return invalid("a sparse file without its size");
  if (is_1_0) {
    if (pax("GNU.sparse.minor").value_or("0") != "0") {
      return Error(ErrorKind::Unsupported, "tar: an unknown sparse format");
    }
    TRY(read_sparse_map_1_0());
    return check_sparse_map(real_size.value_or(*size));
  }
  std::vector<uint64_t> numbers = local_.sparse_numbers;
  if (map) {
    numbers.clear();
    for (std::string_view text : split(*map, ',')) {
      std::optional<uint64_t> number = parse_u64(text);
      if (!number) return invalid("malformed sparse map");
      numbers.push_back(*number);
    }
  }
  if (numbers.size() % 2 != 0) return invalid("malformed sparse map");
  for (size_t i = 0; i < numbers.size(); i += 2) extents_.push_back({numbers[i], numbers[i + 1]});
  return check_sparse_map(*size);
}

// The map stands before the data: the count and the numbers, one a line, padded to a block.
Status TarReader::read_sparse_map_1_0() {
  std::string text;
  std::vector<uint64_t> numbers;
  size_t at = 0;
  while (numbers.empty() || numbers.size() < 1 + 2 * numbers[0]) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) {
      if (stored_left_ < kTarBlockBytes) return invalid("malformed sparse map");
      TRY_ASSIGN(std::string_view block, input_.take(kTarBlockBytes));
      if (block.size() < kTarBlockBytes)
        return invalid("unexpected end of data within a sparse map");
      stored_left_ -= kTarBlockBytes;
      text.erase(0, at).append(block);
      at = 0;
      if (numbers.size() * sizeof(uint64_t) + text.size() > limits_.max_pax_bytes) {
        return limit_error("tar: sparse map", &Limits::max_pax_bytes, limits_);
      }
      continue;
    }
    std::optional<uint64_t> number = parse_u64(std::string_view(text).substr(at, end - at));
    if (!number || (numbers.empty() && *number > limits_.max_pax_bytes))
      return invalid("malformed sparse map");
    numbers.push_back(*number);
    at = end + 1;
  }
  for (size_t i = 1; i < numbers.size(); i += 2) extents_.push_back({numbers[i], numbers[i + 1]});
  data_offset_ = input_.position();
  return {};
}

}  // namespace whittle
