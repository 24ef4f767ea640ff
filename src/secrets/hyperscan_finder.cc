// All patterns in one pass by Hyperscan (or Vectorscan, which has the same interface). It tells
// where matches end; where they begin, RE2 finds around the end.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>

#include "base/stats.h"
#include "base/strings.h"
#include "codec/digest.h"
#include "secrets/finder.h"
#include "secrets/plain_spaces.h"

#if WHITTLE_HAS_HYPERSCAN
#include "secrets/hyperscan.h"
#endif

namespace whittle {

#if WHITTLE_HAS_HYPERSCAN

namespace {

// Matches of patterns without a bound are looked for this far around an end.
constexpr size_t kUnboundedWidth = 4096;
// RE2 reads at most so many bytes for each byte of a text, and this many more.
constexpr size_t kMaxConfirmRatio = 16;
constexpr size_t kMinConfirmBytes = 16 << 20;
constexpr uint64_t kMaxCachedBytes = 256ULL << 20;

using DatabasePtr = std::unique_ptr<hs_database_t, hs_error_t (*)(hs_database_t*)>;
using ScratchPtr = std::unique_ptr<hs_scratch_t, hs_error_t (*)(hs_scratch_t*)>;

DatabasePtr no_database() {
  return {nullptr, hyperscan().free_database};
}

// Patterns that are compiled together; `ids` are their numbers.
struct Selection {
  std::vector<const char*> patterns;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
};

void remove(Selection& selection, size_t i) {
  auto at = static_cast<std::ptrdiff_t>(i);
  selection.patterns.erase(selection.patterns.begin() + at);
  selection.flags.erase(selection.flags.begin() + at);
  selection.ids.erase(selection.ids.begin() + at);
}

// `culprit`: the place of the pattern that cannot be compiled; negative when it is none's fault.
DatabasePtr compile(const Selection& selection, int& culprit) {
  hs_database_t* database = nullptr;
  hs_compile_error_t* problem = nullptr;
  hs_error_t code = hyperscan().compile_multi(selection.patterns.data(),
                                              selection.flags.data(),
                                              selection.ids.data(),
                                              static_cast<unsigned>(selection.patterns.size()),
                                              HS_MODE_BLOCK,
                                              nullptr,
                                              &database,
                                              &problem);
  culprit = problem == nullptr ? -1 : problem->expression;
  if (problem != nullptr) hyperscan().free_compile_error(problem);
  if (code != HS_SUCCESS) return no_database();
  return {database, hyperscan().free_database};
}

// Compiles what can be: the others leave the selection.
DatabasePtr compile_most(Selection& selection) {
  static Stat stat("compile secret patterns", true);
  ScopedTimer timer(stat);
  while (!selection.ids.empty()) {
    int culprit = -1;
    DatabasePtr database = compile(selection, culprit);
    if (database != nullptr) return database;
    if (culprit < 0 || static_cast<size_t>(culprit) >= selection.ids.size()) break;
    remove(selection, static_cast<size_t>(culprit));
  }
  selection = {};
  return no_database();
}

// The widest match of a pattern; 0 where Hyperscan refuses it.
size_t width_of(const std::string& pattern) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* problem = nullptr;
  hs_error_t code = hyperscan().expression_info(pattern.c_str(), 0, &info, &problem);
  if (problem != nullptr) hyperscan().free_compile_error(problem);
  if (code != HS_SUCCESS || info == nullptr) return 0;
  // One that can match nothing at all says nothing.
  size_t width = info->min_width == 0 ? 0 : std::min<size_t>(info->max_width, kUnboundedWidth);
  free(info);
  return width;
}

// A compiled set of patterns, and how wide each matches: 0 for one that Hyperscan refuses.
struct CompiledSet {
  std::vector<size_t> widths;  // by the number of the pattern
  DatabasePtr database = no_database();
};

// A compiled set in a file: the digest of what follows, a line feed, the widths split by blanks, a
// line feed, the database.
class StoredSet {
 public:
  StoredSet(const std::vector<FinderPattern>& patterns, FinderScope scope, const fs::path& folder)
      : patterns_(patterns.size()) {
    if (folder.empty()) return;
    hs_platform_info_t platform{};
    if (hyperscan().populate_platform(&platform) != HS_SUCCESS) return;
    std::string key = fmt::format("{}\n{} {} {}\n",
                                  hyperscan().version(),
                                  platform.tune,
                                  platform.cpu_features,
                                  static_cast<int>(scope));
    for (const FinderPattern& pattern : patterns)
      key += fmt::format("{} {}\n", pattern.is_fixed_shape, with_plain_spaces(pattern.pattern));
    std::string name(digest_hex(digest_of(key)).substr(0, 32));
    file_ = folder / "secrets" / (name + ".hsdb");
  }

  // Without a database where none is stored.
  CompiledSet load() const {
    if (file_.empty()) return {};
    Result<std::string> bytes = read_file(file_, kMaxCachedBytes);
    if (!bytes) return {};
    auto [digest, rest] = split_line(*bytes);
    if (digest_of(rest) != digest) return {};
    auto [line, body] = split_line(rest);
    CompiledSet set;
    for (std::string_view word : split_blanks(line))
      set.widths.push_back(std::min<size_t>(parse_u64(word).value_or(0), kUnboundedWidth));
    if (set.widths.size() != patterns_) return {};
    hs_database_t* database = nullptr;
    if (hyperscan().deserialize_database(body.data(), body.size(), &database) != HS_SUCCESS)
      return {};
    set.database = {database, hyperscan().free_database};
    return set;
  }

  void store(const CompiledSet& set) const {
    char* bytes = nullptr;
    size_t size = 0;
    if (file_.empty() ||
        hyperscan().serialize_database(set.database.get(), &bytes, &size) != HS_SUCCESS) {
      return;
    }
    std::string body = fmt::format("{}\n", fmt::join(set.widths, " "));
    body.append(bytes, size);
    free(bytes);
    if (!make_dirs(file_.parent_path())) return;
    if (write_file_atomic(file_, digest_of(body) + "\n" + body)) remove_old();
  }

 private:
  // Rules change with versions and with users' files: the newest few stay.
  void remove_old() const {
    constexpr size_t kKept = 8;
    std::error_code ignored;
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(file_.parent_path(), ignored)) {
      if (entry.path().extension() == ".hsdb")
        files.emplace_back(entry.last_write_time(ignored), entry.path());
    }
    std::sort(files.rbegin(), files.rend());
    for (size_t i = kKept; i < files.size(); ++i) fs::remove(files[i].second, ignored);
  }

  // The first line, and all behind it.
  static std::pair<std::string_view, std::string_view> split_line(std::string_view text) {
    size_t end = std::min(text.find('\n'), text.size());
    return {text.substr(0, end), text.substr(std::min(end + 1, text.size()))};
  }

  fs::path file_;
  size_t patterns_;
};

// One set of patterns and the working memory that searches in it need, one for each at a time.
class CompiledPatterns {
 public:
  explicit CompiledPatterns(DatabasePtr database) : database_(std::move(database)) {}

  const hs_database_t* database() const { return database_.get(); }

  ScratchPtr take_scratch() const {
    std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      ScratchPtr scratch = std::move(free_.back());
      free_.pop_back();
      return scratch;
    }
    hs_scratch_t* scratch = nullptr;
    if (hyperscan().alloc_scratch(database_.get(), &scratch) != HS_SUCCESS) scratch = nullptr;
    return {scratch, hyperscan().free_scratch};
  }

  void give_back(ScratchPtr scratch) const {
    std::lock_guard lock(mutex_);
    free_.push_back(std::move(scratch));
  }

 private:
  DatabasePtr database_;
  mutable std::mutex mutex_;
  mutable std::vector<ScratchPtr> free_;
};

// One text's search: turns ends into matches.
class Confirmer {
 public:
  Confirmer(std::string_view text,
            const std::vector<FinderPattern>& patterns,
            const std::vector<size_t>& widths,
            const PatternFinder::OnMatch& on_match)
      : text_(text),
        patterns_(patterns),
        widths_(widths),
        on_match_(on_match),
        next_(patterns.size()),
        budget_(text.size() * kMaxConfirmRatio + kMinConfirmBytes) {}

  bool is_whole() const { return is_whole_; }

  // A match of the pattern ends at `end`: no match of it before the next one is missing. Whatever
  // begins before `next_` is part of an earlier match or was looked at in vain.
  void on_end(size_t pattern, size_t end) {
    size_t& next = next_[pattern];
    if (end <= next) return;
    size_t width = widths_[pattern];
    while (end > next) {
      size_t begin = std::max(next, end > width ? end - width : 0);
      size_t limit = std::min(text_.size(), end + width);
      if (!pay(limit - begin)) {
        next = SIZE_MAX;
        return;
      }
      PatternMatch match;
      if (!patterns_[pattern].program->find(text_, begin, limit, match)) {
        next = std::max(next, end);
        return;
      }
      next = std::max(match.end, match.begin + 1);
      if (match.end > match.begin && !on_match_(pattern, match)) next = SIZE_MAX;
    }
  }

 private:
  bool pay(size_t bytes) {
    is_whole_ = is_whole_ && bytes <= budget_;
    if (bytes > budget_) return false;
    budget_ -= bytes;
    return true;
  }

  std::string_view text_;
  const std::vector<FinderPattern>& patterns_;
  const std::vector<size_t>& widths_;
  const PatternFinder::OnMatch& on_match_;
  std::vector<size_t> next_;
  size_t budget_;
  bool is_whole_ = true;
};

CompiledSet compile(const std::vector<FinderPattern>& patterns, FinderScope scope) {
  CompiledSet set;
  set.widths.resize(patterns.size());
  std::vector<std::string> texts(patterns.size());
  Selection selection;
  for (size_t i = 0; i < patterns.size(); ++i) {
    if (scope != FinderScope::All && !patterns[i].is_fixed_shape) continue;
    texts[i] = with_plain_spaces(patterns[i].pattern);
    set.widths[i] = width_of(texts[i]);
    if (set.widths[i] == 0) continue;
    selection.patterns.push_back(texts[i].c_str());
    selection.flags.push_back(0);
    selection.ids.push_back(static_cast<unsigned>(i));
  }
  set.database = compile_most(selection);
  for (unsigned i = 0; i < patterns.size(); ++i) {
    if (!std::binary_search(selection.ids.begin(), selection.ids.end(), i)) set.widths[i] = 0;
  }
  return set;
}

// The patterns of one scope: most of them compiled, the others one by one.
class ScopeSearch {
 public:
  ScopeSearch(const std::vector<FinderPattern>& patterns, FinderScope scope, const fs::path& cache)
      : patterns_(patterns) {
    StoredSet stored(patterns, scope, cache);
    CompiledSet set = stored.load();
    if (set.database == nullptr) {
      set = compile(patterns, scope);
      if (set.database != nullptr) stored.store(set);
    }
    widths_ = std::move(set.widths);
    std::vector<FinderPattern> others;
    for (size_t i = 0; i < patterns.size(); ++i) {
      bool is_asked = scope == FinderScope::All || patterns[i].is_fixed_shape;
      if (!is_asked || widths_[i] != 0) continue;
      refused_.push_back(i);
      others.push_back(patterns[i]);
    }
    if (set.database != nullptr)
      compiled_ = std::make_unique<CompiledPatterns>(std::move(set.database));
    others_ = keyword_finder(std::move(others));
  }

  bool find(std::string_view text, const PatternFinder::OnMatch& on_match) const {
    bool is_whole = compiled_ == nullptr || find_by_end(text, on_match);
    if (refused_.empty()) return is_whole;
    auto on_other = [&](size_t pattern, const PatternMatch& match) {
      return on_match(refused_[pattern], match);
    };
    return others_->find(text, FinderScope::All, on_other) && is_whole;
  }

 private:
  static int on_end(unsigned id,
                    unsigned long long /*from*/,
                    unsigned long long to,
                    unsigned /*flags*/,
                    void* context) {
    static_cast<Confirmer*>(context)->on_end(id, static_cast<size_t>(to));
    return 0;
  }

  bool find_by_end(std::string_view text, const PatternFinder::OnMatch& on_match) const {
    if (text.size() > UINT32_MAX) return false;
    ScratchPtr scratch = compiled_->take_scratch();
    if (scratch == nullptr) return false;
    Confirmer confirmer(text, patterns_, widths_, on_match);
    hs_error_t code = hyperscan().scan(compiled_->database(),
                                       text.data(),
                                       static_cast<unsigned>(text.size()),
                                       0,
                                       scratch.get(),
                                       &on_end,
                                       &confirmer);
    compiled_->give_back(std::move(scratch));
    return code == HS_SUCCESS && confirmer.is_whole();
  }

  const std::vector<FinderPattern>& patterns_;
  std::vector<size_t> widths_;  // by the number of the pattern; 0: not compiled
  std::unique_ptr<CompiledPatterns> compiled_;
  std::vector<size_t> refused_;
  std::unique_ptr<PatternFinder> others_;
};

class HyperscanFinder : public PatternFinder {
 public:
  HyperscanFinder(std::vector<FinderPattern> patterns, fs::path cache)
      : patterns_(std::move(patterns)), cache_(std::move(cache)) {}

  bool find(std::string_view text, FinderScope scope, const OnMatch& on_match) const override {
    auto i = static_cast<size_t>(scope);
    std::call_once(once_[i],
                   [&] { searches_[i] = std::make_unique<ScopeSearch>(patterns_, scope, cache_); });
    return searches_[i]->find(text, on_match);
  }

 private:
  std::vector<FinderPattern> patterns_;
  fs::path cache_;
  mutable std::array<std::once_flag, 2> once_;
  mutable std::array<std::unique_ptr<ScopeSearch>, 2> searches_;
};

}  // namespace

std::unique_ptr<PatternFinder> hyperscan_finder(std::vector<FinderPattern> patterns,
                                                const fs::path& cache) {
  bool is_usable = hyperscan().status.ok() && hyperscan().valid_platform() == HS_SUCCESS;
  if (!is_usable) return nullptr;
  return std::make_unique<HyperscanFinder>(std::move(patterns), cache);
}

#else

std::unique_ptr<PatternFinder> hyperscan_finder(std::vector<FinderPattern> /*patterns*/,
                                                const fs::path& /*cache*/) {
  return nullptr;
}

#endif

}  // namespace whittle
