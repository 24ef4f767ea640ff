// An analysed image for the tests of formats, from a few lines of text: two base layers, package
// lists that a later layer deletes, and an application that a chown stores twice.
//   stored 68,164,400 bytes: base 5,852,400, own 62,312,000
//   lost   52,316,000 bytes: 43,300,000 deleted, 9,016,000 copied for their owner alone
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "image/read.h"
#include "model/analysis.h"

namespace whittle::test {

inline NameRef add_name(LayerIndex& index, std::string_view name) {
  NameRef ref{static_cast<uint32_t>(index.names.size()), static_cast<uint32_t>(name.size())};
  index.names += name;
  return ref;
}

// One line: "file PATH SIZE [UID]", "dir PATH", "symlink PATH TARGET", "hardlink PATH TARGET",
// "whiteout PATH", "opaque PATH".
inline void add_sample_entry(LayerIndex& index, std::string_view line) {
  std::vector<std::string_view> words = split_blanks(line);
  static const std::map<std::string_view, EntryType> kTypes = {{"dir", EntryType::Directory},
                                                               {"symlink", EntryType::Symlink},
                                                               {"hardlink", EntryType::Hardlink},
                                                               {"opaque", EntryType::Directory}};
  Entry entry;
  if (auto found = kTypes.find(words[0]); found != kTypes.end()) entry.type = found->second;
  entry.path = add_name(index, words[1]);
  entry.mode = entry.type == EntryType::Directory ? 0755 : 0644;
  if (words[0] == "whiteout") entry.role = EntryRole::Whiteout;
  if (words[0] == "opaque") entry.role = EntryRole::Opaque;
  if (words[0] == "file") entry.size_bytes = *parse_u64(words[2]);
  if (words[0] == "file" && words.size() > 3) {
    entry.uid = entry.gid = static_cast<uint32_t>(*parse_u64(words[3]));
  }
  if (words[0] == "symlink" || words[0] == "hardlink") {
    entry.mode = words[0] == "symlink" ? 0777 : 0644;
    NameRef target = add_name(index, words[2]);
    index.extra_of(entry).link_target = target;
  }
  index.entries.push_back(entry);
}

// The tree with the layers it refers to.
struct SampleTree {
  std::vector<LayerIndex> indexes;
  MergedTree tree;
};

inline std::shared_ptr<const MergedTree> sample_tree(const std::vector<std::string>& layers) {
  auto owner = std::make_shared<SampleTree>();
  for (size_t i = 0; i < layers.size(); ++i) {
    LayerIndex& index = owner->indexes.emplace_back();
    index.diff_id = "sha256:" + std::string(64, static_cast<char>('0' + i % 10));
    for (std::string_view line : split_lines(layers[i])) {
      if (!trim(line).empty()) add_sample_entry(index, trim(line));
    }
  }
  std::vector<const LayerIndex*> pointers;
  for (const LayerIndex& index : owner->indexes) pointers.push_back(&index);
  Result<MergedTree> merged = merge_layers(pointers);
  CHECK(merged.ok());
  owner->tree = std::move(*merged);
  return {owner, &owner->tree};
}

inline FileKind kind_named(std::string_view id) {
  for (size_t i = 0; i < file_kinds().size(); ++i) {
    if (file_kinds()[i].id == id) return static_cast<FileKind>(i);
  }
  return 0;
}

inline LossCause cause_of(Loss loss) {
  switch (loss) {
    case Loss::Kept:
      return LossCause::Kept;
    case Loss::Deleted:
      return LossCause::Deleted;
    case Loss::Replaced:
      return LossCause::MetadataOnly;
    case Loss::Shadowed:
      return LossCause::DuplicateEntry;
    case Loss::Hidden:
      return LossCause::HiddenByOpaque;
  }
  return LossCause::Kept;
}

// Accounts and sums of what the tree says, in place of those there are.
inline void account_sample(Analysis& analysis) {
  const MergedTree& tree = *analysis.tree;
  analysis.total = analysis.own = {};
  analysis.accounts.clear();
  analysis.packages.owners.clear();
  for (LayerFacts& facts : analysis.layers) {
    facts.entry_count = facts.file_count = facts.whiteout_count = 0;
    facts.content_bytes = facts.lost_bytes = facts.killed_bytes = 0;
  }
  analysis.accounts.resize(tree.layers.size());
  analysis.packages.owners.resize(tree.layers.size());
  for (size_t i = 0; i < tree.layers.size(); ++i) {
    const LayerIndex& index = *tree.layers[i];
    LayerFacts& facts = analysis.layers[i];
    analysis.packages.owners[i].assign(index.entries.size(), kNoPackage);
    for (size_t j = 0; j < index.entries.size(); ++j) {
      const Entry& entry = index.entries[j];
      EntryAccount& account = analysis.accounts[i].emplace_back();
      account.cause = cause_of(tree.loss[i][j]);
      if (account.cause != LossCause::Kept) account.killer = tree.killer[i][j];
      if (contains(index.path(entry), "apt/lists")) account.kind = kind_named("apt-lists");
      ++facts.entry_count;
      if (entry.role != EntryRole::Normal) ++facts.whiteout_count;
      if (entry.role != EntryRole::Normal || entry.type != EntryType::File) continue;
      ++facts.file_count;
      facts.content_bytes += entry.size_bytes;
      bool is_lost = account.cause != LossCause::Kept;
      if (is_lost) facts.lost_bytes += entry.size_bytes;
      if (is_lost) analysis.layers[account.killer].killed_bytes += entry.size_bytes;
      for (Account* sum : {&analysis.total, facts.is_base ? nullptr : &analysis.own}) {
        if (sum == nullptr) continue;
        sum->stored += entry.size_bytes;
        (is_lost ? sum->reclaimable : sum->final) += entry.size_bytes;
        sum->by_cause[static_cast<size_t>(account.cause)] += entry.size_bytes;
      }
    }
  }
}

inline const std::vector<std::string>& sample_layers() {
  static const std::vector<std::string> layers = {
      "dir bin\nfile bin/sh 125000\nsymlink bin/dash sh\ndir etc\nfile etc/passwd 900\n"
      "dir lib\nfile lib/libc.so.6 1900000\nfile usr/bin/perl 3800000\n"
      "file usr/share/doc/libc6/copyright 26000\n",
      "file etc/apt/sources.list 500\n",
      "dir var/lib/apt/lists\nfile var/lib/apt/lists/main_Packages 43300000\n",
      "file usr/bin/curl 280000\nfile usr/lib/libcurl.so.4 700000\nwhiteout var/lib/apt/lists\n",
      "dir app\nfile app/main.py 12000\nfile app/.git/pack 9000000\nfile app/static/site.css "
      "4000\n",
      "dir app\nfile app/main.py 12000 1000\nfile app/.git/pack 9000000 1000\n"
      "file app/static/site.css 4000 1000\n",
  };
  return layers;
}

inline LayerFacts sample_layer_facts(size_t i) {
  static const std::vector<std::string> commands = {"ADD rootfs.tar /",
                                                    "RUN echo deb > /etc/apt/sources.list",
                                                    "RUN apt-get update",
                                                    "RUN apt-get install -y curl && rm -rf "
                                                    "/var/lib/apt/lists/*",
                                                    "COPY . /app",
                                                    "RUN chown -R app /app"};
  LayerFacts facts;
  facts.diff_id = "sha256:" + std::string(64, static_cast<char>('0' + i));
  facts.blob_digest = "sha256:" + std::string(64, static_cast<char>('a' + i));
  facts.media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
  facts.compression = Compression::Gzip;
  facts.is_base = i < 2;
  facts.history_index = static_cast<int>(i);
  facts.command = commands[i];
  facts.created = "2026-11-02T10:00:00Z";
  if (i >= 2) {
    auto line = static_cast<uint32_t>(i == 4 ? 7 : i == 5 ? 8 : i + 1);
    facts.place = SourcePlace{"Dockerfile", line, line};
  }
  return facts;
}

inline ImageInfo sample_info() {
  ImageInfo info;
  info.source = "oci-archive";
  info.names = {"registry.example/shop:1.4"};
  info.annotations = {{"org.opencontainers.image.version", "1.4"}};
  info.manifest_digest = "sha256:" + std::string(64, '5');
  info.config_digest = "sha256:" + std::string(64, '6');
  info.config.platform = {"linux", "amd64", "", ""};
  info.config.created = "2026-11-02T10:15:30Z";
  info.config.run.user = "app";
  info.config.run.env = {"PATH=/usr/local/bin:/usr/bin:/bin", "MODE=production"};
  info.config.run.entrypoint = {"python3", "/app/main.py"};
  info.config.run.working_dir = "/app";
  info.config.run.exposed_ports = {"8080/tcp"};
  info.config.run.labels = {{"maintainer", "dev@example.org"}};
  info.layers.resize(6);
  return info;
}

inline std::vector<WasteItem> sample_waste() {
  WasteItem lists{"apt package lists, deleted in a later layer",
                  "/var/lib/apt/lists",
                  LossCause::Deleted,
                  kind_named("apt-lists"),
                  2,
                  3,
                  43'300'000,
                  14'000'000,
                  1,
                  false,
                  "Delete them in the RUN that makes them: put line 4's `rm -rf` into line 3."};
  WasteItem app{"files stored again for their owner or mode",
                "/app",
                LossCause::MetadataOnly,
                0,
                4,
                5,
                9'016'000,
                8'700'000,
                3,
                false,
                "Use `COPY --chown=app` in line 7 instead of the chown in line 8."};
  return {lists, app};
}

inline DiveCompat sample_dive() {
  DiveCompat dive;
  dive.efficiency = 0.7345;
  dive.size_bytes = 68'164'400;
  dive.user_size_bytes = 62'312'500;
  dive.wasted_bytes = 18'032'000;
  dive.wasted_user_percent = 18'032'000.0 / 62'312'500.0;
  dive.layer_bytes = {5'851'900, 500, 43'300'000, 980'000, 9'016'000, 9'016'000};
  dive.inefficient = {{"/app/.git/pack", 2, 18'000'000},
                      {"/app/main.py", 2, 24'000},
                      {"/app/static/site.css", 2, 8'000}};
  return dive;
}

inline Analysis sample_analysis() {
  Analysis analysis;
  analysis.target = "shop.tar";
  analysis.info = sample_info();
  analysis.tree = sample_tree(sample_layers());
  for (size_t i = 0; i < 6; ++i) {
    LayerFacts facts = sample_layer_facts(i);
    facts.compressed_bytes =
        std::vector<uint64_t>{2'100'000, 400, 14'000'000, 420'000, 8'700'000, 8'700'000}[i];
    facts.stored_blob_bytes = *facts.compressed_bytes;
    analysis.layers.push_back(std::move(facts));
  }
  analysis.base = {2,
                   "debian:bookworm",
                   "sha256:" + std::string(64, '7'),
                   BaseEvidence::Named,
                   "its first 2 diff ids are those of debian:bookworm"};
  account_sample(analysis);
  for (LayerFacts& facts : analysis.layers) facts.tar_bytes = facts.content_bytes + 10'240;
  analysis.distinct_blob_bytes = analysis.total.stored;
  analysis.compressed_bytes = 33'920'400;
  analysis.lost_compressed_bytes = 22'700'000;
  analysis.dive = sample_dive();
  analysis.waste = sample_waste();
  analysis.packages.packages = {
      {"deb", "curl", "7.88.1-10", "amd64", "", "", "var/lib/dpkg/status", 3, true, "", {}},
      {"deb", "libc6", "2.36-9", "amd64", "glibc", "", "var/lib/dpkg/status", 0, true, "", {}}};
  analysis.notes = {"layer 1 has no line: its instruction is not in the Dockerfile"};
  return analysis;
}

}  // namespace whittle::test
