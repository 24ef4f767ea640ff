#include "lint/image_names.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c);
}

// Lower-case letters and digits, with '.', '_', '__' or dashes between them.
bool is_path_part(std::string_view part) {
  if (part.empty() || !is_word_char(part.front()) || !is_word_char(part.back())) return false;
  for (size_t i = 1; i < part.size(); ++i) {
    if (is_word_char(part[i]) || part[i] == '-') continue;
    if (part[i] == '.' && is_word_char(part[i - 1])) continue;
    bool is_underscore = part[i] == '_' && (is_word_char(part[i - 1]) ||
                                            (part[i - 1] == '_' && is_word_char(part[i - 2])));
    if (!is_underscore) return false;
  }
  return true;
}

bool is_tag(std::string_view tag) {
  constexpr size_t kMaxTag = 128;
  if (tag.empty() || tag.size() > kMaxTag || tag[0] == '.' || tag[0] == '-') return false;
  return std::all_of(tag.begin(), tag.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
  });
}

bool is_digest(std::string_view digest) {
  size_t colon = digest.find(':');
  return colon != digest.npos && colon > 0 && digest.size() - colon > 32;
}

bool is_registry(std::string_view part) {
  return contains(part, ".") || contains(part, ":") || part == "localhost" ||
         to_lower(part) != part;
}

// A host and a port.
bool is_registry_name(std::string_view registry) {
  return !registry.empty() && std::all_of(registry.begin(), registry.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  });
}

}  // namespace

ImageName split_image_name(std::string_view name) {
  ImageName image;
  if (size_t at = name.find('@'); at != name.npos) {
    image.digest = name.substr(at + 1);
    name = name.substr(0, at);
  }
  size_t slash = name.rfind('/');
  size_t colon = name.rfind(':');
  if (colon != name.npos && (slash == name.npos || colon > slash)) {
    image.tag = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
  image.registry = "docker.io";
  size_t first = name.find('/');
  if (first != name.npos && is_registry(name.substr(0, first))) {
    image.registry = name.substr(0, first);
    name = name.substr(first + 1);
  }
  image.repository = name;
  return image;
}

bool is_valid_image_name(std::string_view name) {
  ImageName image = split_image_name(name);
  bool has_tag = !image.tag.empty();
  std::string_view plain = name.substr(0, name.find('@'));
  if (!plain.empty() && plain.back() == ':') return false;
  if (contains(name, "@") && !is_digest(image.digest)) return false;
  if (has_tag && !is_tag(image.tag)) return false;
  if (!is_registry_name(image.registry)) return false;
  std::vector<std::string_view> parts = split(image.repository, '/');
  return std::all_of(parts.begin(), parts.end(), is_path_part);
}

std::map<std::string, std::optional<std::string>> global_args(const LintInput& input) {
  std::map<std::string, std::optional<std::string>> args = {
      {"BUILDPLATFORM", "linux/amd64"},
      {"BUILDOS", "linux"},
      {"BUILDOSVERSION", ""},
      {"BUILDARCH", "amd64"},
      {"BUILDVARIANT", ""},
      {"TARGETPLATFORM", "linux/amd64"},
      {"TARGETOS", "linux"},
      {"TARGETOSVERSION", ""},
      {"TARGETARCH", "amd64"},
      {"TARGETVARIANT", ""},
      {"TARGETSTAGE", "default"},
  };
  Lookup lookup = [&](std::string_view name) -> std::optional<std::string> {
    auto found = args.find(std::string(name));
    return found == args.end() ? std::nullopt : found->second;
  };
  for (const Instruction& instruction : input.file->instructions) {
    if (instruction.stage != Instruction::kNoStage) break;
    if (instruction.kind != InstructionKind::Arg) continue;
    for (const KeyValue& pair : instruction.pairs) {
      std::optional<std::string>& value = args.try_emplace(pair.key).first->second;
      if (!pair.has_value) continue;
      Result<Expansion> expansion = expand_word(pair.value, input.file->escape, lookup);
      value = expansion.ok() ? expansion->text : pair.value;
    }
  }
  return args;
}

Result<Expansion> expand_with_defaults(const LintInput& input, std::string_view word) {
  std::map<std::string, std::optional<std::string>> args = global_args(input);
  return expand_word(word, input.file->escape, [&](std::string_view name) {
    auto found = args.find(std::string(name));
    return found == args.end() ? std::nullopt : found->second;
  });
}

std::optional<std::string> known_base_image(const LintInput& input, uint32_t stage) {
  const std::string& base = input.evaluation.stage_bases[stage];
  if (input.evaluation.parent_stage[stage] >= 0 || base == "scratch" || base.empty())
    return std::nullopt;
  if (!contains(input.file->stages[stage].base, "$")) return base;
  Result<Expansion> expansion = expand_with_defaults(input, input.file->stages[stage].base);
  if (!expansion.ok()) return std::nullopt;
  // What has no default may have been given from outside.
  bool is_known = expansion->unset.empty() || expansion->text != base;
  return is_known ? std::optional<std::string>(base) : std::nullopt;
}

}  // namespace whittle
