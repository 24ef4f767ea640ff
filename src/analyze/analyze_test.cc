#include "analyze/analyze.h"

#include "analyze/analyze_test_support.h"

namespace whittle {
namespace {

using test::analyzed;
using test::prepare;

// "bytes path | title | remedy" a line.
std::string waste_of(const Analysis& analysis) {
  std::string lines;
  for (const WasteItem& item : analysis.waste) {
    lines += std::to_string(item.bytes) + " " + item.path + " | " + item.title + " | " +
             item.remedy + "\n";
  }
  return lines;
}

constexpr const char* kImage =
    "layer\nfile etc/base text=base\nfile var/lib/apt/lists/l size=50\n"
    "layer\nfile var/lib/apt/lists/a size=100\nfile var/lib/apt/lists/b size=20\n"
    "layer\nfile app/x size=1000\nfile app/y size=10\n"
    "layer\nwhiteout var/lib/apt/lists/a\nwhiteout var/lib/apt/lists/b\n"
    "layer\nfile app/x size=1000 uid=7\n";

const std::vector<std::string> kHistory = {"/bin/sh -c #(nop) ADD file:1 in / ",
                                           "-/bin/sh -c #(nop)  CMD [\"bash\"]",
                                           "RUN /bin/sh -c apt-get update # buildkit",
                                           "COPY . /app # buildkit",
                                           "RUN /bin/sh -c rm /var/lib/apt/lists/* # buildkit",
                                           "RUN /bin/sh -c chown -R 7 /app # buildkit"};

constexpr const char* kDockerfile =
    "FROM debian:12\nRUN apt-get update\nCOPY . /app\nRUN rm /var/lib/apt/lists/*\n"
    "RUN chown -R 7 /app\n";

TEST(Analyze, accounts_add_up_and_split_at_the_base) {
  auto analysis = analyzed(kImage, kHistory);
  EXPECT_EQ(4U + 50 + 120 + 1010 + 1000, analysis->total.stored);
  EXPECT_EQ(120U + 1000, analysis->total.reclaimable);
  EXPECT_EQ(4U + 50 + 10 + 1000, analysis->total.final);
  EXPECT_EQ(120U, analysis->total.by_cause[static_cast<size_t>(LossCause::Deleted)]);
  EXPECT_EQ(1000U, analysis->total.by_cause[static_cast<size_t>(LossCause::MetadataOnly)]);
  EXPECT_EQ(1U, analysis->base.layer_count);
  EXPECT_EQ(BaseEvidence::History, analysis->base.evidence);
  EXPECT_EQ(120U + 1010 + 1000, analysis->own.stored);
  EXPECT_EQ(analysis->total.reclaimable, analysis->own.reclaimable);
  EXPECT_EQ(120U, analysis->layers[1].lost_bytes);
  EXPECT_EQ(120U, analysis->layers[3].killed_bytes);
  EXPECT_EQ(2U, analysis->layers[3].whiteout_count);
  EXPECT_EQ("RUN apt-get update", analysis->layers[1].command);
  EXPECT_TRUE(analysis->layers[0].is_base);
  EXPECT_EQ(analysis->total.stored, analysis->distinct_blob_bytes);
}

TEST(Analyze, waste_says_what_to_do) {
  auto prepared = prepare(kImage, kHistory);
  prepared.input.dockerfile_name = "Dockerfile";
  prepared.input.dockerfile_text = kDockerfile;
  auto analysis = analyzed(prepared.input);
  EXPECT_EQ((SourcePlace{"Dockerfile", 5, 5}), analysis->layers[4].place);
  EXPECT_EQ("debian:12", analysis->base.name);
  EXPECT_EQ(
      "1000 /app/x | files copied whole to change owner, mode or time | Dockerfile:3: set owner "
      "and "
      "mode with --chown and --chmod, Dockerfile:5 copies it whole\n"
      "120 /var/lib/apt/lists | apt package lists, deleted in a later layer | Dockerfile:2: delete "
      "`/var/lib/apt/lists` in the same RUN, Dockerfile:4 is too late\n"
      "50 /var/lib/apt/lists/l | apt package lists | It came with the base image: take a smaller "
      "one\n",
      waste_of(*analysis));
}

TEST(Analyze, waste_without_lines_names_layers) {
  auto analysis = analyzed("layer\nfile a/b/c/x size=10\nfile a/b/d/y size=5\nlayer\nwhiteout a\n");
  EXPECT_EQ(
      "15 /a/b | files deleted in a later layer | layer 1 (layer 1): delete `/a/b` in the same "
      "RUN, "
      "layer 2 (layer 2) is too late\n",
      waste_of(*analysis));
}

TEST(Analyze, lost_and_needless_files_never_overlap) {
  auto analysis = analyzed(
      "layer\nfile usr/share/doc/a size=10\nfile usr/share/doc/b size=20\nfile usr/bin/x size=3\n"
      "layer\nwhiteout usr/share/doc/a\n");
  uint64_t lost = 0;
  uint64_t kept = 0;
  for (const WasteItem& item : analysis->waste)
    (item.cause == LossCause::Kept ? kept : lost) += item.bytes;
  EXPECT_EQ(analysis->total.reclaimable, lost);
  EXPECT_EQ(20U, kept);
}

TEST(Analyze, duplicates_are_all_but_the_first_path) {
  constexpr const char* kText =
      "layer\nfile b text=same\nfile c text=same\nfile d text=diff\nhardlink e -> b\n"
      "layer\nfile a text=same\nfile empty1\nfile empty2\n";
  auto prepared = prepare(kText);
  EXPECT_FALSE(analyzed(prepared.input)->has_duplicates);
  prepared.input.find_duplicates = true;
  auto analysis = analyzed(prepared.input);
  EXPECT_TRUE(analysis->has_duplicates);
  EXPECT_TRUE(analysis->accounts[0][0].is_duplicate);
  EXPECT_TRUE(analysis->accounts[0][1].is_duplicate);
  EXPECT_FALSE(analysis->accounts[0][2].is_duplicate);
  EXPECT_FALSE(analysis->accounts[1][0].is_duplicate);
  EXPECT_FALSE(analysis->accounts[1][2].is_duplicate);
  EXPECT_EQ(8U, analysis->waste.at(0).bytes);
}

TEST(Analyze, book_keeping_of_formats_is_accounted_and_no_waste) {
  auto analysis = analyzed(
      "layer\nfile stargz.index.json size=100\nfile .prefetch.landmark text=f\n"
      "layer\nfile stargz.index.json size=90\n");
  EXPECT_EQ(100U, analysis->total.reclaimable);
  EXPECT_EQ("", waste_of(*analysis));
}

TEST(Analyze, the_same_layer_twice_is_stored_once) {
  auto analysis = analyzed("layer\nfile a size=10\nlayer\nfile a size=10\n");
  EXPECT_EQ(20U, analysis->total.stored);
  EXPECT_EQ(10U, analysis->distinct_blob_bytes);
  EXPECT_EQ(10U, analysis->total.by_cause[static_cast<size_t>(LossCause::OverwrittenEqual)]);
}

TEST(Analyze, compressed_sizes_are_estimated_where_only_the_tar_is_known) {
  auto plain = analyzed("layer\nfile a size=10000\n");
  EXPECT_TRUE(plain->is_compressed_estimated);
  EXPECT_EQ(plain->layers[0].tar_bytes * 2 / 5, plain->compressed_bytes);
  auto gzip = analyzed("layer gzip\nfile a size=10000\nlayer gzip\nwhiteout a\n");
  EXPECT_FALSE(gzip->is_compressed_estimated);
  EXPECT_EQ(gzip->layers[0].stored_blob_bytes, gzip->layers[0].compressed_bytes);
  EXPECT_EQ(gzip->layers[0].stored_blob_bytes + gzip->layers[1].stored_blob_bytes,
            gzip->compressed_bytes);
  EXPECT_GT(gzip->lost_compressed_bytes, 0U);
  EXPECT_LE(gzip->lost_compressed_bytes, *gzip->layers[0].compressed_bytes);
}

TEST(Analyze, cancelled) {
  auto prepared = prepare("layer\nfile a size=1\n");
  CancelToken cancel;
  cancel.cancel();
  prepared.input.cancel = &cancel;
  Result<std::shared_ptr<const Analysis>> analysis = analyze(prepared.input);
  ASSERT_FALSE(analysis.ok());
  EXPECT_EQ(ErrorKind::Cancelled, analysis.error().kind());
}

}  // namespace
}  // namespace whittle
