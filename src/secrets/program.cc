#include "secrets/program.h"

#include <re2/re2.h>

#include <array>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr int kMaxGroups = 16;

re2::StringPiece piece_of(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

struct PatternProgram::State {
  std::string pattern;
  std::string group;
  std::once_flag once;
  std::unique_ptr<re2::RE2> program;
  std::string problem;
  int wanted = -1;  // the group, or -1 for the first that took part
  int groups = 0;   // asked for, with the whole match

  void compile() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_encoding(re2::RE2::Options::EncodingLatin1);  // bytes
    options.set_max_mem(64 << 20);
    program = std::make_unique<re2::RE2>(piece_of(pattern), options);
    if (!program->ok()) {
      problem = program->error();
      return;
    }
    groups = 1 + std::min(program->NumberOfCapturingGroups(), kMaxGroups - 1);
    choose_group();
  }

  void choose_group() {
    if (group.empty()) return;
    if (auto number = parse_u64(group); number && *number < static_cast<uint64_t>(groups)) {
      wanted = static_cast<int>(*number);
      return;
    }
    auto named = program->NamedCapturingGroups().find(group);
    if (named != program->NamedCapturingGroups().end() && named->second < groups) {
      wanted = named->second;
    } else {
      problem = "it has no group " + group;
    }
  }

  State& ready() {
    std::call_once(once, [this] { compile(); });
    return *this;
  }
};

PatternProgram::PatternProgram(std::string_view pattern, std::string_view group)
    : state_(std::make_unique<State>()) {
  state_->pattern = pattern;
  state_->group = group;
}

PatternProgram::PatternProgram(PatternProgram&&) noexcept = default;
PatternProgram::~PatternProgram() = default;

const std::string& PatternProgram::problem() const {
  return state_->ready().problem;
}

bool PatternProgram::find(std::string_view text,
                          size_t begin,
                          size_t end,
                          PatternMatch& match) const {
  const State& state = state_->ready();
  if (!state.problem.empty()) return false;
  std::array<re2::StringPiece, kMaxGroups> parts;
  bool is_found = state.program->Match(
      piece_of(text), begin, end, re2::RE2::UNANCHORED, parts.data(), state.groups);
  if (!is_found) return false;
  auto offset = [&](const char* at) { return static_cast<size_t>(at - text.data()); };
  match.begin = offset(parts[0].data());
  match.end = match.begin + parts[0].size();
  int chosen = state.wanted < 0 ? 0 : state.wanted;
  for (int i = 1; state.wanted < 0 && chosen == 0 && i < state.groups; ++i) {
    if (!parts[static_cast<size_t>(i)].empty()) chosen = i;
  }
  const re2::StringPiece& part = parts[static_cast<size_t>(chosen)];
  match.secret_begin = part.data() == nullptr ? match.begin : offset(part.data());
  match.secret_end = part.data() == nullptr ? match.end : match.secret_begin + part.size();
  return true;
}

bool PatternProgram::matches(std::string_view text) const {
  const State& state = state_->ready();
  return state.problem.empty() &&
         state.program->Match(piece_of(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

}  // namespace whittle
