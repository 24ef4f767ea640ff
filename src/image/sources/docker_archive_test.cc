// Archives as the generations of docker save and its relatives wrote them, crafted here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/layout_builder.h"

namespace whittle {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

using Files = std::map<std::string, std::string>;

class Archives : public testing::Test {
 protected:
  std::string path() const { return (folder_.path() / "image").string(); }

  Result<std::vector<std::unique_ptr<Image>>> open(const std::string& bytes,
                                                   const std::string& prefix = "") {
    CHECK(write_file_atomic(path(), bytes).ok());
    return open_images(prefix + path(), test::open_options());
  }

  TempDir folder_ = test::temp_dir("archives");
  std::string base_ = test::tar_of("dir etc\nfile etc/os text=base");
  std::string app_ = test::tar_of("file app size=2000\nwhiteout etc/os");
};

std::string config_of(const std::vector<std::string>& tars) {
  json config = {{"os", "linux"}, {"architecture", "amd64"}, {"rootfs", {{"type", "layers"}}}};
  for (const std::string& tar : tars) config["rootfs"]["diff_ids"].push_back(digest_of(tar));
  return config.dump();
}

void expect_the_app(const Image& image) {
  auto merged = test::read_and_merge(image);
  ASSERT_TRUE(merged.ok()) << merged.error().message();
  EXPECT_THAT(test::paths_of((*merged)->tree), ElementsAre("app", "etc/"));
}

TEST_F(Archives, KanikoNamesDigestsAndCompressesLayers) {
  std::string config = config_of({base_, app_});
  std::string base = test::compressed(base_, "gzip");
  std::string app = test::compressed(app_, "gzip");
  json manifest = {{{"Config", digest_of(config)},
                    {"RepoTags", {"registry.example/app:1"}},
                    {"Layers", {digest_of(base).substr(7) + ".tar.gz", "b.tar.gz"}}}};
  Files files = {{digest_of(config), config},
                 {digest_of(base).substr(7) + ".tar.gz", base},
                 {"b.tar.gz", app},
                 {"manifest.json", manifest.dump()}};
  auto images = open(test::archive_of(files));
  ASSERT_TRUE(images.ok()) << images.error().message();
  EXPECT_EQ(images->front()->info().source, "docker-archive");
  expect_the_app(*images->front());
  files[digest_of(config)] += " ";
  images = open(test::archive_of(files));
  ASSERT_FALSE(images.ok());
  EXPECT_THAT(images.error().message(), HasSubstr("is called"));
}

TEST_F(Archives, BeforeManifestsTheChainOfLayersIsTheImage) {
  std::string base = R"({"id":"b0","created":"2013-01-01T00:00:00Z","os":"linux",
    "architecture":"amd64","container_config":{"Cmd":["/bin/sh","-c","#(nop) ADD x"]}})";
  std::string app = R"({"id":"a1","parent":"b0","os":"linux","architecture":"amd64",
    "config":{"Env":["A=b"],"Cmd":["app"]},"container_config":{"Cmd":["/bin/sh","-c","make"]}})";
  Files files = {{"b0/VERSION", "1.0"},
                 {"b0/json", base},
                 {"b0/layer.tar", base_},
                 {"a1/VERSION", "1.0"},
                 {"a1/json", app},
                 {"a1/layer.tar", app_},
                 {"repositories", R"({"team/app":{"1":"a1","latest":"a1"}})"}};
  auto images = open(test::archive_of(files));
  ASSERT_TRUE(images.ok()) << images.error().message();
  ASSERT_EQ(images->size(), 1U);
  const ImageInfo& info = images->front()->info();
  EXPECT_THAT(info.names, ElementsAre("team/app:1", "team/app:latest"));
  EXPECT_THAT(info.config.run.env, ElementsAre("A=b"));
  ASSERT_EQ(info.config.history.size(), 2U);
  EXPECT_EQ(info.config.history[0].created_by, "/bin/sh -c #(nop) ADD x");
  EXPECT_EQ(info.config.history[1].created_by, "/bin/sh -c make");
  EXPECT_EQ(info.layers[1].diff_id, digest_of(app_));
  expect_the_app(*images->front());
  // Saved by its id, it has no names: the layer that is nobody's parent is the image.
  files.erase("repositories");
  images = open(test::archive_of(files), "docker-archive:");
  ASSERT_TRUE(images.ok()) << images.error().message();
  ASSERT_EQ(images->size(), 1U);
  expect_the_app(*images->front());
  files["b0/json"] = R"({"id":"b0","parent":"a1"})";
  files["repositories"] = R"({"x":{"1":"a1"}})";
  images = open(test::archive_of(files));
  ASSERT_FALSE(images.ok());
  EXPECT_THAT(images.error().message(), HasSubstr("its own parent"));
}

TEST_F(Archives, TheLayoutBesideManifestJsonSaysMore) {
  test::LayoutBuilder builder;
  json config = builder.add_config({"linux", "amd64", "", ""}, {digest_of(base_), digest_of(app_)});
  json layers = {builder.add_layer(test::compressed(base_, "zstd")), builder.add_layer(app_)};
  json manifest = builder.add_manifest(config, layers);
  json named = test::annotated(
      test::annotated(manifest, "1"), "docker.io/team/app:1", "io.containerd.image.name");
  json other = builder.add_image({"linux", "arm64", "", ""});
  Files files = builder.layout({builder.add_index({named, other})});
  auto path_of = [](const json& blob) {
    return "blobs/sha256/" + blob["digest"].get<std::string>().substr(7);
  };
  files["manifest.json"] = json{{{"Config", path_of(config)},
                                 {"RepoTags", {"team/app:1"}},
                                 {"Layers", {path_of(layers[0]), path_of(layers[1])}}}}
                               .dump();
  auto images = open(test::archive_of(files));
  ASSERT_TRUE(images.ok()) << images.error().message();
  ASSERT_EQ(images->size(), 2U);
  const ImageInfo& info = images->front()->info();
  EXPECT_THAT(info.names, ElementsAre("team/app:1"));
  EXPECT_EQ(info.manifest_digest, manifest["digest"]);
  EXPECT_EQ(info.source, "docker-archive");
  EXPECT_EQ(info.platforms.size(), 2U);
  EXPECT_EQ(info.layers[0].blob.digest, layers[0]["digest"]);
  expect_the_app(*images->front());
  // Whatever is wrong with the layout, manifest.json is enough.
  files["index.json"] = "{";
  images = open(test::archive_of(files));
  ASSERT_TRUE(images.ok()) << images.error().message();
  EXPECT_EQ(images->front()->info().manifest_digest, "");
}

TEST_F(Archives, AMissingLayerIsNamed) {
  std::string config = config_of({base_, app_});
  json manifest = {
      {{"Config", "c.json"},
       {"RepoTags", nullptr},
       {"Layers", {"a/layer.tar", "b/layer.tar"}},
       {"LayerSources",
        {{digest_of(base_),
          {{"mediaType", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"}}}}}}};
  auto images = open(test::archive_of(
      {{"c.json", config}, {"b/layer.tar", app_}, {"manifest.json", manifest.dump()}}));
  ASSERT_TRUE(images.ok()) << images.error().message();
  const ImageInfo& info = images->front()->info();
  EXPECT_EQ(info.layers[0].availability, Availability::Foreign);
  EXPECT_EQ(info.layers[1].availability, Availability::Here);
  EXPECT_FALSE(images->front()->open_layer(0).ok());
  EXPECT_TRUE(images->front()->open_layer(1).ok());
}

TEST_F(Archives, AreUnpackedWhateverIsAround) {
  std::string config = config_of({base_, app_});
  json manifest = {{{"Config", "c.json"}, {"RepoTags", {"a:1"}}, {"Layers", {"a", "b"}}}};
  std::string archive = test::archive_of(
      {{"c.json", config}, {"a", base_}, {"b", app_}, {"manifest.json", manifest.dump()}});
  for (const std::string how : {"gzip", "zstd"}) {
    auto images = open(test::compressed(archive, how));
    ASSERT_TRUE(images.ok()) << how << images.error().message();
    expect_the_app(*images->front());
  }
  for (const std::string program : {"xz", "bzip2"}) {
    if (find_program(program).empty()) continue;
    ASSERT_TRUE(write_file_atomic(path(), archive).ok());
    Command command;
    command.args = {program, "--keep", "--force", path()};
    ASSERT_TRUE(run_checked(command, test::no_cancel()).ok());
    std::string packed = path() + (program == "xz" ? ".xz" : ".bz2");
    auto images = open_images(packed, test::open_options());
    ASSERT_TRUE(images.ok()) << program << images.error().message();
    expect_the_app(*images->front());
    std::string bytes = std::move(read_file(packed, 1 << 20)).value();
    images = open(bytes + bytes.substr(0, bytes.size() / 2));
    ASSERT_FALSE(images.ok()) << program;
    images = open(bytes.substr(0, bytes.size() - 20));
    ASSERT_FALSE(images.ok());
    EXPECT_THAT(images.error().message(), HasSubstr("unexpected end"));
  }
}

TEST_F(Archives, WhatIsNoImageIsNamed) {
  auto error = [&](const std::string& bytes) {
    auto images = open(bytes);
    return images.ok() ? "" : images.error().message() + " | " + images.error().hint();
  };
  EXPECT_THAT(error("<html><body>503</body></html>"), HasSubstr("an HTML page"));
  EXPECT_THAT(error(""), HasSubstr("an empty file"));
  EXPECT_THAT(error("FROM debian\nRUN true\n"), HasSubstr("a Dockerfile"));
  EXPECT_THAT(error("{\"a\": 1}"), HasSubstr("a JSON document"));
  EXPECT_THAT(error(std::string("\x7f"
                                "ELF\2\1\1\0\0\0",
                                10)),
              HasSubstr("a program"));
  EXPECT_THAT(error(std::string("PK\3\4") + std::string(60, '\7')), HasSubstr("a zip archive"));
  std::string root = test::tar_of("file etc/b text=b\nfile usr/a text=a");
  EXPECT_THAT(error(root), HasSubstr("rootfs:" + path()));
  auto image = open(root, "rootfs:");
  ASSERT_TRUE(image.ok()) << image.error().message();
  EXPECT_EQ(image->front()->info().source, "rootfs");
  EXPECT_EQ(image->front()->info().layers.at(0).diff_id, digest_of(root));
  image = open(test::compressed(root, "gzip"), "rootfs:");
  ASSERT_TRUE(image.ok());
  EXPECT_EQ(image->front()->info().layers.at(0).diff_id, digest_of(root));
  EXPECT_TRUE(test::read_and_merge(*image->front()).ok());
}

TEST_F(Archives, ADirLayoutIsAFolderOfBlobs) {
  test::LayoutBuilder builder;
  json image = builder.add_image({"linux", "amd64", "", ""});
  json other = builder.add_image({"linux", "arm64", "", ""});
  json index = builder.add_index({image, other});
  Files files;
  for (const auto& [name, bytes] : builder.files) files[name.substr(13)] = bytes;
  auto rename = [&](const json& blob, const std::string& name) {
    auto node = files.extract(blob["digest"].get<std::string>().substr(7));
    node.key() = name;
    files.insert(std::move(node));
  };
  rename(index, "manifest.json");
  rename(other, other["digest"].get<std::string>().substr(7) + ".manifest.json");
  files["version"] = "Directory Transport Version: 1.1\n";
  test::write_files(folder_.path() / "dir", files);
  for (const std::string prefix : {"dir:", ""}) {
    auto images = open_images(prefix + (folder_.path() / "dir").string(), test::open_options());
    ASSERT_TRUE(images.ok()) << images.error().message();
    ASSERT_EQ(images->size(), 2U);
    EXPECT_EQ(images->front()->info().source, "dir");
    EXPECT_EQ((*images)[1]->info().manifest_digest, other["digest"]);
    EXPECT_TRUE(test::read_and_merge(*(*images)[1]).ok());
  }
}

}  // namespace
}  // namespace whittle
