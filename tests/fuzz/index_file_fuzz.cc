// A file of the layer cache over any bytes: taken for absent, or sound enough to merge and to walk.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "base/fd.h"
#include "base/fs.h"
#include "image/index_file.h"
#include "image/read.h"

namespace {

// Looks at everything that an offset of the file leads to.
uint64_t touch_all(const whittle::LayerIndex& index) {
  uint64_t sum = 0;
  for (const whittle::Entry& entry : index.entries) {
    sum += index.path(entry).size() + index.link_target(entry).size() +
           index.mtime_nanoseconds_of(entry) + index.device_of(entry).major;
    for (const whittle::Xattr& xattr : index.xattrs_of(entry))
      sum += index.name(xattr.name).size() + index.name(xattr.value).size();
  }
  for (const whittle::KeptContent& kept : index.kept)
    sum += index.path(index.at(kept.entry)).size() +
           std::string_view(index.kept_bytes).substr(kept.offset, kept.size).size();
  for (const whittle::OddSize& odd : index.odd_sizes) sum += index.path(index.at(odd.entry)).size();
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  seal_index(bytes);  // else nothing gets past the checksum
  UniqueFd fd(::memfd_create("index", MFD_CLOEXEC));
  if (!fd.is_open() || !write_all(fd.get(), bytes).ok()) return 0;
  std::optional<IndexFile> file = read_index(fd.get());
  if (!file) return 0;
  if (touch_all(file->index) == UINT64_MAX) std::abort();
  Result<MergedTree> tree = merge_layers({&file->index, &file->index});
  // What was read can be written again, to the same effect.
  UniqueFd again(::memfd_create("again", MFD_CLOEXEC));
  if (!again.is_open()) return 0;
  if (!write_index(again.get(), file->index, file->topics).ok() || !read_index(again.get()))
    std::abort();
  return 0;
}
