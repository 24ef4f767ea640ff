#include "model/reach.h"

#include <array>
#include <string_view>

namespace whittle {

namespace {

// The words before the cause's path, and those for a need without a cause; by NeedKind.
struct Wording {
  std::string_view of_cause;
  std::string_view alone;
};

constexpr std::array<Wording, 14> kWordings = {
    {{"", ""},
     {"asked for by", ""},
     {"folder of", "folder"},
     {"link on the way of", "link on the way"},
     {"interpreter of", "interpreter"},
     {"NEEDED by", "library"},
     {"opened by name in", "opened by name"},
     {"named in", "named"},
     {"run by", "run"},
     {"imported by", "imported"},
     {"configured in", "configured"},
     {"goes with", ""},
     {"in a folder that is read whole, of", "in a folder that is read whole"},
     {"application file, of", "application file"}}};

}  // namespace

std::string why(const MergedTree& tree, const Reach& reach, NodeId node) {
  const Need& need = reach.needs[static_cast<uint32_t>(node)];
  if (need.level == NeedLevel::None) return "";
  const Wording& words = kWordings[static_cast<size_t>(need.kind)];
  const std::string& note = reach.notes[need.note];
  std::string text;
  if (need.cause == kNoNode) {
    text = words.alone;
  } else {
    text = std::string(words.of_cause) + " " + tree.path(need.cause);
    if (need.line > 0) text += " line " + std::to_string(need.line);
  }
  if (!note.empty()) text += (text.empty() ? "" : ": ") + note;
  return text;
}

std::vector<NodeId> need_chain(const Reach& reach, NodeId node) {
  std::vector<NodeId> chain;
  while (node != kNoNode && chain.size() < reach.needs.size()) {
    const Need& need = reach.needs[static_cast<uint32_t>(node)];
    if (need.level == NeedLevel::None) break;
    chain.push_back(node);
    node = need.cause;
  }
  return chain;
}

}  // namespace whittle
