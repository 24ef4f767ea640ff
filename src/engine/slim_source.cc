#include "engine/slim_source.h"

#include <atomic>
#include <mutex>
#include <string_view>

#include "image/read.h"
#include "image/sources/sources.h"
#include "packages/catalog.h"
#include "reach/reach.h"
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
    if (wants_content(path)) return true;
    return is_plugin_evidence(path, size) &&
           into.evidence_bytes.fetch_add(size) + size <= kMaxEvidenceBytes;
  };
  subscriber.max_bytes = kMaxDatabaseBytes;
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

}  // namespace

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
