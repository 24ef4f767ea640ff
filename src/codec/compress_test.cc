#include "codec/compress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/fs.h"
#include "base/subprocess.h"
#include "codec/decompress.h"
#include "codec/digest.h"

namespace whittle {
namespace {

using testing::HasSubstr;

// Gives its bytes in pieces of at most `step`.
class SlowSource : public ByteSource {
 public:
  SlowSource(std::string bytes, size_t step) : bytes_(std::move(bytes)), step_(step) {}

  Result<size_t> read(MutableBytes into) override {
    size_t n = std::min({into.size(), step_, bytes_.size() - at_});
    std::copy_n(reinterpret_cast<const std::byte*>(bytes_.data()) + at_, n, into.begin());
    at_ += n;
    return n;
  }

 private:
  std::string bytes_;
  size_t step_;
  size_t at_ = 0;
};

Result<std::string> unpacked(std::string bytes, size_t step = SIZE_MAX, const Limits& limits = {}) {
  SlowSource source(std::move(bytes), step);
  TRY_ASSIGN(Decompressed plain, decompress(source, limits));
  return read_all(*plain.bytes, 1 << 30);
}

std::string packed(std::string_view bytes, Compressor& compressor) {
  std::string out;
  EXPECT_TRUE(compressor.add(bytes, out).ok());
  EXPECT_TRUE(compressor.finish(out).ok());
  return out;
}

// Text that compresses somewhat.
std::string sample(size_t size) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < size) text += "line " + std::to_string(random() % 5000) + "\n";
  text.resize(size);
  return text;
}

TEST(Compress, ComesBackWhateverThePieces) {
  for (size_t size : {size_t{0}, size_t{1}, size_t{70'000}, size_t{2'500'000}}) {
    std::string text = sample(size);
    std::string gzip = packed(text, *gzip_compressor());
    std::string zstd = packed(text, *zstd_compressor());
    for (size_t step : {size_t{1}, size_t{7}, SIZE_MAX}) {
      if (step < SIZE_MAX && size > 100'000) continue;
      EXPECT_TRUE(*unpacked(gzip, step) == text) << size << " " << step;
      EXPECT_TRUE(*unpacked(zstd, step) == text) << size << " " << step;
    }
    if (size > 4) {
      EXPECT_TRUE(*unpacked(text) == text);
    }
  }
}

TEST(Compress, OtherProgramsReadIt) {
  std::string text = sample(2'500'000);
  CancelToken cancel;
  for (const auto& [program, bytes] : {std::pair{"gzip", packed(text, *gzip_compressor())},
                                       std::pair{"zstd", packed(text, *zstd_compressor())}}) {
    if (find_program(program).empty()) continue;
    Command command;
    command.args = {program, "-dc"};
    command.input = bytes;
    command.max_output_bytes = 64 << 20;
    auto result = run_checked(command, cancel);
    ASSERT_TRUE(result.ok()) << result.error().message();
    EXPECT_TRUE(result->out == text) << program;
  }
}

TEST(Compress, MeterAgreesWithTheCompressor) {
  GzipMeter meter(3);
  for (size_t size : {size_t{0}, size_t{10}, kGzipMemberBytes, size_t{5'300'000}}) {
    std::string text = sample(size);
    GzipMeter::Stream stream(meter);
    for (size_t at = 0; at < text.size(); at += 100'000)
      stream.add(std::string_view(text).substr(at, 100'000));
    EXPECT_EQ(stream.finish(), packed(text, *gzip_compressor()).size()) << size;
  }
}

TEST(Decompress, EveryTruncationIsAnError) {
  std::string text = sample(3000);
  for (const std::string& whole :
       {packed(text, *gzip_compressor()), packed(text, *zstd_compressor())}) {
    for (size_t size = 4; size < whole.size(); ++size) {
      auto result = unpacked(whole.substr(0, size));
      ASSERT_FALSE(result.ok()) << size;
      ASSERT_EQ(result.error().kind(), ErrorKind::Invalid);
    }
  }
}

TEST(Decompress, EveryFlippedByteOfGzipIsAnErrorOrHarmless) {
  std::string text = sample(500);
  std::string whole = packed(text, *gzip_compressor());
  for (size_t i = 2; i < whole.size(); ++i) {  // without its magic number it is no gzip
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    auto result = unpacked(damaged);
    // Time, flags and system in the header may change without harm, and the bits that fill the last
    // byte.
    if (result.ok()) {
      EXPECT_TRUE(*result == text) << i;
    }
  }
}

TEST(Decompress, MembersFollowEachOtherAndZerosMayFollow) {
  std::string one = packed("one", *gzip_compressor());
  std::string two = packed("two", *gzip_compressor());
  EXPECT_EQ(*unpacked(one + two + packed("", *gzip_compressor())), "onetwo");
  EXPECT_EQ(*unpacked(one + two, 1), "onetwo");
  EXPECT_EQ(*unpacked(one + std::string(70'000, '\0'), 5000), "one");
  EXPECT_THAT(unpacked(one + "garbage").error().message(), HasSubstr("other data"));
  EXPECT_THAT(unpacked(one + std::string(10, '\0') + "x").error().message(),
              HasSubstr("other data"));
  EXPECT_THAT(unpacked(one + std::string(10, '\0') + two, 3).error().message(),
              HasSubstr("other data"));
  std::string zstd = packed("one", *zstd_compressor());
  std::string skippable("\x50\x2a\x4d\x18\x04\x00\x00\x00skip", 12);
  EXPECT_EQ(*unpacked(skippable + zstd + skippable + zstd + skippable), "oneone");
}

TEST(Decompress, HoldsToItsLimits) {
  std::string zeros(80 << 20, '\0');
  std::string bomb = packed(zeros, *zstd_compressor());
  auto result = unpacked(bomb);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind(), ErrorKind::Limit);
  Limits wide;
  wide.max_expansion_ratio = 1'000'000;
  EXPECT_TRUE(unpacked(bomb, SIZE_MAX, wide).ok());
  wide.max_layer_bytes = 1 << 20;
  EXPECT_EQ(unpacked(bomb, SIZE_MAX, wide).error().kind(), ErrorKind::Limit);
}

TEST(Digest, KnownValues) {
  // FIPS 180-2, appendix B.1 and C.1.
  EXPECT_EQ(digest_of("abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest_of("abc", DigestAlgorithm::Sha512),
            "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  Hasher hasher;
  hasher.update("a");
  hasher.update("bc");
  EXPECT_EQ(hasher.finish(), digest_of("abc"));
  EXPECT_EQ(hasher.finish(), digest_of(""));
}

TEST(Digest, KnowsAWellFormedOne) {
  std::string hex(64, 'a');
  EXPECT_EQ(digest_algorithm("sha256:" + hex), DigestAlgorithm::Sha256);
  EXPECT_EQ(digest_algorithm("sha512:" + hex + hex), DigestAlgorithm::Sha512);
  EXPECT_EQ(digest_algorithm("sha256:" + std::string(64, 'A')), std::nullopt);
  EXPECT_EQ(digest_algorithm("sha256:" + hex + "a"), std::nullopt);
  EXPECT_EQ(digest_algorithm("md5:" + hex), std::nullopt);
  EXPECT_EQ(digest_algorithm(hex), std::nullopt);
}

}  // namespace
}  // namespace whittle
