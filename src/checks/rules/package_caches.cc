// Caches of package managers stay in layers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

constexpr auto kKinds = std::to_array<std::string_view>(
    {"apt-lists", "apt-archives", "apk-cache", "rpm-cache", "python-cache", "npm-cache"});

struct Cache {
  uint64_t files = 0;
  uint64_t bytes = 0;
};

// By the account of each file of each layer: also what a later layer deletes is in the image.
void run(const ImageFacts& facts, CheckSink& sink) {
  const Analysis& analysis = facts.analysis();
  for (uint32_t layer = 0; layer < analysis.accounts.size(); ++layer) {
    std::map<FileKind, Cache> caches;
    for (size_t i = 0; i < analysis.accounts[layer].size(); ++i) {
      const EntryAccount& account = analysis.accounts[layer][i];
      const Entry& entry = facts.tree().layers[layer]->entries[i];
      if (account.kind == 0 || entry.type != EntryType::File || entry.size_bytes == 0) continue;
      if (entry.role != EntryRole::Normal) continue;
      Cache& cache = caches[account.kind];
      ++cache.files;
      cache.bytes += entry.size_bytes;
    }
    for (const auto& [kind, cache] : caches) {
      const FileKindInfo& info = file_kinds()[kind];
      if (std::find(kKinds.begin(), kKinds.end(), info.id) == kKinds.end()) continue;
      sink.of_file("",
                   layer,
                   fmt::format("{}: {} in {}",
                               info.title,
                               format_bytes(cache.bytes),
                               count_of(cache.files, "file")));
    }
  }
}

}  // namespace

const ImageCheck kPackageCaches = {
    "package-caches",
    "caches of package managers stay in the image",
    RiskLevel::Low,
    "DKL-DI-0004 DKL-DI-0005",
    "",
    "They make the image bigger and tell of packages at a time that is over. Seen "
    "are the files themselves, whatever command made them.",
    "Leave none in the RUN that installs: rm -rf /var/lib/apt/lists/*, apk add --no-cache, "
    "dnf clean all, pip install --no-cache-dir, npm cache clean --force",
    run,
};

}  // namespace whittle
