#include "packages/inflate.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>

namespace whittle {

namespace {

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const {
    libdeflate_free_decompressor(decompressor);
  }
};

using Decompressor = std::unique_ptr<libdeflate_decompressor, FreeDecompressor>;

constexpr uint64_t kFirstGuess = 64 << 10;

}  // namespace

std::optional<std::string> inflate_zlib(std::string_view data, uint64_t max_bytes) {
  Decompressor decompressor(libdeflate_alloc_decompressor());
  if (decompressor == nullptr) return std::nullopt;
  for (uint64_t room = std::min(kFirstGuess, max_bytes);; room = std::min(room * 4, max_bytes)) {
    std::string plain(room, '\0');
    size_t size = 0;
    libdeflate_result result = libdeflate_zlib_decompress(
        decompressor.get(), data.data(), data.size(), plain.data(), plain.size(), &size);
    if (result == LIBDEFLATE_SUCCESS) {
      plain.resize(size);
      return plain;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE || room == max_bytes) return std::nullopt;
  }
}

std::optional<std::string> inflate_raw(std::string_view data, uint64_t size) {
  Decompressor decompressor(libdeflate_alloc_decompressor());
  if (decompressor == nullptr) return std::nullopt;
  std::string plain(size, '\0');
  libdeflate_result result = libdeflate_deflate_decompress(
      decompressor.get(), data.data(), data.size(), plain.data(), plain.size(), nullptr);
  return result == LIBDEFLATE_SUCCESS ? std::optional(std::move(plain)) : std::nullopt;
}

std::string deflate_zlib(std::string_view data) {
  constexpr int kLevel = 6;
  std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(kLevel), &libdeflate_free_compressor);
  if (compressor == nullptr) return "";
  std::string out(libdeflate_zlib_compress_bound(compressor.get(), data.size()), '\0');
  out.resize(
      libdeflate_zlib_compress(compressor.get(), data.data(), data.size(), out.data(), out.size()));
  return out;
}

}  // namespace whittle
