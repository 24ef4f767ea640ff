// Real root file systems of Alpine: what busybox and apk need there, by musl's rules (worked out
// with readelf: `busybox` needs libc.musl only, `apk` libapk, libcrypto, libssl and libz).
#include <gtest/gtest.h>

#include "base/fs.h"
#include "image/read.h"
#include "packages/catalog.h"
#include "reach/reach.h"
#include "support/image_builder.h"

namespace whittle::test {

namespace {

struct AlpineImage {
  ReadLayer layer;
  MergedTree tree;
  PackageCatalog catalog;

  static std::unique_ptr<AlpineImage> read(const std::string& archive) {
    auto image = std::make_unique<AlpineImage>();
    ReadOptions options = read_options();
    options.keep = {package_contents(kPackageDatabases), needed_contents()};
    auto source = string_source(archive);
    image->layer = std::move(*read_layer(*source, 0, options));
    image->tree = std::move(*merge_layers({&image->layer.index}));
    image->catalog = catalog_packages(image->tree);
    return image;
  }

  Reach reach(std::vector<std::string> words) const {
    ImageConfig config;
    config.run.cmd = std::move(words);
    return find_reach({tree, config, catalog, {}, {}});
  }

  bool is_must(const Reach& reach, std::string_view path) const {
    NodeId node = tree.find(path);
    return node != kNoNode && reach.needs[static_cast<uint32_t>(node)].level == NeedLevel::Must;
  }
};

std::unique_ptr<AlpineImage> alpine() {
  fs::path path = fs::path(WHITTLE_SOURCE_DIR) /
                  "../shared/corpus/rootfs/alpine-minirootfs-3.20.3-x86_64.tar.gz";
  Result<std::string> archive = read_file(path, 64ULL << 20);
  return archive.ok() ? AlpineImage::read(*archive) : nullptr;
}

}  // namespace

TEST(ReachAlpine, NeedsMuslForBusybox) {
  auto image = alpine();
  if (image == nullptr) GTEST_SKIP() << "no corpus of root file systems beside the project";
  Reach reach = image->reach({"/bin/sh", "-c", "date | sort"});
  for (const char* path : {"bin/sh",
                           "bin/busybox",
                           "bin/date",
                           "usr/bin/sort",
                           "lib/ld-musl-x86_64.so.1",
                           "lib/libc.musl-x86_64.so.1",
                           "etc/passwd"})
    EXPECT_TRUE(image->is_must(reach, path)) << path;
  for (const char* path : {"sbin/apk", "lib/libcrypto.so.3", "lib/libz.so.1.3.1"})
    EXPECT_FALSE(image->is_must(reach, path)) << path;
}

TEST(ReachAlpine, NeedsTheLibrariesOfApk) {
  auto image = alpine();
  if (image == nullptr) GTEST_SKIP() << "no corpus of root file systems beside the project";
  Reach reach = image->reach({"apk", "update"});
  for (const char* path : {"sbin/apk",
                           "lib/ld-musl-x86_64.so.1",
                           "lib/libcrypto.so.3",
                           "lib/libssl.so.3",
                           "lib/libz.so.1",
                           "lib/libz.so.1.3.1",
                           "lib/libapk.so.2.14.0",
                           "etc/ssl/certs/ca-certificates.crt"})
    EXPECT_TRUE(image->is_must(reach, path)) << path;
}

}  // namespace whittle::test
