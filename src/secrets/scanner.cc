#include "secrets/scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/strings.h"
#include "codec/digest.h"
#include "secrets/excerpt.h"
#include "secrets/finder.h"
#include "secrets/judge.h"
#include "secrets/text_view.h"

namespace whittle {

const SecretRule kVariableRule = [] {
  SecretRule rule;
  rule.id = "secret-in-variable";
  rule.title = "Variable whose name says that it holds a secret";
  rule.category = "Generic";
  rule.level = RiskLevel::Medium;
  return rule;
}();

namespace {

constexpr size_t kDigestDigits = 16;
constexpr std::string_view kAllowComments[] = {"whittle:allow-secret", "gitleaks:allow"};

std::string short_digest(std::string_view secret) {
  return std::string(digest_hex(digest_of(secret)).substr(0, kDigestDigits));
}

struct AllowPrograms {
  const SecretAllowList* list = nullptr;
  std::vector<PatternProgram> paths;
  std::vector<PatternProgram> patterns;
};

bool any_matches(const std::vector<PatternProgram>& programs, std::string_view text) {
  return std::any_of(programs.begin(), programs.end(), [&](const PatternProgram& program) {
    return program.matches(text);
  });
}

// What one pattern took of one text.
struct Found {
  size_t rule = 0;
  PatternMatch match;
  std::string suppressed;

  ByteRange secret() const { return {match.secret_begin, match.secret_end}; }
};

// One content while it is searched.
struct Search {
  std::string_view path;
  std::string_view text;
  std::optional<std::string> lower;  // made when a keyword is asked for
  std::vector<Found> found;
  std::unordered_map<size_t, size_t> count;  // by rule
};

class RuleScanner : public SecretScanner {
 public:
  RuleScanner(SecretRuleSet rules, const SecretScannerOptions& options)
      : rules_(std::move(rules)), version_(version_of(rules_)) {
    programs_.reserve(rules_.rules.size());
    path_programs_.reserve(rules_.rules.size());
    for (const SecretRule& rule : rules_.rules) {
      programs_.emplace_back(rule.pattern, rule.pattern.empty() ? "" : rule.group);
      path_programs_.emplace_back(rule.path);
    }
    std::vector<FinderPattern> patterns;
    for (size_t i = 0; i < rules_.rules.size(); ++i) {
      const SecretRule& rule = rules_.rules[i];
      if (rule.pattern.empty()) continue;
      patterns.push_back({rule.pattern, rule.keywords, rule.is_fixed_shape, &programs_[i]});
      rule_of_pattern_.push_back(i);
    }
    if (options.engine == SecretEngine::Fastest) {
      finder_ = hyperscan_finder(patterns, options.cache);
    }
    small_finder_ = keyword_finder(std::move(patterns));
    for (const std::string& pattern : rules_.skip) skip_.emplace_back(pattern);
    for (const SecretAllowList& list : rules_.allow) {
      AllowPrograms& programs = allow_.emplace_back();
      programs.list = &list;
      for (const std::string& pattern : list.paths) programs.paths.emplace_back(pattern);
      for (const std::string& pattern : list.patterns) programs.patterns.emplace_back(pattern);
    }
  }

  // The first pattern that is none.
  Status check() const {
    for (size_t i = 0; i < rules_.rules.size(); ++i) {
      const SecretRule& rule = rules_.rules[i];
      for (const PatternProgram* program : {&programs_[i], &path_programs_[i]}) {
        if (!program->problem().empty())
          return Error(
              ErrorKind::Invalid,
              fmt::format("rule {}: {}", printable(rule.id), printable(program->problem())));
      }
    }
    for (const AllowPrograms& allow : allow_) {
      for (const auto* programs : {&allow.paths, &allow.patterns}) TRY(check(*programs));
    }
    return check(skip_);
  }

  std::vector<SecretHit> scan(std::string_view path, std::string_view content) const override {
    SearchText view;
    view_as_text(content, view);
    Search search;
    search.path = path;
    search.text = view.text;
    FinderScope scope = view.is_binary ? FinderScope::FixedShapes : FinderScope::All;
    const PatternFinder& finder = finder_ == nullptr ? *small_finder_ : *finder_;
    std::vector<SecretHit> hits = find(search, finder, scope);
    add_path_hits(path, hits);
    return hits;
  }

  std::vector<SecretHit> scan_small(std::string_view text) const override {
    Search search;
    search.text = text;
    return find(search, *small_finder_, FinderScope::All);
  }

  std::vector<SecretHit> scan_variable(std::string_view name,
                                       std::string_view value) const override {
    std::string text = fmt::format("{}={}", name, value);
    std::vector<SecretHit> hits = scan_small(text);
    if (!hits.empty() || !names_secret(name) || !is_value_of_secret(value)) return hits;
    SecretHit& hit = hits.emplace_back();
    hit.rule = kVariableRule.id;
    hit.line = 1;
    hit.column = static_cast<uint32_t>(name.size()) + 2;
    ByteRange secret{name.size() + 1, text.size()};
    hit.masked = masked_excerpt(text, secret, {secret});
    hit.digest = short_digest(value);
    return hits;
  }

  std::string masked(std::string_view text) const override {
    Search search;
    search.text = text;
    find(search, *small_finder_, FinderScope::All);
    std::string out;
    size_t at = 0;
    for (const Found& found : search.found) {
      out += text.substr(at, found.match.secret_begin - at);
      out += kSecretStars;
      at = found.match.secret_end;
    }
    return out + std::string(text.substr(at));
  }

  bool is_looked_at(std::string_view path) const override { return !any_matches(skip_, path); }

  const SecretRuleSet& rules() const override { return rules_; }

  const std::string& version() const override { return version_; }

 private:
  static Status check(const std::vector<PatternProgram>& programs) {
    for (const PatternProgram& program : programs) {
      if (!program.problem().empty())
        return Error(ErrorKind::Invalid, printable(program.problem()));
    }
    return {};
  }

  // The last word of the name counts: PASSWORD_FILE is a path, TOKEN_URL an address.
  static bool names_secret(std::string_view name) {
    static constexpr std::string_view kEnds[] = {"password",
                                                 "passwd",
                                                 "passphrase",
                                                 "secret",
                                                 "token",
                                                 "apikey",
                                                 "api_key",
                                                 "access_key",
                                                 "secret_key",
                                                 "private_key",
                                                 "auth_key",
                                                 "credentials",
                                                 "_pass",
                                                 "_pwd"};
    std::string lower = to_lower(name);
    std::replace_if(
        lower.begin(), lower.end(), [](char c) { return c == '.' || c == '-'; }, '_');
    return std::any_of(std::begin(kEnds), std::end(kEnds), [&](std::string_view end) {
      return lower.ends_with(end);
    });
  }

  static bool is_value_of_secret(std::string_view value) {
    static constexpr std::string_view kNone[] = {
        "", "0", "1", "yes", "no", "true", "false", "null", "none", "random", "on", "off"};
    std::string lower = to_lower(value);
    bool is_word = std::find(std::begin(kNone), std::end(kNone), lower) != std::end(kNone);
    return !is_word && value.front() != '/' && value.front() != '$' && value.front() != '<' &&
           !contains(value, "://") && value.size() <= 4096;
  }

  std::vector<SecretHit> find(Search& search,
                              const PatternFinder& finder,
                              FinderScope scope) const {
    finder.find(search.text, scope, [&](size_t pattern, const PatternMatch& match) {
      return take(search, rule_of_pattern_[pattern], match);
    });
    return hits_of(search);
  }

  // False when no more matches of the rule are wanted.
  bool take(Search& search, size_t number, const PatternMatch& match) const {
    const SecretRule& rule = rules_.rules[number];
    if (!is_for(number, search.path) || !has_keyword(search, rule, match)) return false;
    std::string_view secret = part(search.text, {match.secret_begin, match.secret_end});
    if (secret.empty() || entropy_of(secret) < rule.min_entropy) return true;
    if (rule.min_turns > 0 &&
        (is_placeholder(secret) || !looks_like_secret(secret, rule.min_turns))) {
      return true;
    }
    search.found.push_back({number, match, why_suppressed(search, rule, match)});
    return ++search.count[number] < kMaxHitsPerRule;
  }

  static std::string_view part(std::string_view text, ByteRange range) {
    return text.substr(range.begin, range.end - range.begin);
  }

  bool is_for(size_t number, std::string_view path) const {
    return rules_.rules[number].path.empty() || path_programs_[number].matches(path);
  }

  static bool has_keyword(Search& search, const SecretRule& rule, const PatternMatch& match) {
    if (rule.keywords.empty()) return true;
    auto is_in = [&](const std::string& text) {
      return std::any_of(rule.keywords.begin(), rule.keywords.end(), [&](const std::string& word) {
        return contains(text, word);
      });
    };
    if (is_in(to_lower(part(search.text, {match.begin, match.end})))) return true;
    if (!search.lower) search.lower = to_lower(search.text);
    return is_in(*search.lower);
  }

  std::string why_suppressed(const Search& search,
                             const SecretRule& rule,
                             const PatternMatch& match) const {
    std::string_view secret = part(search.text, {match.secret_begin, match.secret_end});
    if (rules_.judges_examples) {
      if (is_known_example(secret)) return "an example of documentation";
      if (is_placeholder(secret)) return "a placeholder";
    }
    for (size_t at : {match.begin, match.secret_end}) {
      std::string_view line = line_around(search.text, at);
      for (std::string_view comment : kAllowComments) {
        if (contains(line, comment)) return fmt::format("allowed by `{}` in its line", comment);
      }
    }
    for (const AllowPrograms& allow : allow_) {
      if (allows(allow, search, rule, match)) return "allowed by " + allow.list->name;
    }
    return "";
  }

  static bool allows(const AllowPrograms& allow,
                     const Search& search,
                     const SecretRule& rule,
                     const PatternMatch& match) {
    const SecretAllowList& list = *allow.list;
    const std::vector<std::string>& only = list.only_rules;
    if (!only.empty() && std::find(only.begin(), only.end(), rule.id) == only.end()) return false;
    std::string_view secret = part(search.text, {match.secret_begin, match.secret_end});
    std::string_view target = secret;
    if (list.target == AllowTarget::Match) target = part(search.text, {match.begin, match.end});
    if (list.target == AllowTarget::Line) target = line_around(search.text, match.secret_begin);
    std::vector<bool> answers;
    if (!allow.paths.empty()) answers.push_back(any_matches(allow.paths, search.path));
    if (!allow.patterns.empty()) {
      answers.push_back(list.target == AllowTarget::Block
                            ? is_in_block(allow.patterns, search.text, match)
                            : any_matches(allow.patterns, target));
    }
    if (!list.stop_words.empty()) answers.push_back(has_stop_word(list, secret));
    auto is_true = [](bool answer) { return answer; };
    return list.needs_all ? !answers.empty() && std::all_of(answers.begin(), answers.end(), is_true)
                          : std::any_of(answers.begin(), answers.end(), is_true);
  }

  static bool is_in_block(const std::vector<PatternProgram>& programs,
                          std::string_view text,
                          const PatternMatch& match) {
    for (const PatternProgram& program : programs) {
      PatternMatch block;
      for (size_t at = 0; at <= match.begin && program.find(text, at, text.size(), block);
           at = std::max(block.end, block.begin + 1)) {
        if (block.begin <= match.secret_begin && match.secret_end <= block.end) return true;
      }
    }
    return false;
  }

  static bool has_stop_word(const SecretAllowList& list, std::string_view secret) {
    std::string lower = to_lower(secret);
    return std::any_of(list.stop_words.begin(),
                       list.stop_words.end(),
                       [&](const std::string& word) { return contains(lower, to_lower(word)); });
  }

  // Of findings that share bytes of a secret, the one that says most stays.
  void drop_overlapping(std::vector<Found>& found) const {
    auto rank = [this](const Found& one) {
      const SecretRule& rule = rules_.rules[one.rule];
      return std::tuple(
          rule.min_turns > 0, -static_cast<int>(rule.level), one.rule, one.match.secret_begin);
    };
    std::sort(found.begin(), found.end(), [&](const Found& a, const Found& b) {
      return rank(a) < rank(b);
    });
    std::vector<Found> kept;
    std::set<std::pair<size_t, size_t>> taken;  // ranges by begin, none overlap
    for (Found& one : found) {
      ByteRange range = one.secret();
      auto next = taken.upper_bound({range.begin, SIZE_MAX});
      bool is_taken = next != taken.end() && next->first < range.end;
      if (next != taken.begin()) is_taken = is_taken || std::prev(next)->second > range.begin;
      if (is_taken) continue;
      taken.insert({range.begin, range.end});
      kept.push_back(std::move(one));
    }
    found = std::move(kept);
  }

  std::vector<SecretHit> hits_of(Search& search) const {
    drop_overlapping(search.found);
    std::sort(search.found.begin(), search.found.end(), [](const Found& a, const Found& b) {
      return a.match.secret_begin < b.match.secret_begin;
    });
    std::vector<ByteRange> secrets;
    for (const Found& found : search.found) secrets.push_back(found.secret());
    if (search.found.size() > kMaxHitsPerContent) search.found.resize(kMaxHitsPerContent);
    LineCounter lines(search.text);
    std::vector<SecretHit> hits;
    for (Found& found : search.found) {
      LinePlace place = lines.at(found.match.secret_begin);
      SecretHit& hit = hits.emplace_back();
      hit.rule = rules_.rules[found.rule].id;
      hit.line = place.line;
      hit.column = place.column;
      hit.masked = masked_excerpt(search.text, found.secret(), secrets);
      hit.digest = short_digest(part(search.text, found.secret()));
      hit.suppressed = std::move(found.suppressed);
    }
    return hits;
  }

  void add_path_hits(std::string_view path, std::vector<SecretHit>& hits) const {
    for (size_t i = 0; i < rules_.rules.size(); ++i) {
      const SecretRule& rule = rules_.rules[i];
      if (!rule.pattern.empty() || rule.path.empty() || !path_programs_[i].matches(path)) continue;
      SecretHit hit;
      hit.rule = rule.id;
      hit.masked = "the file itself";
      hit.digest = short_digest(path);
      hits.insert(hits.begin(), std::move(hit));
    }
  }

  SecretRuleSet rules_;
  std::string version_;
  std::vector<PatternProgram> programs_;
  std::vector<PatternProgram> path_programs_;
  std::vector<size_t> rule_of_pattern_;
  std::vector<PatternProgram> skip_;
  std::vector<AllowPrograms> allow_;
  std::unique_ptr<PatternFinder> finder_;        // null where only the other one is
  std::unique_ptr<PatternFinder> small_finder_;  // ready at once
};

}  // namespace

Result<std::shared_ptr<const SecretScanner>> SecretScanner::make(SecretRuleSet rules,
                                                                 SecretScannerOptions options) {
  auto scanner = std::make_shared<RuleScanner>(std::move(rules), options);
  TRY(scanner->check());
  return std::shared_ptr<const SecretScanner>(std::move(scanner));
}

std::shared_ptr<const SecretScanner> SecretScanner::built_in(SecretScannerOptions options) {
  return std::make_shared<RuleScanner>(default_secret_rules(), options);
}

}  // namespace whittle
