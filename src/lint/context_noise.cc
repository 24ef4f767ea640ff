#include "lint/context_noise.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"
#include "dockerfile/ignore.h"
#include "lint/context_sources.h"
#include "lint/project_text.h"

namespace whittle {

namespace {

constexpr size_t kMaxExamples = 3;
constexpr size_t kMaxNames = 64;

// `*` matches any run of characters; everything else itself.
bool matches_glob(std::string_view glob, std::string_view text) {
  size_t star = glob.find('*');
  if (star == std::string_view::npos) return glob == text;
  if (text.substr(0, star) != glob.substr(0, star)) return false;
  for (size_t at = star; at <= text.size(); ++at) {
    if (matches_glob(glob.substr(star + 1), text.substr(at))) return true;
  }
  return false;
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// One line to be: its pattern, and what it hides.
struct Group {
  std::string pattern;
  std::string root_pattern;  // used when all files lie at the root; "" where that is not wanted
  bool is_all_at_root = true;
  std::set<std::string> names;  // base names that may be mentioned
  std::vector<size_t> files;    // indices into the context
  uint64_t bytes = 0;
  std::string named_by;  // the file that mentions one of the names
};

struct Match {
  std::string pattern;
  std::string root_pattern;
  std::string name;
  bool is_at_root = true;
};

std::optional<Match> match_name(const LintInput& input,
                                const NoiseName& name,
                                std::string_view path) {
  size_t begin = 0;
  while (begin <= path.size()) {
    size_t end = path.find('/', begin);
    bool is_last = end == std::string_view::npos;
    std::string_view part = path.substr(begin, is_last ? path.npos : end - begin);
    std::string_view whole = path.substr(0, is_last ? path.size() : end);
    if (is_last != name.is_folder && matches_glob(name.glob, part) &&
        (!name.applies || name.applies(input, whole))) {
      Match match;
      match.is_at_root = begin == 0;
      match.name = part;
      match.pattern = "**/" + std::string(name.glob);
      if (name.depth == NoiseDepth::Path) match.pattern = whole;
      if (name.depth == NoiseDepth::Root) match.pattern = name.glob;
      if (name.depth == NoiseDepth::AnyName) match.root_pattern = name.glob;
      return match;
    }
    if (is_last || name.depth == NoiseDepth::Root) break;
    begin = end + 1;
  }
  return std::nullopt;
}

std::vector<Group> find_groups(const LintInput& input, const NoiseCategory& category) {
  std::map<std::string, Group> groups;
  const BuildContext& context = *input.context;
  for (size_t i = 0; i < context.files.size(); ++i) {
    const ContextFile& file = context.files[i];
    if (file.is_ignored || file.type == ContextFileType::Directory) continue;
    for (const NoiseName& name : category.names) {
      std::optional<Match> match = match_name(input, name, file.path);
      if (!match) continue;
      Group& group = groups[match->pattern];
      group.pattern = match->pattern;
      group.root_pattern = match->root_pattern;
      group.is_all_at_root = group.is_all_at_root && match->is_at_root;
      if (group.names.size() < kMaxNames) group.names.insert(match->name);
      group.files.push_back(i);
      group.bytes += file.size_bytes;
      break;
    }
  }
  std::vector<Group> list;
  for (auto& [pattern, group] : groups) {
    if (group.is_all_at_root && !group.root_pattern.empty()) group.pattern = group.root_pattern;
    list.push_back(std::move(group));
  }
  return list;
}

bool is_let_in_by_name(const BuildContext& context,
                       const Group& group,
                       const IgnoreMatcher& matcher) {
  return std::any_of(group.files.begin(), group.files.end(), [&](size_t i) {
    int pattern = matcher.deciding_pattern(context.files[i].path);
    return pattern >= 0 && context.patterns[static_cast<size_t>(pattern)].is_negated;
  });
}

// A COPY source that is one of the files, lies among them, or is a wildcard more special than `*`
// that takes one.
bool is_copied_by_name(const LintInput& input, const Group& group) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    for (const CopySource& source : copy_sources(input, i)) {
      std::string path = source_path(source);
      if (path.empty() || path == "*") continue;
      Result<bool> is_hidden = IgnoreMatcher::matches(group.pattern, path);
      if (!is_hidden.ok() || *is_hidden) return true;
      if (!contains(path, "*") && !contains(path, "?") && !contains(path, "[")) {
        for (size_t file : group.files) {
          if (input.context->files[file].path == path) return true;
        }
        continue;
      }
      std::vector<size_t> taken = files_of_source(*input.context, source.path);
      std::set<size_t> ours(group.files.begin(), group.files.end());
      for (size_t file : taken) {
        if (ours.count(file) && !contains(source.path, "*/")) return true;
      }
    }
  }
  return false;
}

bool is_named_by_instruction(const LintInput& input, const Group& group) {
  for (const Instruction& instruction : input.file->instructions) {
    std::string_view text = input.file->text(instruction.range);
    for (const std::string& name : group.names) {
      if (mentions_name(text, name)) return true;
    }
  }
  return false;
}

// The files that a COPY or ADD of any stage takes: a builder sends no others.
std::vector<bool> taken_files(const LintInput& input) {
  std::vector<bool> taken(input.context->files.size(), false);
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    for (const CopySource& source : copy_sources(input, i)) {
      for (size_t file : files_of_source(*input.context, source.path)) taken[file] = true;
    }
  }
  return taken;
}

// The line hides the group and nothing else.
bool hides_only(const BuildContext& context, const Group& group) {
  std::set<size_t> ours(group.files.begin(), group.files.end());
  Result<IgnoreMatcher> matcher = IgnoreMatcher::make(std::vector<std::string>{group.pattern});
  if (!matcher.ok()) return false;
  for (size_t i = 0; i < context.files.size(); ++i) {
    const ContextFile& file = context.files[i];
    if (file.is_ignored || file.type == ContextFileType::Directory) continue;
    if (matcher->is_ignored(file.path) != (ours.count(i) > 0)) return false;
  }
  return true;
}

void find_mentions(const LintInput& input,
                   const NoiseCategory& category,
                   std::vector<Group>& groups) {
  std::vector<std::string> words(category.used_if_named.begin(), category.used_if_named.end());
  for (Group& group : groups) {
    std::set<std::string_view> own;
    for (size_t i : group.files) own.insert(input.context->files[i].path);
    std::vector<std::string> names = words;
    if (!category.is_made_again) names.insert(names.end(), group.names.begin(), group.names.end());
    if (names.empty()) continue;
    group.named_by = first_mention(input, names, [&](std::string_view path) {
      return own.count(path) > 0 || contains(base_name(path), "Dockerfile") ||
             base_name(path) == "Makefile";
    });
  }
}

std::vector<Group> usable_groups(const LintInput& input, const NoiseCategory& category) {
  std::vector<Group> groups = find_groups(input, category);
  Result<IgnoreMatcher> matcher = IgnoreMatcher::make(input.context->patterns);
  if (!matcher.ok()) return {};
  std::vector<bool> taken = taken_files(input);
  std::erase_if(groups, [&](const Group& group) {
    if (std::none_of(group.files.begin(), group.files.end(), [&](size_t i) { return taken[i]; }))
      return true;
    return is_let_in_by_name(*input.context, group, *matcher) || is_copied_by_name(input, group) ||
           (!category.is_made_again && is_named_by_instruction(input, group)) ||
           !hides_only(*input.context, group);
  });
  find_mentions(input, category, groups);
  return groups;
}

struct Total {
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t image_bytes = 0;
  uint32_t copies = 0;
};

Total total_of(const LintInput& input, const std::vector<Group>& groups) {
  std::vector<uint32_t> copies = image_copies(input);
  Total total;
  for (const Group& group : groups) {
    for (size_t i : group.files) {
      ++total.files;
      total.bytes += input.context->files[i].size_bytes;
      total.image_bytes += input.context->files[i].size_bytes * copies[i];
      total.copies = std::max(total.copies, copies[i]);
    }
  }
  return total;
}

std::string examples_of(const LintInput& input, const std::vector<Group>& groups) {
  std::vector<std::string> examples;
  for (const Group& group : groups) {
    if (examples.size() < kMaxExamples)
      examples.push_back(input.context->files[group.files.front()].path);
  }
  return join(examples, ", ");
}

Finding make_finding(const LintInput& input,
                     const NoiseCategory& category,
                     const std::vector<Group>& groups) {
  Total total = total_of(input, groups);
  Finding finding;
  finding.rule = category.rule;
  finding.severity = category.severity;
  finding.message = "The build context sends " + count_of(total.files, "file") + " (" +
                    format_bytes(total.bytes) + ") of " + std::string(category.what) +
                    (total.copies > 0 ? ", which COPY puts into the image"
                                      : ", which COPY puts into a build stage");
  finding.help = "List them in .dockerignore";
  finding.evidence = {{"files", std::to_string(total.files)},
                      {"bytes", std::to_string(total.bytes)},
                      {"copies", std::to_string(total.copies)},
                      {"examples", examples_of(input, groups)}};
  finding.expected_saving_bytes = total.image_bytes;
  Fix fix;
  fix.title = category.title;
  fix.saving.kind = SavingKind::ContextFiles;
  for (const Group& group : groups) {
    fix.ignore_lines.push_back({group.pattern, group.files.size(), group.bytes});
    fix.saving.paths.push_back(group.pattern);
  }
  finding.fix = std::move(fix);
  return finding;
}

}  // namespace

void check_context_noise(const LintInput& input,
                         const NoiseCategory& category,
                         std::vector<Finding>& findings) {
  if (!input.context) return;
  std::vector<Group> groups = usable_groups(input, category);
  bool is_used =
      category.is_always_unsafe || (category.is_used_by_build && category.is_used_by_build(input));
  std::vector<Group> safe;
  std::vector<Group> named;
  for (Group& group : groups)
    (group.named_by.empty() && !is_used ? safe : named).push_back(std::move(group));
  if (safe.empty() && named.empty()) return;
  Finding finding = make_finding(input, category, safe.empty() ? named : safe);
  if (safe.empty()) finding.fix->applicability = Applicability::Unsafe;
  for (const Group& group : named) {
    if (!group.named_by.empty())
      finding.evidence.push_back({"named-by", group.pattern + " in " + group.named_by});
  }
  findings.push_back(std::move(finding));
}

}  // namespace whittle
