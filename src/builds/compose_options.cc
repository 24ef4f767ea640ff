#include "builds/compose_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace whittle {

namespace {

using Kind = YamlNode::Kind;
using Words = std::vector<std::string>;

// Keys that are a word of `docker run` and of `podman run`.
enum class OptionShape : uint8_t { Flag, Text, List, Pairs, Hosts, Limits };

struct RunOptionKey {
  std::string_view key;
  std::string_view option;
  OptionShape shape;
};

constexpr auto kOptions = std::to_array<RunOptionKey>({
    {"cap_add", "--cap-add", OptionShape::List},
    {"cap_drop", "--cap-drop", OptionShape::List},
    {"dns", "--dns", OptionShape::List},
    {"dns_opt", "--dns-option", OptionShape::List},
    {"dns_search", "--dns-search", OptionShape::List},
    {"extra_hosts", "--add-host", OptionShape::Hosts},
    {"group_add", "--group-add", OptionShape::List},
    {"hostname", "--hostname", OptionShape::Text},
    {"init", "--init", OptionShape::Flag},
    {"privileged", "--privileged", OptionShape::Flag},
    {"read_only", "--read-only", OptionShape::Flag},
    {"security_opt", "--security-opt", OptionShape::List},
    {"shm_size", "--shm-size", OptionShape::Text},
    {"stdin_open", "--interactive", OptionShape::Flag},
    {"stop_signal", "--stop-signal", OptionShape::Text},
    {"sysctls", "--sysctl", OptionShape::Pairs},
    {"ulimits", "--ulimit", OptionShape::Limits},
});

bool is_true(std::string_view text) {
  return text == "true" || text == "True" || text == "TRUE" || text == "yes" || text == "on";
}

const RunOptionKey* find_option(std::string_view key) {
  auto found = std::find_if(
      kOptions.begin(), kOptions.end(), [&](const RunOptionKey& row) { return row.key == key; });
  return found == kOptions.end() ? nullptr : &*found;
}

Status read_single(const RunOptionKey& row,
                   const YamlNode& node,
                   const ComposeScope& scope,
                   Words& options) {
  std::string prefix = std::string(row.option) + "=";
  std::erase_if(options, [&](const std::string& word) { return word.starts_with(prefix); });
  TRY_ASSIGN(std::string text, scope.text(node));
  if (row.shape == OptionShape::Flag) text = is_true(text) ? "true" : "";
  if (!text.empty()) options.push_back(prefix + text);
  return {};
}

Status read_ulimits(const YamlNode& node,
                    const ComposeScope& scope,
                    std::vector<std::string>& options) {
  for (const YamlField& field : compose_fields(node)) {
    std::string value;
    for (const char* key : {"soft", "hard"}) {
      const YamlNode* limit =
          field.value.kind == Kind::Mapping ? compose_member(field.value, key) : &field.value;
      if (limit == nullptr) return scope.bad(field.value, "a limit has `soft` and `hard`");
      TRY_ASSIGN(std::string text, scope.text(*limit));
      value += (value.empty() ? "" : ":") + text;
    }
    options.push_back(fmt::format("--ulimit={}={}", field.key.text, value));
  }
  return {};
}

// A list, or a mapping of names to values.
Status read_several(const RunOptionKey& row,
                    const YamlNode& node,
                    const ComposeScope& scope,
                    Words& options) {
  std::string prefix = std::string(row.option) + "=";
  bool is_host = row.shape == OptionShape::Hosts;
  if (node.kind != Kind::Mapping || row.shape == OptionShape::List) {
    TRY_ASSIGN(Words texts, scope.texts(node));
    for (std::string& text : texts) {
      size_t equals = is_host ? text.find('=') : std::string::npos;
      if (equals != std::string::npos) text[equals] = ':';
      options.push_back(prefix + text);
    }
    return {};
  }
  for (const YamlField& field : compose_fields(node)) {
    TRY_ASSIGN(std::string value, scope.text(field.value));
    options.push_back(prefix + field.key.text + (is_host ? ":" : "=") + value);
  }
  return {};
}

}  // namespace

bool is_run_option(std::string_view key) {
  return find_option(key) != nullptr;
}

Status read_run_option(std::string_view key,
                       const YamlNode& node,
                       const ComposeScope& scope,
                       std::vector<std::string>& options) {
  const RunOptionKey& row = *find_option(key);
  if (row.shape == OptionShape::Limits) return read_ulimits(node, scope, options);
  bool is_single = row.shape == OptionShape::Flag || row.shape == OptionShape::Text;
  return is_single ? read_single(row, node, scope, options)
                   : read_several(row, node, scope, options);
}

}  // namespace whittle
