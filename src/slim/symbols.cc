#include "slim/symbols.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "slim/layer_filter.h"
#include "slim/strip_elf.h"

namespace whittle {

namespace {

// Behind the name of a file that vouches for another one.
constexpr std::string_view kVouchers[] = {
    ".asc", ".hmac", ".md5", ".minisig", ".sha1", ".sha256", ".sha512", ".sig", ".sign"};

}  // namespace

// OpenSSL's fips.so is measured by a file elsewhere; fipscheck's sums lie in a folder or begin with
// a dot.
bool SymbolStripper::is_vouched_for(NodeId node) const {
  const TreeNode& at = paths_.at(node);
  std::string name(paths_.name(node));
  if (name == "fips.so") return true;
  if (paths_.child(at.parent, "." + name + ".hmac") != kNoNode) return true;
  NodeId sums = paths_.child(at.parent, "fipscheck");
  if (sums != kNoNode && paths_.child(sums, name + ".hmac") != kNoNode) return true;
  for (std::string_view ending : kVouchers) {
    if (paths_.child(at.parent, name + std::string(ending)) != kNoNode) return true;
  }
  const LayerIndex& layer = *paths_.tree().layers[at.entry.layer];
  for (const Xattr& xattr : layer.xattrs_of(layer.at(at.entry.entry))) {
    std::string_view key = layer.name(xattr.name);
    if (key == "security.ima" || key == "security.evm") return true;
  }
  return false;
}

Status SymbolStripper::look_at(const std::vector<EntryRef>& files, ContentOptions options) {
  options.max_bytes = kMaxEditedBytes;
  return each_content(image_,
                      paths_.tree().layers,
                      files,
                      options,
                      [&](EntryRef file, const std::string& content) -> Status {
                        std::optional<std::string> without = strip_elf(content);
                        known_[{file.layer, file.entry}] = {
                            content.size(), without ? without->size() : content.size()};
                        return {};
                      });
}

Result<NodeEdits> SymbolStripper::edits(const KeepSet& keep,
                                        const std::vector<NodeId>& files,
                                        const ContentOptions& options) {
  std::map<ContentKey, std::vector<NodeId>> found;
  std::set<ContentKey> vouched;
  for (NodeId node : files) {
    if (!keep.at(node).is_kept) continue;
    EntryRef content = paths_.tree().content(node);
    ContentKey key{content.layer, content.entry};
    found[key].push_back(node);
    if (is_vouched_for(node) || paths_.size_of(node) > kMaxEditedBytes) vouched.insert(key);
  }
  std::vector<EntryRef> unknown;
  for (const auto& [key, nodes] : found) {
    if (!known_.contains(key) && !vouched.contains(key)) unknown.push_back({key.first, key.second});
  }
  TRY(look_at(unknown, options));
  NodeEdits edits;
  Sizes sum;
  size_t count = 0;
  for (const auto& [key, nodes] : found) {
    const Sizes sizes = vouched.contains(key) ? Sizes() : known_[key];
    if (sizes.after >= sizes.before) continue;
    ++count;
    sum.before += sizes.before;
    sum.after += sizes.after;
    for (NodeId node : nodes) {
      edits[static_cast<uint32_t>(node)] = [](std::string_view content) {
        std::optional<std::string> without = strip_elf(content);
        return without ? *std::move(without) : std::string(content);
      };
    }
  }
  note_.clear();
  if (count > 0) {
    note_ = fmt::format(
        "{} without symbol tables and debug sections, which only debuggers read: {} -> {}; "
        "--keep-content keeps them",
        count_of(count, "program"),
        format_bytes(sum.before),
        format_bytes(sum.after));
  }
  return edits;
}

}  // namespace whittle
