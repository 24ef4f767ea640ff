// For tests of slim: a small image written as text, what of it is needed, and what comes out.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/tree_paths.h"
#include "packages/catalog.h"
#include "slim/databases.h"
#include "slim/keep.h"
#include "slim/slim_image.h"
#include "support/image_builder.h"

namespace whittle::test {

// An image, what is asked of it, and what comes out.
class Slimmed {
 public:
  explicit Slimmed(std::string_view text) : image_(test::image_of(text)) {
    ReadOptions options = test::read_options();
    options.keep = {package_contents(kPackageDatabases)};
    Result<std::unique_ptr<test::Merged>> merged = test::read_and_merge(*image_, options);
    EXPECT_TRUE(merged.ok()) << merged.error().message();
    merged_ = std::move(*merged);
    catalog_ = catalog_packages(merged_->tree);
    reach_.notes.emplace_back();
    reach_.needs.resize(merged_->tree.nodes.size());
  }

  Slimmed& need(std::string_view path, NeedLevel level = NeedLevel::Must) {
    NodeId node = merged_->tree.find(path);
    EXPECT_NE(node, kNoNode) << path;
    reach_.needs[static_cast<uint32_t>(node)] = {kNoNode, 0, 0, level, NeedKind::Root};
    return *this;
  }

  // `cause` may need it.
  Slimmed& start(std::string_view path, std::string_view cause, NeedKind kind = NeedKind::Command) {
    const MergedTree& tree = merged_->tree;
    reach_.needs[static_cast<uint32_t>(tree.find(path))] = {
        tree.find(cause), 0, 0, NeedLevel::May, kind};
    return *this;
  }

  KeepSet keep_set(SlimPolicy policy = SlimPolicy::Balanced) {
    KeepInput input{merged_->tree, image_->info().config, catalog_};
    input.reach = &reach_;
    input.contents = &contents;
    input.rules = rules;
    input.policy = policy;
    return make_keep_set(input);
  }

  // The result, read again.
  std::unique_ptr<test::Merged> make(SlimPolicy policy = SlimPolicy::Balanced,
                                     unsigned threads = 2) {
    keep_ = keep_set(policy);
    SlimImageInput input{*image_, merged_->tree, keep_};
    input.edits = database_edits(merged_->tree, catalog_, keep_, {});
    input.comment = "test";
    input.labels = {{"io.whittle.slim.policy", "test"}};
    input.group_ends = group_ends;
    input.threads = threads;
    input.cancel = &test::no_cancel();
    input.progress = &test::no_progress();
    Result<SlimImage> made = make_slim_image(std::move(input));
    EXPECT_TRUE(made.ok()) << made.error().message();
    result = std::move(*made);
    ReadOptions options = test::read_options();
    options.keep = {package_contents(kPackageDatabases)};
    Result<std::unique_ptr<test::Merged>> merged = test::read_and_merge(*result.image, options);
    EXPECT_TRUE(merged.ok()) << merged.error().message();
    return std::move(*merged);
  }

  std::string why(std::string_view path) {
    return explain(merged_->tree, keep_, merged_->tree.find(path));
  }

  const MergedTree& tree() const { return merged_->tree; }

  FileContents contents;
  KeepRules rules;
  std::vector<uint32_t> group_ends;
  SlimImage result;

 private:
  std::unique_ptr<test::MemoryImage> image_;
  std::unique_ptr<test::Merged> merged_;
  PackageCatalog catalog_;
  Reach reach_;
  KeepSet keep_;
};

// One line an entry of the tree with all that a container sees of it.
inline std::vector<std::string> listing(const MergedTree& tree) {
  std::vector<std::string> lines;
  for (uint32_t i = 1; i < tree.nodes.size(); ++i) {
    const TreeNode& node = tree.nodes[i];
    std::string line = tree.path(NodeId{i});
    if (!node.is_implied) {
      const LayerIndex& layer = *tree.layers[node.entry.layer];
      const Entry& entry = layer.at(node.entry.entry);
      EntryRef ref = tree.content(node);
      const Entry& content = tree.layers[ref.layer]->at(ref.entry);
      line += " " + std::to_string(entry.mode) + " " + std::to_string(entry.uid) + ":" +
              std::to_string(entry.gid) + " " + std::to_string(entry.mtime_seconds) + " " +
              std::to_string(content.size_bytes);
      for (const Xattr& xattr : layer.xattrs_of(entry))
        line +=
            " " + std::string(layer.name(xattr.name)) + "=" + std::string(layer.name(xattr.value));
      if (entry.type == EntryType::Symlink) line += " -> " + std::string(layer.link_target(entry));
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace whittle::test
