// Manifests and indexes: crafted layouts of many platforms, attestations, and layers that cannot be
// read.
#include "image/sources/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "image/sources/base64.h"
#include "image/sources/select.h"
#include "support/layout_builder.h"

namespace whittle {
namespace {

using nlohmann::json;
using test::annotated;
using test::LayoutBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Platform kAmd64{"linux", "amd64", "", ""};

class Manifests : public testing::Test {
 protected:
  // Writes a layout of these items and opens it.
  Result<std::vector<std::unique_ptr<Image>>> open(const std::vector<json>& items) {
    test::write_files(folder_.path(), builder_.layout(items));
    return open_images(folder_.path().string(), test::open_options());
  }

  Result<std::unique_ptr<Image>> open_for(const std::vector<json>& items, const Platform& wanted) {
    test::write_files(folder_.path(), builder_.layout(items));
    OpenOptions options = test::open_options();
    options.platform = wanted;
    return open_image(folder_.path().string(), options);
  }

  // An image of one layer, whose descriptor is changed.
  template <typename Change>
  json image_with_layer(const std::string& stored, const std::string& tar, const Change& change) {
    json layer = builder_.add_layer(stored);
    change(layer);
    return builder_.add_manifest(builder_.add_config(kAmd64, {digest_of(tar)}), {layer});
  }

  TempDir folder_ = test::temp_dir("manifests");
  LayoutBuilder builder_;
};

std::string platform_of(const Result<std::unique_ptr<Image>>& image) {
  return image.ok() ? (*image)->info().config.platform.architecture +
                          (*image)->info().config.platform.variant
                    : image.error().message();
}

TEST_F(Manifests, ThePlatformIsChosenFromAnIndex) {
  json v6 = builder_.add_image({"linux", "arm", "v6", ""});
  json v7 = builder_.add_image({"linux", "arm", "v7", ""});
  json arm64 = builder_.add_image({"linux", "arm64", "", ""});
  json amd64 = builder_.add_image(kAmd64);
  json index = annotated(builder_.add_index({amd64, v6, v7, arm64}), "multi");
  EXPECT_EQ(platform_of(open_for({index}, {"linux", "arm", "v7", ""})), "armv7");
  EXPECT_EQ(platform_of(open_for({index}, {"linux", "arm", "v6", ""})), "armv6");
  EXPECT_EQ(platform_of(open_for({index}, {"linux", "arm", "v8", ""})), "armv7");
  EXPECT_EQ(platform_of(open_for({index}, {"linux", "arm", "", ""})), "armv7");
  EXPECT_THAT(platform_of(open_for({index}, {"linux", "arm", "v5", ""})), HasSubstr("no image"));
  EXPECT_EQ(platform_of(open_for({index}, {"linux", "arm64", "v8", ""})), "arm64");
  auto image = open_for({index}, kAmd64);
  ASSERT_TRUE(image.ok());
  EXPECT_EQ((*image)->info().source, "oci");
  EXPECT_THAT((*image)->info().names, ElementsAre("multi"));
  EXPECT_EQ((*image)->info().platforms.size(), 4U);
}

TEST_F(Manifests, OfEqualPlatformsInOneIndexTheFirstCounts) {
  std::string tar = test::tar_of("file second text=2");
  json first = builder_.add_image(kAmd64);
  json second = builder_.add_manifest(builder_.add_config(kAmd64, {digest_of(tar)}),
                                      {builder_.add_layer(tar)});
  auto image = open_for({builder_.add_index({first, second})}, kAmd64);
  ASSERT_TRUE(image.ok()) << image.error().message();
  EXPECT_EQ((*image)->info().manifest_digest, first["digest"]);
  // Two names are two images, not a choice.
  auto several = open_for({annotated(first, "a"), annotated(second, "b")}, kAmd64);
  ASSERT_FALSE(several.ok());
  EXPECT_EQ(several.error().kind(), ErrorKind::Usage);
}

TEST(PlatformDistance, FollowsVariantsAndVersions) {
  auto distance = [](const Platform& wanted, const Platform& offered) {
    return platform_distance(wanted, offered).value_or(999);
  };
  EXPECT_EQ(distance(kAmd64, {"linux", "amd64", "v1", ""}), 0U);
  EXPECT_EQ(distance({"linux", "amd64", "v3", ""}, kAmd64), 2U);
  EXPECT_GT(distance(kAmd64, {"linux", "amd64", "v3", ""}), 999U);
  EXPECT_EQ(distance({"linux", "amd64", "v2", ""}, {"linux", "amd64", "v3", ""}), 999U);
  EXPECT_EQ(distance(kAmd64, {"windows", "amd64", "", ""}), 999U);
  Platform windows{"windows", "amd64", "", "10.0.17763"};
  EXPECT_EQ(distance(windows, {"windows", "amd64", "", "10.0.17763.2114"}), 0U);
  EXPECT_EQ(distance(windows, {"windows", "amd64", "", "10.0.20348.1"}), 999U);
  EXPECT_EQ(distance({"linux", "amd64", "odd", ""}, {"linux", "amd64", "odd", ""}), 0U);
}

TEST_F(Manifests, AttestationsAreProvenanceAndNoImages) {
  json image = builder_.add_image(kAmd64);
  std::string statement = R"({"predicateType":"https://slsa.dev/provenance/v0.2","predicate":{}})";
  json sbom = annotated(builder_.add_blob("application/vnd.in-toto+json", R"({"spdx":1})"),
                        "https://spdx.dev/Document",
                        "in-toto.io/predicate-type");
  json provenance = annotated(builder_.add_blob("application/vnd.in-toto+json", statement),
                              "https://slsa.dev/provenance/v0.2",
                              "in-toto.io/predicate-type");
  json attestation = builder_.add_manifest(builder_.add_config({"unknown", "unknown", "", ""}, {}),
                                           {sbom, provenance});
  attestation["platform"] = {{"os", "unknown"}, {"architecture", "unknown"}};
  attestation = annotated(attestation, "attestation-manifest", "vnd.docker.reference.type");
  attestation = annotated(attestation, image["digest"], "vnd.docker.reference.digest");
  auto images = open({builder_.add_index({image, attestation})});
  ASSERT_TRUE(images.ok()) << images.error().message();
  ASSERT_EQ(images->size(), 1U);
  const ImageInfo& info = images->front()->info();
  EXPECT_EQ(info.provenance, statement);
  EXPECT_THAT(info.platforms, ElementsAre(kAmd64));
  // A damaged statement is no provenance, and no harm.
  builder_.remove_blob(provenance);
  fs::remove(folder_.path() / "blobs/sha256" / provenance["digest"].get<std::string>().substr(7));
  images = open({builder_.add_index({image, attestation})});
  ASSERT_TRUE(images.ok());
  EXPECT_EQ(images->front()->info().provenance, "");
}

TEST_F(Manifests, LayersThatCannotBeReadAreNamedAndSized) {
  struct Row {
    const char* media_type;
    json extra;
    Availability availability;
    const char* why;
  };

  const Row rows[] = {
      {"application/vnd.oci.image.layer.v1.tar",
       json::object(),
       Availability::Missing,
       "the blob is not there"},
      {"application/vnd.oci.image.layer.nondistributable.v1.tar",
       json::object(),
       Availability::Foreign,
       "not distributed with the image"},
      {"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
       {{"urls", {"https://example.com/layer"}}},
       Availability::Foreign,
       "to be had from https://example.com/layer only"},
      {"application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
       {{"annotations",
         {{"org.opencontainers.image.enc.keys.jwe", "a,b"},
          {"org.opencontainers.image.enc.keys.pgp", "c"},
          {"org.opencontainers.image.enc.pubopts", "x,y"}}}},
       Availability::Encrypted,
       "encrypted for 3 recipients"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    std::string tar = test::tar_of(std::string("file a text=") + row.media_type);
    json descriptor = image_with_layer(tar, tar, [&](json& layer) {
      layer["mediaType"] = row.media_type;
      layer.update(row.extra);
    });
    builder_.files.erase("blobs/sha256/" + digest_of(tar).substr(7));
    auto images = open({descriptor});
    ASSERT_TRUE(images.ok()) << images.error().message();
    const Layer& layer = images->front()->info().layers.at(0);
    EXPECT_EQ(layer.availability, row.availability);
    EXPECT_EQ(layer.why_unavailable, row.why);
    EXPECT_EQ(layer.blob.size, tar.size());
    EXPECT_EQ(layer.diff_id, digest_of(tar));
    auto bytes = images->front()->open_layer(0);
    ASSERT_FALSE(bytes.ok());
    EXPECT_THAT(bytes.error().message(), HasSubstr(row.why));
    EXPECT_FALSE(bytes.error().hint().empty());
  }
}

TEST_F(Manifests, DataInADescriptorIsTheBlob) {
  std::string tar = test::tar_of("file a text=inline");
  json descriptor =
      image_with_layer(tar, tar, [&](json& layer) { layer["data"] = encode_base64(tar); });
  builder_.files.erase("blobs/sha256/" + digest_of(tar).substr(7));
  auto images = open({descriptor});
  ASSERT_TRUE(images.ok()) << images.error().message();
  auto merged = test::read_and_merge(*images->front());
  ASSERT_TRUE(merged.ok()) << merged.error().message();
  EXPECT_THAT(test::paths_of((*merged)->tree), ElementsAre("a"));
  json wrong = image_with_layer(tar, tar, [&](json& layer) { layer["data"] = "AAAA"; });
  images = open({wrong});
  ASSERT_FALSE(images.ok());
  EXPECT_THAT(images.error().message(), HasSubstr("`data`"));
}

TEST_F(Manifests, Sha512IsADigestToo) {
  std::string tar = test::tar_of("file a text=512");
  std::string digest = digest_of(tar, DigestAlgorithm::Sha512);
  json descriptor = image_with_layer(tar, tar, [&](json& layer) { layer["digest"] = digest; });
  builder_.files["blobs/sha512/" + std::string(digest_hex(digest))] = tar;
  auto images = open({descriptor});
  ASSERT_TRUE(images.ok());
  EXPECT_TRUE(test::read_and_merge(*images->front()).ok());
}

TEST_F(Manifests, ArtifactsAndUnknownItemsAreNamed) {
  json config = builder_.add_blob("application/vnd.cncf.helm.config.v1+json", R"({"name":"x"})");
  json chart = builder_.add_manifest(config, {});
  auto images = open({chart});
  ASSERT_FALSE(images.ok());
  EXPECT_THAT(images.error().message(), HasSubstr("`application/vnd.cncf.helm.config.v1+json`"));
  json odd = builder_.add_blob("application/x-odd", "not even JSON");
  images = open({odd, chart, builder_.add_image(kAmd64)});
  ASSERT_TRUE(images.ok()) << images.error().message();
  EXPECT_EQ(images->size(), 1U);
}

TEST_F(Manifests, ALayoutIsPickedFromByNameAndPosition) {
  json one = builder_.add_image(kAmd64);
  json two = builder_.add_image({"linux", "arm64", "", ""});
  test::write_files(folder_.path(), builder_.layout({annotated(one, "1"), annotated(two, "2")}));
  std::string target = "oci:" + folder_.path().string();
  for (const auto& [reference, digest] :
       std::map<std::string, json>{{":1", one}, {":2", two}, {":@0", one}, {":@1", two}}) {
    auto images = open_images(target + reference, test::open_options());
    ASSERT_TRUE(images.ok()) << images.error().message();
    ASSERT_EQ(images->size(), 1U);
    EXPECT_EQ(images->front()->info().manifest_digest, digest["digest"]);
  }
  auto none = open_images(target + ":@2", test::open_options());
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().message(), HasSubstr("index.json has 2 items"));
}

TEST(Base64, RoundTripsAndRefuses) {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd"})
    EXPECT_EQ(decode_base64(encode_base64(text)), text);
  EXPECT_EQ(encode_base64("foob"), "Zm9vYg==");
  for (const char* bad : {"a", "abc", "ab=c", "a===", "ab c"})
    EXPECT_EQ(decode_base64(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace whittle
