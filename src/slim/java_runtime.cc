#include "slim/java_runtime.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "packages/java_parts.h"
#include "slim/jimage.h"

namespace whittle {

namespace {

constexpr std::string_view kRuntime = "/lib/modules";
constexpr std::string_view kMagic = "\xda\xda\xfe\xca";
constexpr std::string_view kArchive = ".jsa";

template <typename Call>
void each_runtime(const TreePaths& paths, const FileContents& contents, const Call& call) {
  for (const auto& [path, bytes] : contents) {
    NodeId node = is_java_runtime(path) ? paths.tree().find(path) : kNoNode;
    if (node != kNoNode && paths.is_file(node) && bytes.starts_with(kMagic)) call(node, bytes);
  }
}

std::string number(uint64_t value) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  return bytes;
}

// An archive of class data notes the size of the runtime image it was made of and is passed over
// when that is another one: slower starts. Touched only when the place is beyond doubt.
std::string with_size(std::string_view archive, const std::string& from, const std::string& to) {
  std::string out(archive);
  size_t at = out.find(from);
  if (at != std::string::npos && out.find(from, at + 1) == std::string::npos)
    out.replace(at, from.size(), to);
  return out;
}

void add_archives(
    const TreePaths& paths, NodeId folder, uint64_t from, uint64_t to, NodeEdits& edits) {
  NodeId server = paths.child(folder, "server");
  if (server == kNoNode) return;
  for (NodeId child : paths.children(server)) {
    bool is_archive = paths.is_file(child) && paths.name(child).ends_with(kArchive);
    if (!is_archive) continue;
    edits[static_cast<uint32_t>(child)] = [from = number(from),
                                           to = number(to)](std::string_view content) {
      return with_size(content, from, to);
    };
  }
}

}  // namespace

bool is_java_runtime(std::string_view path) {
  return path.ends_with(kRuntime);
}

std::vector<NodeId> java_libraries(const TreePaths& paths,
                                   const FileContents& contents,
                                   const std::set<std::string_view>& without_parts) {
  std::vector<NodeId> found;
  each_runtime(paths, contents, [&](NodeId node, std::string_view /*bytes*/) {
    for (const JavaPart& part : java_parts()) {
      if (!without_parts.contains(part.name)) continue;
      for (std::string_view name : split_blanks(part.libraries)) {
        NodeId library = paths.child(paths.at(node).parent, name);
        if (library != kNoNode) found.push_back(library);
      }
    }
  });
  return found;
}

JavaEdits java_edits(const TreePaths& paths,
                     const FileContents& contents,
                     const std::set<std::string_view>& without_parts) {
  JavaEdits out;
  JimageFilter filter;
  filter.plain = {"java.base"};  // what every start reads
  for (const JavaPart& part : java_parts()) {
    if (!without_parts.contains(part.name)) continue;
    for (std::string_view module : split_blanks(part.modules)) filter.without.emplace(module);
  }
  each_runtime(paths, contents, [&](NodeId node, std::string_view bytes) {
    std::optional<std::string> filtered = filter_jimage(bytes, filter);
    if (!filtered || filtered->size() >= bytes.size()) return;
    auto content = std::make_shared<const std::string>(std::move(*filtered));
    out.edits[static_cast<uint32_t>(node)] = [content](std::string_view /*old*/) {
      return *content;
    };
    add_archives(paths, paths.at(node).parent, bytes.size(), content->size(), out.edits);
    out.notes.push_back(fmt::format(
        "{}: without what no program of the image names ({}), the rest compressed: {} -> {}; "
        "--keep-content keeps it whole",
        printable(paths.tree().path(node)),
        fmt::join(without_parts, ", "),
        format_bytes(bytes.size()),
        format_bytes(content->size())));
  });
  return out;
}

}  // namespace whittle
