// What the machine can do at best, for bench/analyze: inflating files by ISA-L, or hashing them by
// SHA-256, one after the other on one thread, with nothing around it.
// usage: codec_speed inflate|zstd|sha256|read FILE...
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <openssl/evp.h>
#include <unistd.h>
#include <zstd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace {

constexpr size_t kBufferBytes = 256 * 1024;

// Calls `each` with every piece of the file.
template <typename Each>
void for_pieces(const char* path, Each each) {
  int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) std::exit(2);
  std::vector<unsigned char> buffer(kBufferBytes);
  for (ssize_t n; (n = ::read(fd, buffer.data(), buffer.size())) > 0;)
    each(buffer.data(), static_cast<size_t>(n));
  ::close(fd);
}

uint64_t inflate(const char* path) {
  inflate_state state;
  isal_inflate_init(&state);
  state.crc_flag = ISAL_GZIP;
  std::vector<unsigned char> out(kBufferBytes);
  uint64_t bytes = 0;
  for_pieces(path, [&](unsigned char* data, size_t size) {
    state.next_in = data;
    state.avail_in = static_cast<uint32_t>(size);
    while (state.avail_in > 0) {
      if (state.block_state == ISAL_BLOCK_FINISH) {
        isal_inflate_reset(&state);
        state.crc_flag = ISAL_GZIP;
      }
      state.next_out = out.data();
      state.avail_out = static_cast<uint32_t>(out.size());
      if (isal_inflate(&state) < 0) std::exit(2);
      bytes += out.size() - state.avail_out;
    }
  });
  return bytes;
}

uint64_t unzstd(const char* path) {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  std::vector<unsigned char> out(kBufferBytes);
  uint64_t bytes = 0;
  for_pieces(path, [&](unsigned char* data, size_t size) {
    ZSTD_inBuffer in{data, size, 0};
    ZSTD_outBuffer piece{out.data(), out.size(), out.size()};
    while (in.pos < in.size || piece.pos == piece.size) {
      piece.pos = 0;
      if (ZSTD_isError(ZSTD_decompressStream(context, &piece, &in)) != 0) std::exit(2);
      bytes += piece.pos;
    }
  });
  ZSTD_freeDCtx(context);
  return bytes;
}

uint64_t sha256(const char* path) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
  uint64_t bytes = 0;
  for_pieces(path, [&](unsigned char* data, size_t size) {
    EVP_DigestUpdate(context, data, size);
    bytes += size;
  });
  unsigned char digest[EVP_MAX_MD_SIZE];
  EVP_DigestFinal_ex(context, digest, nullptr);
  EVP_MD_CTX_free(context);
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view what = argc > 1 ? argv[1] : "";
  uint64_t bytes = 0;
  for (int i = 2; i < argc; ++i) {
    if (what == "inflate") bytes += inflate(argv[i]);
    if (what == "zstd") bytes += unzstd(argv[i]);
    if (what == "sha256") bytes += sha256(argv[i]);
    if (what == "read") for_pieces(argv[i], [&](unsigned char*, size_t size) { bytes += size; });
  }
  std::printf("%llu\n", static_cast<unsigned long long>(bytes));
  return bytes > 0 ? 0 : 2;
}
