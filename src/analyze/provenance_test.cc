#include "analyze/provenance.h"

#include <gtest/gtest.h>

#include "analyze/base_image.h"

namespace whittle {
namespace {

// "FROM debian:12\nRUN a\nCOPY . /b\n"
constexpr const char* kText = "RlJPTSBkZWJpYW46MTIKUlVOIGEKQ09QWSAuIC9iCg==";

std::string materials() {
  return R"([{"uri":"pkg:docker/docker/dockerfile@1","digest":{"sha256":"f0"}},
             {"uri":"pkg:docker/debian@12?platform=linux%2Famd64","digest":{"sha256":"ab"}},
             {"uri":"https://example.com/x.tgz","digest":{"sha256":"cd"}}])";
}

std::string metadata() {
  return std::string(R"({"source":{"infos":[{"filename":"Dockerfile","data":")") + kText +
         R"("}],"locations":{
              "step0":{"locations":[{"ranges":[{"start":{"line":1},"end":{"line":1}}]}]},
              "step2":{"locations":[{"ranges":[{"start":{"line":2},"end":{"line":2}}]}]},
              "step3":{"locations":[{"ranges":[{"start":{"line":3},"end":{"line":3}}]}]}}},
            "layers":{
              "step0:0":[[{"digest":"sha256:1"}]],
              "step2:0":[[{"digest":"sha256:1"},{"digest":"sha256:2"}]],
              "step3:0":[[{"digest":"sha256:1"},{"digest":"sha256:2"},{"digest":"sha256:3"}]]}})";
}

constexpr const char* kSteps =
    R"([{"id":"step0","op":{"Op":{"source":{"identifier":"docker-image://docker.io/library/debian:12@sha256:ab"}}}},
        {"id":"step2","op":{"Op":{"exec":{}}},"inputs":["step0:0"]}])";

std::string v02() {
  return R"({"predicateType":"https://slsa.dev/provenance/v0.2","predicate":{"materials":)" +
         materials() +
         R"(,"invocation":{"parameters":{"args":{"target":"last"}}},"buildConfig":{"llbDefinition":)" +
         kSteps + R"(},"metadata":{"https://mobyproject.org/buildkit@v1#metadata":)" + metadata() +
         "}}}";
}

std::string v1() {
  return R"({"predicateType":"https://slsa.dev/provenance/v1","predicate":{"buildDefinition":{
           "externalParameters":{"request":{"args":{"target":"last"}}},
           "internalParameters":{"buildConfig":{"llbDefinition":)" +
         std::string(kSteps) + R"(}},"resolvedDependencies":)" + materials() +
         R"(},"runDetails":{"metadata":{"buildkit_metadata":)" + metadata() + "}}}}";
}

ImageInfo image_with(const std::vector<Digest>& blobs) {
  ImageInfo image;
  for (const Digest& digest : blobs) image.layers.emplace_back().blob.digest = digest;
  return image;
}

TEST(Provenance, both_shapes_say_the_same) {
  ImageInfo image = image_with({"sha256:1", "sha256:2", "sha256:3"});
  for (const std::string& text : {v02(), v1()}) {
    std::optional<Provenance> got = parse_provenance(text, Limits());
    ASSERT_TRUE(got);
    ASSERT_EQ(1U, got->materials.size());
    EXPECT_EQ("debian:12", got->materials[0].name);
    EXPECT_EQ("sha256:ab", got->materials[0].digest);
    EXPECT_EQ("FROM debian:12\nRUN a\nCOPY . /b\n", got->dockerfile_text);
    EXPECT_EQ("last", got->target);
    EXPECT_EQ(1U, base_layers_by_provenance(*got, image));
    auto places = places_by_provenance(*got, image);
    ASSERT_EQ(3U, places.size());
    EXPECT_FALSE(places[0]);
    EXPECT_EQ((SourcePlace{"Dockerfile", 2, 2}), places[1]);
    EXPECT_EQ((SourcePlace{"Dockerfile", 3, 3}), places[2]);
  }
}

TEST(Provenance, an_image_packed_anew_is_matched_by_number) {
  std::optional<Provenance> got = parse_provenance(v1(), Limits());
  ASSERT_TRUE(got);
  EXPECT_EQ(3U,
            places_by_provenance(*got, image_with({"sha256:7", "sha256:8", "sha256:9"})).size());
  EXPECT_EQ(0U, places_by_provenance(*got, image_with({"sha256:7", "sha256:8"})).size());
  EXPECT_EQ(0U, base_layers_by_provenance(*got, image_with({"sha256:7"})));
}

TEST(Provenance, the_least_form_names_only) {
  std::optional<Provenance> got = parse_provenance(
      R"({"predicate":{"materials":[{"uri":"pkg:docker/ghcr.io/a/b@1.2","digest":{"sha256":"ab"}}]}})",
      Limits());
  ASSERT_TRUE(got);
  EXPECT_EQ("ghcr.io/a/b:1.2", got->materials.at(0).name);
  EXPECT_EQ("", got->dockerfile_text);
  EXPECT_TRUE(places_by_provenance(*got, image_with({"x"})).empty());
}

TEST(Provenance, hostile_documents_are_harmless) {
  for (
      const char* text :
      {"",
       "{",
       "[]",
       "null",
       "7",
       R"({"predicate":7})",
       R"({"predicate":{"materials":{}}})",
       R"({"predicate":{"materials":[7,{"uri":7,"digest":7},{"uri":"pkg:docker/%zz@"}]}})",
       R"({"predicate":{"metadata":{"https://mobyproject.org/buildkit@v1#metadata":{"layers":{"x":7,"":[[7]],"step1:0":[[{"digest":[]}]]},"source":{"infos":[7],"locations":[]}}}}})",
       R"({"predicate":{"metadata":{"https://mobyproject.org/buildkit@v1#metadata":{"source":{"infos":[{"data":"!!!","filename":{}}]},"layers":{"step0:0":[[]]}}}}})"}) {
    std::optional<Provenance> got = parse_provenance(text, Limits());
    if (!got) continue;
    EXPECT_LE(places_by_provenance(*got, image_with({"sha256:1"})).size(), 1U) << text;
    EXPECT_EQ(0U, base_layers_by_provenance(*got, image_with({"sha256:1"}))) << text;
  }
}

// An image with a history; '-' in front of what makes no layer, "TIME|" before that when it
// matters.
ImageInfo image_of(const std::vector<std::string>& history) {
  ImageInfo image;
  for (const std::string& text : history) {
    HistoryEntry entry;
    entry.created_by = text;
    if (size_t bar = text.find('|'); bar != std::string::npos) {
      entry.created = text.substr(0, bar);
      entry.created_by = text.substr(bar + 1);
    }
    entry.empty_layer = entry.created_by.starts_with("-");
    if (entry.empty_layer) entry.created_by.erase(0, 1);
    if (!entry.empty_layer) {
      Layer& layer = image.layers.emplace_back();
      layer.history_index = static_cast<int>(image.config.history.size());
      layer.diff_id = "sha256:" + std::to_string(image.layers.size());
    }
    image.config.history.push_back(entry);
  }
  return image;
}

BaseImage base_of(const ImageInfo& image, std::vector<std::string>* notes = nullptr) {
  std::vector<std::string> ignored;
  BaseClues clues;
  clues.image = &image;
  return find_base(clues, notes == nullptr ? ignored : *notes);
}

constexpr const char* kRoot = "/bin/sh -c #(nop) ADD file:1 in / ";
constexpr const char* kCmd = "-/bin/sh -c #(nop)  CMD [\"bash\"]";

TEST(BaseImage, history_of_a_distribution_with_layers_on_top) {
  BaseImage base = base_of(image_of({kRoot, kCmd, "RUN /bin/sh -c a # buildkit"}));
  EXPECT_EQ(1U, base.layer_count);
  EXPECT_EQ(BaseEvidence::History, base.evidence);
  EXPECT_FALSE(base.why.empty());
  base =
      base_of(image_of({"# debian.sh --arch 'amd64' out/ 'bookworm'", "-CMD [\"bash\"]", "RUN a"}));
  EXPECT_EQ(1U, base.layer_count);
}

TEST(BaseImage, the_distribution_itself_has_none) {
  EXPECT_EQ(0U, base_of(image_of({kRoot, kCmd})).layer_count);
  EXPECT_EQ(0U, base_of(image_of({"COPY app /app # buildkit", "-CMD [\"/app\"]"})).layer_count);
  EXPECT_EQ(BaseEvidence::None, base_of(ImageInfo()).evidence);
}

TEST(BaseImage, a_later_cmd_counts_when_time_has_passed) {
  auto history = [](const char* own) {
    return image_of({"2026-01-01T00:00:00Z|" + std::string(kRoot),
                     "2026-01-01T00:00:00Z|" + std::string(kCmd),
                     "2026-01-01T05:00:00.5Z|RUN python",
                     "2026-01-01T05:00:01Z|-CMD [\"python3\"]",
                     std::string(own) + "|COPY . /app"});
  };
  EXPECT_EQ(2U, base_of(history("2026-01-03T05:00:00Z")).layer_count);
  EXPECT_EQ(1U, base_of(history("2026-01-01T05:00:30Z")).layer_count);
}

TEST(BaseImage, a_named_image_must_fit) {
  ImageInfo image = image_of({kRoot, kCmd, "RUN a", "RUN b"});
  ImageInfo named = image_of({kRoot, "RUN a"});
  std::vector<std::string> notes;
  BaseClues clues;
  clues.image = &image;
  clues.named = &named;
  clues.named_as = "mine:1";
  BaseImage base = find_base(clues, notes);
  EXPECT_EQ(2U, base.layer_count);
  EXPECT_EQ(BaseEvidence::Named, base.evidence);
  EXPECT_EQ("its first 2 diff ids are those of mine:1", base.why);
  named.layers[1].diff_id = "sha256:other";
  base = find_base(clues, notes);
  EXPECT_EQ(BaseEvidence::History, base.evidence);
  EXPECT_EQ(std::vector<std::string>{"mine:1 is not the base: 1 of its 2 layers are this image's"},
            notes);
}

TEST(BaseImage, annotation_names_and_history_counts) {
  ImageInfo image = image_of({kRoot, kCmd, "RUN a"});
  image.annotations["org.opencontainers.image.base.name"] = "docker.io/library/debian:12";
  image.annotations["org.opencontainers.image.base.digest"] = "sha256:ab";
  BaseImage base = base_of(image);
  EXPECT_EQ("debian:12", base.name);
  EXPECT_EQ("sha256:ab", base.digest);
  EXPECT_EQ(1U, base.layer_count);
  EXPECT_EQ(BaseEvidence::Annotation, base.evidence);
}

TEST(BaseImage, provenance_counts_layers) {
  ImageInfo image = image_with({"sha256:1", "sha256:2", "sha256:3"});
  std::optional<Provenance> provenance = parse_provenance(v1(), Limits());
  std::vector<std::string> notes;
  BaseClues clues;
  clues.image = &image;
  clues.provenance = &*provenance;
  BaseImage base = find_base(clues, notes);
  EXPECT_EQ(1U, base.layer_count);
  EXPECT_EQ("debian:12", base.name);
  EXPECT_EQ("sha256:ab", base.digest);
  EXPECT_EQ(BaseEvidence::Provenance, base.evidence);
}

}  // namespace
}  // namespace whittle
