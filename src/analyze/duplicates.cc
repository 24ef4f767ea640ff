#include "analyze/duplicates.h"

#include <algorithm>
#include <tuple>

#include "analyze/accounts.h"

namespace whittle {

namespace {

struct Candidate {
  uint64_t size = 0;
  uint64_t hash = 0;
  uint32_t order = 0;  // by path
  EntryRef file;
};

const Entry& at(const MergedTree& tree, EntryRef ref) {
  return tree.layers[ref.layer]->at(ref.entry);
}

// The files of the tree, once each, of which another has the same size; by size, then by path.
std::vector<Candidate> same_sizes(const MergedTree& tree) {
  std::vector<std::vector<bool>> seen;
  for (const LayerIndex* layer : tree.layers) seen.emplace_back(layer->entries.size(), false);
  std::vector<Candidate> files;
  for (const TreeNode& node : tree.nodes) {
    if (node.is_implied) continue;
    EntryRef content = tree.content(node);
    const Entry& entry = at(tree, content);
    auto mark = seen[content.layer][static_cast<uint32_t>(content.entry)];
    if (!is_stored_file(entry) || entry.size_bytes == 0 || mark) continue;
    mark = true;
    files.push_back({entry.size_bytes, 0, static_cast<uint32_t>(files.size()), content});
  }
  std::sort(files.begin(), files.end(), [](const Candidate& a, const Candidate& b) {
    return a.size != b.size ? a.size < b.size : a.order < b.order;
  });
  std::vector<Candidate> shared;
  for (size_t i = 0; i < files.size(); ++i) {
    bool has_twin = (i > 0 && files[i - 1].size == files[i].size) ||
                    (i + 1 < files.size() && files[i + 1].size == files[i].size);
    if (has_twin) shared.push_back(files[i]);
  }
  return shared;
}

Status add_hashes(const MergedTree& tree,
                  const HashContents& hash_contents,
                  std::vector<Candidate>& files) {
  std::vector<EntryRef> unknown;
  std::vector<Candidate*> waiting;
  for (Candidate& file : files) {
    if (tree.layers[file.file.layer]->has_hashes) {
      file.hash = tree.layers[file.file.layer]->content_hash_of(at(tree, file.file));
    } else {
      unknown.push_back(file.file);
      waiting.push_back(&file);
    }
  }
  if (unknown.empty()) return {};
  TRY_ASSIGN(std::vector<uint64_t> hashes, hash_contents(unknown));
  for (size_t i = 0; i < waiting.size(); ++i) waiting[i]->hash = hashes[i];
  return {};
}

}  // namespace

Result<bool> find_duplicates(const MergedTree& tree,
                             const HashContents& hash_contents,
                             std::vector<std::vector<EntryAccount>>& accounts,
                             std::vector<std::string>& notes) {
  std::vector<Candidate> files = same_sizes(tree);
  Status hashed = add_hashes(tree, hash_contents, files);
  if (!hashed.ok() && hashed.error().kind() == ErrorKind::Cancelled)
    return std::move(hashed).error();
  if (!hashed.ok()) {
    notes.push_back("equal files at different paths were not looked for: " +
                    hashed.error().message());
    return false;
  }
  std::sort(files.begin(), files.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.size, a.hash, a.order) < std::tie(b.size, b.hash, b.order);
  });
  for (size_t i = 1; i < files.size(); ++i) {
    bool is_same = files[i].size == files[i - 1].size && files[i].hash == files[i - 1].hash;
    EntryRef ref = files[i].file;
    if (is_same) accounts[ref.layer][static_cast<uint32_t>(ref.entry)].is_duplicate = true;
  }
  return true;
}

}  // namespace whittle
