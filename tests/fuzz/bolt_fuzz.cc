// containerd's database: a bbolt file and the image names in it. Headers carry a checksum, so the
// input is the pages behind two good ones; its first byte says which page is the root.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "image/sources/bolt.h"
#include "image/sources/containerd_names.h"

namespace {

using namespace whittle;

constexpr size_t kPage = 512;

void put(std::string& bytes, uint64_t value, size_t count) {
  for (size_t i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
}

std::string header(uint64_t id, uint64_t root) {
  std::string page;
  put(page, id, 8);
  put(page, 4, 2);
  put(page, 0, 6);
  std::string meta;
  put(meta, 0xED0CDAED, 4);
  put(meta, 2, 4);
  put(meta, kPage, 4);
  put(meta, 0, 4);
  put(meta, root, 8);
  meta.append(24, '\0');
  put(meta, id, 8);
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : meta) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  put(meta, hash, 8);
  page += meta;
  page.resize(kPage);
  return page;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string input(reinterpret_cast<const char*>(data), size);
  static_cast<void>(containerd_names(input).ok());
  if (input.empty()) return 0;
  uint64_t root = static_cast<unsigned char>(input[0]);
  std::string file = header(0, root) + header(1, root) + input.substr(1);
  file.resize((file.size() + kPage - 1) / kPage * kPage);
  Result<std::vector<ContainerdName>> names = containerd_names(file);
  if (!names.ok()) return 0;
  for (const ContainerdName& name : *names) {
    if (name.target.digest.empty()) std::abort();
  }
  return 0;
}
