#include "secrets/content.h"

#include <xxhash.h>

#include <cstdlib>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/stats.h"
#include "secrets/paths.h"
#include "secrets/records.h"

namespace whittle {

namespace {

// The same content comes again in other layers and under other names.
class SeenContents {
 public:
  // Null if it was not seen.
  const std::string* find(std::string_view content, uint64_t& key) {
    key = XXH3_64bits(content.data(), content.size());
    std::lock_guard lock(mutex_);
    auto at = seen_.find({key, content.size()});
    return at == seen_.end() ? nullptr : &at->second;
  }

  void add(uint64_t key, size_t size, std::string findings) {
    std::lock_guard lock(mutex_);
    if (seen_.size() < kMaxSeen) seen_.emplace(std::pair(key, size), std::move(findings));
  }

 private:
  static constexpr size_t kMaxSeen = 500'000;

  struct HashOfPair {
    size_t operator()(const std::pair<uint64_t, size_t>& key) const {
      return static_cast<size_t>(key.first ^ key.second);
    }
  };

  std::mutex mutex_;
  std::unordered_map<std::pair<uint64_t, size_t>, std::string, HashOfPair> seen_;
};

bool asks_for_paths(const SecretRuleSet& rules) {
  for (const SecretRule& rule : rules.rules) {
    if (!rule.path.empty()) return true;
  }
  for (const SecretAllowList& list : rules.allow) {
    if (!list.paths.empty()) return true;
  }
  return false;
}

std::string findings_of(const SecretScanner& scanner,
                        std::string_view path,
                        std::string_view content) {
  static Stat stat("search for secrets", true);
  ScopedTimer timer(stat);
  return write_hits(scanner.scan(path, content));
}

}  // namespace

ContentWish secret_contents(std::shared_ptr<const SecretScanner> scanner) {
  auto topic = std::make_shared<ContentTopic>();
  topic->id = TopicId::Secrets;
  constexpr size_t kVersionDigits = 8;
  topic->version = static_cast<uint32_t>(
      std::strtoul(scanner->version().substr(0, kVersionDigits).c_str(), nullptr, 16) | 1U);
  topic->wants = [scanner](const FileFacts& file, uint8_t /*sets*/) {
    bool is_wanted =
        may_hold_secrets(file.path, file.size_bytes) && scanner->is_looked_at(file.path);
    return is_wanted ? Keep::Extract : Keep::Nothing;
  };
  topic->is_worth_reading = [](const FileFacts& /*file*/, std::string_view beginning) {
    return may_hold_secrets(beginning);
  };
  auto seen = std::make_shared<SeenContents>();
  bool is_path_of_use = asks_for_paths(scanner->rules());
  topic->extract = [=](const FileFacts& file, std::string_view content) {
    if (is_path_of_use) return findings_of(*scanner, file.path, content);
    uint64_t key = 0;
    if (const std::string* known = seen->find(content, key)) return *known;
    std::string findings = findings_of(*scanner, file.path, content);
    seen->add(key, content.size(), findings);
    return findings;
  };
  return {topic, kSecretFindings};
}

}  // namespace whittle
