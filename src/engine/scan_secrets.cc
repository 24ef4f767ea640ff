#include "engine/scan_secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "base/strings.h"
#include "base/thread_pool.h"
#include "context/context.h"
#include "context/context_reader.h"
#include "secrets/excerpt.h"
#include "secrets/paths.h"
#include "secrets/records.h"

namespace whittle {

namespace {

SecretFinding finding_of(const SecretHit& hit, const SecretScanner& scanner, SecretPlace place) {
  const SecretRule* rule = scanner.rules().find(hit.rule);
  if (rule == nullptr) rule = &kVariableRule;
  SecretFinding finding;
  finding.rule = hit.rule;
  finding.title = rule->title;
  finding.category = rule->category;
  finding.level = rule->level;
  finding.place = place;
  finding.line = hit.line;
  finding.column = hit.column;
  finding.masked = hit.masked;
  finding.fingerprint = secret_fingerprint(hit.rule, hit.digest);
  finding.suppressed = hit.suppressed;
  return finding;
}

std::string too_big_note(uint64_t count) {
  return fmt::format("{} over {} not searched for secrets",
                     count == 1 ? "1 file" : fmt::format("{} files", count),
                     format_bytes(kMaxSearchedBytes) + (count == 1 ? " was" : " were"));
}

bool is_assignment(std::string_view word) {
  size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  std::string_view name = word.substr(0, equals);
  return std::all_of(
      name.begin(), name.end(), [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; });
}

// Of an ENV or ARG line, and of the build arguments in front of a command.
std::vector<std::string_view> assignments_of(std::string_view command) {
  std::vector<std::string_view> found;
  std::vector<std::string_view> words = split_blanks(command);
  bool is_setting = !words.empty() && (words[0] == "ENV" || words[0] == "ARG");
  bool has_arguments = false;
  for (std::string_view word : words) {
    has_arguments = has_arguments || (word.size() > 1 && word[0] == '|' && is_digit(word[1]));
    if (has_arguments && word == "-c") break;
    if ((is_setting || has_arguments) && is_assignment(word)) found.push_back(word);
  }
  return found;
}

class ImageSearch {
 public:
  ImageSearch(const Analysis& analysis, const SecretScanner& scanner)
      : analysis_(analysis), scanner_(scanner) {}

  SecretFindings run() {
    for (uint32_t i = 0; i < analysis_.tree->layers.size(); ++i) add_layer(i);
    const ImageConfig& config = analysis_.info.config;
    for (const std::string& variable : config.run.env) {
      size_t equals = std::min(variable.find('='), variable.size());
      add_named(SecretPlace::Environment,
                variable.substr(0, equals),
                std::string_view(variable).substr(std::min(equals + 1, variable.size())));
    }
    for (const auto& [name, value] : config.run.labels) add_named(SecretPlace::Label, name, value);
    for (size_t i = 0; i < config.history.size(); ++i) add_history(i, config.history[i]);
    if (too_big_ > 0) result_.notes.push_back(too_big_note(too_big_));
    return std::move(result_);
  }

 private:
  void add_layer(uint32_t number) {
    const LayerIndex& layer = *analysis_.tree->layers[number];
    for (const Entry& entry : layer.entries) {
      too_big_ += entry.type == EntryType::File && entry.size_bytes > kMaxSearchedBytes ? 1U : 0U;
    }
    for (const KeptContent& kept : layer.kept) {
      if (kept.topic != TopicId::Secrets) continue;
      std::string_view records = std::string_view(layer.kept_bytes).substr(kept.offset, kept.size);
      for (const SecretHit& hit : read_hits(records)) add_file(number, kept.entry, hit);
    }
  }

  void add_file(uint32_t number, EntryId entry, const SecretHit& hit) {
    const MergedTree& tree = *analysis_.tree;
    const LayerIndex& layer = *tree.layers[number];
    SecretFinding finding = finding_of(hit, scanner_, SecretPlace::File);
    finding.path = layer.path(layer.at(entry));
    finding.layer = number;
    auto row = static_cast<uint32_t>(entry);
    finding.is_deleted = tree.loss[number][row] != Loss::Kept;
    if (finding.is_deleted) finding.deleted_in = tree.killer[number][row];
    if (finding.suppressed.empty()) finding.suppressed = why_harmless(finding.path);
    if (finding.suppressed.empty()) finding.suppressed = owner_of(finding.path, number, row);
    result_.findings.push_back(std::move(finding));
  }

  // What a package brings is everybody's. Its configuration is the image's own.
  std::string owner_of(std::string_view path, uint32_t layer, uint32_t entry) const {
    const PackageCatalog& catalog = analysis_.packages;
    bool is_configuration =
        path.starts_with("etc/") || path.starts_with("root/") || path.starts_with("home/");
    if (is_configuration || layer >= catalog.owners.size()) return "";
    if (entry >= catalog.owners[layer].size()) return "";
    uint32_t owner = catalog.owners[layer][entry];
    if (owner >= catalog.packages.size()) return "";
    return "it comes with the package " + catalog.packages[owner].name;
  }

  void add_named(SecretPlace place, std::string_view name, std::string_view value) {
    for (const SecretHit& hit : scanner_.scan_variable(name, value)) {
      seen_.insert(hit.digest);
      SecretFinding finding = finding_of(hit, scanner_, place);
      finding.name = name;
      result_.findings.push_back(std::move(finding));
    }
  }

  // Commands, and the values of build arguments that BuildKit writes in front of them:
  // "RUN |1 TOKEN=abc /bin/sh -c make". What stands in a variable too was told already.
  void add_history(size_t number, const HistoryEntry& entry) {
    std::vector<SecretHit> hits = scanner_.scan_small(entry.created_by);
    std::set<std::string> own;
    for (const SecretHit& hit : hits) own.insert(hit.digest);
    for (std::string_view assignment : assignments_of(entry.created_by)) {
      size_t equals = assignment.find('=');
      for (SecretHit& hit :
           scanner_.scan_variable(assignment.substr(0, equals), assignment.substr(equals + 1))) {
        if (own.insert(hit.digest).second) hits.push_back(std::move(hit));
      }
    }
    for (const SecretHit& hit : hits) {
      if (seen_.contains(hit.digest)) continue;
      SecretFinding finding = finding_of(hit, scanner_, SecretPlace::History);
      finding.history_index = static_cast<int>(number);
      finding.layer = layer_of(finding.history_index);
      result_.findings.push_back(std::move(finding));
    }
  }

  uint32_t layer_of(int history_index) const {
    for (uint32_t i = 0; i < analysis_.layers.size(); ++i) {
      if (analysis_.layers[i].history_index == history_index) return i;
    }
    return kNoLayer;
  }

  const Analysis& analysis_;
  const SecretScanner& scanner_;
  SecretFindings result_;
  std::set<std::string> seen_;  // digests of what variables and labels hold
  uint64_t too_big_ = 0;
};

}  // namespace

SecretFindings find_image_secrets(const Analysis& analysis, const SecretScanner& scanner) {
  return ImageSearch(analysis, scanner).run();
}

namespace {

std::string masked_variable(std::string_view name,
                            std::string_view value,
                            const SecretScanner& scanner) {
  if (scanner.scan_variable(name, value).empty()) return std::string(value);
  std::string masked = scanner.masked(value);
  return masked == value ? std::string(kSecretStars) : masked;
}

std::string masked_command(const std::string& command, const SecretScanner& scanner) {
  std::string masked = scanner.masked(command);
  for (std::string_view assignment : assignments_of(command)) {
    size_t equals = assignment.find('=');
    std::string_view name = assignment.substr(0, equals);
    std::string_view value = assignment.substr(equals + 1);
    std::string shown = masked_variable(name, value, scanner);
    if (shown != value) {
      masked = replace_all(masked, assignment, std::string(name) + "=" + shown);
    }
  }
  return masked;
}

}  // namespace

std::shared_ptr<const Analysis> without_secrets(std::shared_ptr<const Analysis> analysis,
                                                const SecretScanner& scanner) {
  auto changed = std::make_shared<Analysis>(*analysis);
  bool is_changed = false;
  auto set = [&](std::string& text, std::string masked) {
    is_changed = is_changed || masked != text;
    text = std::move(masked);
  };
  for (LayerFacts& layer : changed->layers)
    set(layer.command, masked_command(layer.command, scanner));
  ImageConfig& config = changed->info.config;
  for (HistoryEntry& entry : config.history)
    set(entry.created_by, masked_command(entry.created_by, scanner));
  for (std::string& variable : config.run.env) {
    size_t equals = variable.find('=');
    if (equals == std::string::npos) continue;
    std::string name = variable.substr(0, equals);
    set(variable,
        name + "=" + masked_variable(name, std::string_view(variable).substr(equals + 1), scanner));
  }
  for (auto& [name, value] : config.run.labels) set(value, masked_variable(name, value, scanner));
  if (!is_changed) return analysis;
  config.raw_json.clear();
  return changed;
}

namespace {

// As many readers as threads want one at the same time.
class FreeReaders {
 public:
  explicit FreeReaders(const BuildContext& context) : context_(context) {}

  Result<ContextReader> take() {
    std::lock_guard lock(mutex_);
    if (free_.empty()) return ContextReader::open(context_);
    ContextReader reader = std::move(free_.back());
    free_.pop_back();
    return reader;
  }

  void give_back(ContextReader reader) {
    std::lock_guard lock(mutex_);
    free_.push_back(std::move(reader));
  }

 private:
  const BuildContext& context_;
  std::mutex mutex_;
  std::vector<ContextReader> free_;
};

}  // namespace

Result<SecretFindings> find_context_secrets(const fs::path& folder,
                                            const SecretScanner& scanner,
                                            const Limits& limits,
                                            unsigned threads,
                                            const CancelToken& cancel) {
  TRY_ASSIGN(BuildContext context, read_context(folder, {}, limits, cancel));
  SecretFindings result;
  std::vector<const ContextFile*> files;
  uint64_t too_big = 0;
  for (const ContextFile& file : context.files) {
    if (file.type != ContextFileType::File || file.is_ignored) continue;
    too_big += file.size_bytes > kMaxSearchedBytes ? 1U : 0U;
    if (may_hold_secrets(file.path, file.size_bytes) && scanner.is_looked_at(file.path))
      files.push_back(&file);
  }
  std::vector<std::vector<SecretHit>> hits(files.size());
  FreeReaders readers(context);
  TRY(parallel_for(files.size(), threads, cancel, [&](size_t i) -> Status {
    TRY_ASSIGN(ContextReader reader, readers.take());
    Result<std::string_view> content = reader.read(files[i]->path, kMaxSearchedBytes);
    // A file that went away meanwhile, or must not be read, is none that a build would send.
    if (content.ok() && may_hold_secrets(content->substr(0, 512)))
      hits[i] = scanner.scan(files[i]->path, *content);
    readers.give_back(std::move(reader));
    return {};
  }));
  for (size_t i = 0; i < files.size(); ++i) {
    for (const SecretHit& hit : hits[i]) {
      SecretFinding& finding =
          result.findings.emplace_back(finding_of(hit, scanner, SecretPlace::Context));
      finding.path = files[i]->path;
      if (finding.suppressed.empty()) finding.suppressed = why_harmless(finding.path);
    }
  }
  if (too_big > 0) result.notes.push_back(too_big_note(too_big));
  return result;
}

}  // namespace whittle
