#include "engine/slim_source.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string_view>

#include "base/strings.h"
#include "image/read.h"
#include "image/sources/sources.h"
#include "packages/catalog.h"
#include "packages/java_parts.h"
#include "reach/facts.h"
#include "reach/reach.h"
#include "slim/java_runtime.h"
#include "slim/plugins.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxDatabaseBytes = 64ULL << 20;
constexpr uint64_t kMaxEvidenceBytes = 256ULL << 20;  // all files together

// Of a path that several layers have, the topmost content.
struct Gathered {
  std::mutex mutex;
  std::atomic<uint64_t> evidence_bytes = 0;
  std::map<std::string, std::pair<size_t, std::string>, std::less<>> found;
};

ContentSubscriber gather_databases(Gathered& into) {
  ContentSubscriber subscriber;
  subscriber.wants = [&into](std::string_view path, uint64_t size) {
    if (wants_content(path)) return size <= kMaxDatabaseBytes;
    bool is_evidence = is_plugin_evidence(path, size) || is_java_runtime(path);
    return is_evidence && into.evidence_bytes.fetch_add(size) + size <= kMaxEvidenceBytes;
  };
  subscriber.max_bytes = kMaxEvidenceBytes;
  subscriber.receive = [&into](size_t layer, std::string_view path, std::string_view content) {
    std::lock_guard lock(into.mutex);
    auto [at, is_new] = into.found.try_emplace(std::string(path), layer, std::string(content));
    if (!is_new && layer >= at->second.first) at->second = {layer, std::string(content)};
  };
  return subscriber;
}

std::vector<ReachRoot> roots_of(const KeepRules& rules) {
  std::vector<ReachRoot> roots;
  for (const std::string& binary : rules.binaries) roots.push_back({binary, "--include-binary"});
  if (rules.keeps_shell) roots.push_back({"sh", "--keep-shell"});
  return roots;
}

FileRecord record_of(const TreePaths& paths, NodeId node) {
  EntryRef content = paths.tree().content(node);
  const LayerIndex& layer = *paths.tree().layers[content.layer];
  return read_record(
      layer.kept_content(content.entry, TopicId::Needs).value_or(std::string_view()));
}

// Calls with each part of a JDK that a needed file names, or is a program of.
template <typename Use>
void use_of_file(const TreePaths& paths, NodeId node, const Use& use) {
  FileRecord record = record_of(paths, node);
  for (const Fact& fact : record.facts) {
    bool is_part = fact.kind == FactKind::Key && fact.value.starts_with(kJavaPartKey) &&
                   fact.value.size() > kJavaPartKey.size();
    if (is_part) use(fact.value.substr(kJavaPartKey.size() + 1));
  }
  if (paths.name(paths.at(node).parent) != "bin") return;
  for (const JavaPart& part : java_parts()) {
    for (std::string_view program : split_blanks(part.programs)) {
      if (program == paths.name(node)) use(part.name);
    }
  }
}

}  // namespace

std::set<std::string_view> unused_java_parts(const SlimSource& source,
                                             const TreePaths& paths,
                                             const KeepSet& keep) {
  std::set<std::string_view> unused;
  for (const JavaPart& part : java_parts()) unused.insert(part.name);
  auto use = [&](std::string_view name) {
    std::erase_if(unused, [&](std::string_view part) { return part == name; });
  };
  const RunConfig& run = source.read->info.config.run;
  for (const auto* words : {&run.entrypoint, &run.cmd}) {
    for (const std::string& word : *words) {
      if (word.ends_with(".java")) use("tools");  // compiled as it starts
    }
  }
  for (uint32_t i = 0; i < keep.nodes.size(); ++i) {
    if (keep.nodes[i].is_kept && paths.is_file(NodeId{i})) use_of_file(paths, NodeId{i}, use);
  }
  return unused;
}

std::vector<NodeId> files_with_symbols(const TreePaths& paths) {
  std::vector<NodeId> found;
  for (uint32_t i = 0; i < paths.tree().nodes.size(); ++i) {
    if (!paths.is_file(NodeId{i})) continue;
    FileRecord record = record_of(paths, NodeId{i});
    bool has_symbols = std::any_of(record.facts.begin(), record.facts.end(), [](const Fact& fact) {
      return fact.kind == FactKind::Key && fact.value.starts_with(kSymbolBytesKey);
    });
    if (has_symbols) found.push_back(NodeId{i});
  }
  return found;
}

void find_needs(SlimSource& source,
                const KeepRules& rules,
                std::vector<NodeId> used,
                std::vector<NodeId> left_out) {
  const ReadImage& read = *source.read;
  ReachInput input{read.tree, read.info.config, read.packages(), roots_of(rules), {}};
  input.used = std::move(used);
  input.left_out = std::move(left_out);
  source.reach = find_reach(input);
}

Result<SlimSource> read_slim_source(const InspectOptions& options) {
  SlimSource source;
  TRY_ASSIGN(source.image, open_image(options.target, options.open));
  Gathered databases;
  ReadOptions reading;
  reading.limits = options.open.limits;
  reading.threads = options.threads;
  reading.verify = Verify::Always;
  reading.keep = {package_contents(kPackageDatabases | kPackageInventory), needed_contents()};
  reading.cancel = options.open.cancel;
  reading.progress = options.open.progress;
  reading.subscribers.push_back(gather_databases(databases));
  TRY_ASSIGN(source.read, read_image(*source.image, std::move(reading)));
  for (auto& [path, found] : databases.found) {
    if (source.read->tree.find(path) != kNoNode)
      source.contents.emplace(path, std::move(found.second));
  }
  return source;
}

}  // namespace whittle
