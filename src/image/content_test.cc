#include "image/content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include "image/read.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using test::made_up_content;
using testing::HasSubstr;

ContentOptions content_options() {
  ContentOptions options;
  options.cancel = &test::no_cancel();
  return options;
}

// The same files in every kind of storage.
std::string layer_of(const char* how) {
  return std::string("layer ") + how +
         "\ndir d\nfile d/a size=1000\nfile d/.wh..wh.plnk text=x\nfile d/b size=300000\n"
         "symlink d/l -> a\nfile d/empty\nfile d/a text=last\n";
}

TEST(Content, OfEveryFileInEveryStorage) {
  for (const char* how : {"", "gzip", "zstd"}) {
    auto image = test::image_of(layer_of(how));
    auto layers = read_layers(*image, test::read_options());
    ASSERT_TRUE(layers.ok());
    const LayerIndex& index = (*layers)[0].index;
    auto content = [&](uint32_t entry) {
      Result<std::string> text = read_content(*image, index, 0, EntryId{entry}, content_options());
      return text.ok() ? *text : "error: " + text.error().message();
    };
    EXPECT_EQ(content(1), made_up_content("d/a", 1000)) << how;
    EXPECT_EQ(content(2), made_up_content("d/b", 300000)) << how;
    EXPECT_EQ(content(4), "") << how;
    EXPECT_EQ(content(5), "last") << how;
    EXPECT_THAT(content(0), HasSubstr("`d` is not a regular file"));
    EXPECT_THAT(content(3), HasSubstr("`d/l` is not a regular file"));
  }
}

TEST(Content, IsBounded) {
  auto image = test::image_of("layer\nfile a size=1001");
  auto layers = read_layers(*image, test::read_options());
  ContentOptions options = content_options();
  options.max_bytes = 1000;
  auto content = read_content(*image, (*layers)[0].index, 0, EntryId{0}, options);
  ASSERT_FALSE(content.ok());
  EXPECT_EQ(content.error().kind(), ErrorKind::Limit);
  CancelToken cancel;
  cancel.cancel();
  options = content_options();
  options.cancel = &cancel;
  content = read_content(*image, (*layers)[0].index, 0, EntryId{0}, options);
  ASSERT_FALSE(content.ok());
  EXPECT_EQ(content.error().kind(), ErrorKind::Cancelled);
}

// A layer that changed under us ends in an error, not in a wrong content or a crash.
TEST(Content, OfAnotherLayerIsAnError) {
  auto image = test::image_of("layer gzip\nfile a size=5000\nfile b size=70000");
  auto layers = read_layers(*image, test::read_options());
  for (const char* how : {"", "gzip"}) {
    test::MemoryImage other(image->info(), {test::compressed(test::tar_of("file a size=3"), how)});
    EXPECT_FALSE(read_content(other, (*layers)[0].index, 0, EntryId{0}, content_options()).ok());
    EXPECT_FALSE(read_content(other, (*layers)[0].index, 0, EntryId{1}, content_options()).ok());
  }
}

// A table of contents in another order than the archive.
TEST(Content, OfAListedLayerIsFoundByItsPath) {
  auto image = test::image_of("layer gzip\nfile ./a size=10\nfile b size=20\nfile c size=30");
  auto listed = read_layers(*test::image_of("layer gzip\nfile c size=30\nfile a size=10"),
                            test::read_options());
  LayerIndex& index = (*listed)[0].index;
  index.is_listed = true;
  for (Entry& entry : index.entries.edit()) entry.data_block = kNoBlock;
  auto content = read_content(*image, index, 0, EntryId{0}, content_options());
  ASSERT_TRUE(content.ok()) << content.error().message();
  EXPECT_EQ(*content, made_up_content("c", 30));
  content = read_content(*image, index, 0, EntryId{1}, content_options());
  ASSERT_TRUE(content.ok()) << content.error().message();
  EXPECT_EQ(*content, made_up_content("./a", 10));
}

// GNU.sparse 1.0: the map, then 3 bytes at 1000 of a file of 2000.
std::string sparse_tar() {
  std::string records;
  for (const char* record : {"22 GNU.sparse.major=1\n",
                             "22 GNU.sparse.minor=0\n",
                             "21 GNU.sparse.name=s\n",
                             "28 GNU.sparse.realsize=2000\n"})
    records += record;
  TarEntry pax;
  pax.path = "x";
  pax.size_bytes = records.size();
  std::string header = tar_block(pax);
  // Type 'x', with the checksum of it.
  header[156] = 'x';
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (char c : header) sum += static_cast<unsigned char>(c);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  header.replace(148, 8, std::string(digits, 7) + " ");
  TarEntry file;
  file.path = "GNUSparseFile.0/s";
  file.size_bytes = 512 + 3;
  std::string map = "1\n1000\n3\n";
  map.resize(512, '\0');
  auto padded = [](std::string bytes) {
    return bytes + std::string(tar_padding(bytes.size()), '\0');
  };
  return padded(header + records) + tar_header(file) + padded(map + "abc") + tar_end();
}

TEST(Content, OfASparseFileHasItsHoles) {
  ImageInfo info;
  info.layers.emplace_back();
  test::MemoryImage image(info, {sparse_tar()});
  auto layers = read_layers(image, test::read_options());
  ASSERT_TRUE(layers.ok()) << layers.error().message();
  const LayerIndex& index = (*layers)[0].index;
  ASSERT_EQ(index.entries.size(), 1U);
  EXPECT_EQ(index.path(index.entries[0]), "s");
  EXPECT_EQ(index.entries[0].size_bytes, 2000U);
  EXPECT_EQ(index.entries[0].data_block, kNoBlock);
  auto content = read_content(image, index, 0, EntryId{0}, content_options());
  ASSERT_TRUE(content.ok()) << content.error().message();
  EXPECT_EQ(*content, std::string(1000, '\0') + "abc" + std::string(997, '\0'));
}

TEST(Content, HashesAreThoseOfTheContents) {
  auto image = test::image_of(layer_of("") + layer_of("gzip") + "layer zstd\nfile z size=77");
  auto layers = read_layers(*image, test::read_options());
  ASSERT_TRUE(layers.ok());
  std::vector<const LayerIndex*> indexes;
  for (const ReadLayer& layer : *layers) indexes.push_back(&layer.index);
  auto ref = [](uint32_t layer, uint32_t entry) { return EntryRef{layer, EntryId{entry}}; };
  std::vector<EntryRef> files = {
      ref(2, 0), ref(0, 5), ref(0, 2), ref(1, 1), ref(0, 2), ref(1, 4), ref(0, 4)};
  auto hashes = hash_contents(*image, indexes, files, content_options());
  ASSERT_TRUE(hashes.ok()) << hashes.error().message();
  auto hash = [](const std::string& text) { return XXH3_64bits(text.data(), text.size()); };
  EXPECT_EQ(*hashes,
            (std::vector<uint64_t>{hash(made_up_content("z", 77)),
                                   hash("last"),
                                   hash(made_up_content("d/b", 300000)),
                                   hash(made_up_content("d/a", 1000)),
                                   hash(made_up_content("d/b", 300000)),
                                   hash(""),
                                   hash("")}));
  EXPECT_EQ(indexes[0]->content_hashes[2], hash(made_up_content("d/b", 300000)));
}

}  // namespace
}  // namespace whittle
