// Images for tests of reachability: files with contents, read, merged, and searched.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "packages/catalogued.h"
#include "reach/file_kinds.h"
#include "reach/reach.h"

namespace whittle::test {

class Reached {
 public:
  Reached(const Reached&) = delete;
  Reached& operator=(const Reached&) = delete;

  // One layer. The facts are taken from the contents as a reader of the layer would.
  Reached(const std::vector<TestEntry>& entries,
          const RunConfig& run,
          std::vector<ReachRoot> roots = {})
      : image_({entries}) {
    for (const TestEntry& entry : entries) add_facts(entry);
    config_.run = run;
    config_.history = {{"", "RUN true", "", "", false}};
    search(std::move(roots));
  }

  bool must(std::string_view path) const { return is(path, NeedLevel::Must); }

  bool may(std::string_view path) const { return is(path, NeedLevel::May); }

  bool none(std::string_view path) const { return is(path, NeedLevel::None); }

  std::string reason(std::string_view path) const {
    NodeId node = image_.tree.find(path);
    return node == kNoNode ? "absent" : why(image_.tree, reach, node);
  }

  // From the path to its root.
  std::vector<std::string> chain(std::string_view path) const {
    std::vector<std::string> paths;
    for (NodeId node : need_chain(reach, image_.tree.find(path)))
      paths.push_back(image_.tree.path(node));
    return paths;
  }

  Reach reach;

 private:
  void add_facts(const TestEntry& entry) {
    std::vector<std::string_view> words = split_blanks(entry.line);
    if (words[0] != "file" && words[0] != "program") return;
    std::string path(words[1]);
    FileFacts file{path, entry.content.size(), words[0] == "program" ? 0755U : 0644U};
    bool is_read =
        wants_facts(file) && is_worth_facts(file, std::string_view(entry.content).substr(0, 512));
    if (is_read) facts_[path] = file_facts(file, entry.content);
  }

  void search(std::vector<ReachRoot> roots) {
    ReachInput input{image_.tree, config_, image_.catalog, std::move(roots), {}};
    input.facts = [this](EntryRef ref) -> std::string_view {
      const LayerIndex& layer = *image_.tree.layers[ref.layer];
      auto found = facts_.find(std::string(layer.path(layer.at(ref.entry))));
      return found == facts_.end() ? std::string_view() : found->second;
    };
    reach = find_reach(input);
  }

  bool is(std::string_view path, NeedLevel level) const {
    NodeId node = image_.tree.find(path);
    return node != kNoNode && reach.needs[static_cast<uint32_t>(node)].level == level;
  }

  Catalogued image_;
  ImageConfig config_;
  std::map<std::string, std::string> facts_;
};

inline RunConfig command(std::vector<std::string> words, std::string folder = "") {
  RunConfig run;
  run.cmd = std::move(words);
  run.working_dir = std::move(folder);
  return run;
}

}  // namespace whittle::test
