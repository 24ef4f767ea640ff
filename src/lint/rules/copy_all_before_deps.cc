// All sources are copied before the dependencies are installed: every change installs them again.
#include <algorithm>
#include <map>

#include "base/strings.h"
#include "lint/context_sources.h"
#include "lint/dependency_steps.h"
#include "lint/rules/rules.h"
#include "lint/run_edits.h"
#include "lint/stages.h"

namespace whittle {

namespace {

struct Pair {
  size_t copy;
  size_t run;
  std::string folder;  // of the context, what the COPY takes
};

// A COPY of one whole folder whose words can be moved as they stand.
std::optional<std::string> copied_folder(const LintInput& input, size_t index) {
  const Instruction& copy = input.file->instructions[index];
  if (copy.form != ArgumentForm::Words || !copy.heredocs.empty() || copy.words.size() != 2)
    return std::nullopt;
  if (copy.flag("exclude") || copy.flag("parents") || copy.flag("from")) return std::nullopt;
  std::string_view text = input.file->text(copy.range);
  if (contains(text, "\n") || contains(text, "$")) return std::nullopt;
  std::vector<CopySource> sources = copy_sources(input, index);
  if (sources.size() != 1) return std::nullopt;
  std::string folder = source_path(sources[0]);
  if (folder.empty()) return folder;
  const ContextFile* entry = input.context->find(folder);
  return entry && entry->type == ContextFileType::Directory ? std::optional<std::string>(folder)
                                                            : std::nullopt;
}

// The first RUN behind the COPY, when only settings stand between them.
std::optional<size_t> run_behind(const LintInput& input, size_t copy) {
  const std::vector<Instruction>& all = input.file->instructions;
  for (size_t i = copy + 1; i < all.size() && all[i].stage == all[copy].stage; ++i) {
    switch (all[i].kind) {
      case InstructionKind::Run:
        return i;
      case InstructionKind::Env:
      case InstructionKind::Arg:
      case InstructionKind::Expose:
      case InstructionKind::Label:
      case InstructionKind::Workdir:
      case InstructionKind::User:
      case InstructionKind::Cmd:
      case InstructionKind::Entrypoint:
      case InstructionKind::Volume:
        break;
      default:
        return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<Pair> pair_at(const LintInput& input, size_t copy) {
  std::optional<std::string> folder = copied_folder(input, copy);
  if (!folder) return std::nullopt;
  std::optional<size_t> run = run_behind(input, copy);
  if (!run || !is_editable_run(input, *run)) return std::nullopt;
  if (copy_target(input, copy) != input.evaluation.states[*run].working_dir) return std::nullopt;
  return Pair{copy, *run, *folder};
}

bool has_absolute_target(const Instruction& copy) {
  return copy.words.back().text.substr(0, 1) == "/";
}

// The target as a folder, which several sources need: "." to "./".
std::string folder_target(const Instruction& copy, const std::string& below) {
  std::string target = copy.words.back().text;
  if (target.back() != '/') target += "/";
  return below.empty() ? target : target + below + "/";
}

// "COPY [flags] MANIFESTS TARGET", one line for each folder the manifests lie in.
std::string copy_manifests(const LintInput& input, const Pair& pair, const DependencyStep& step) {
  const Instruction& copy = input.file->instructions[pair.copy];
  std::string head(input.file->text({copy.range.begin, copy.words[0].range.begin}));
  std::map<std::string, std::string> lines;  // folder below the target, to names
  for (const std::string& path : step.manifests) {
    std::string below = path.substr(pair.folder.empty() ? 0 : pair.folder.size() + 1);
    size_t slash = below.rfind('/');
    lines[slash == std::string::npos ? "" : below.substr(0, slash)] += path + " ";
  }
  std::string text;
  for (const auto& [below, names] : lines) {
    text += (text.empty() ? "" : input.file->line_end) + head + names + folder_target(copy, below);
  }
  return text;
}

std::vector<Edit> reorder_edits(const LintInput& input,
                                const Pair& pair,
                                const DependencyStep& step) {
  const Dockerfile& file = *input.file;
  const Instruction& copy = file.instructions[pair.copy];
  const Instruction& run = file.instructions[pair.run];
  std::string copy_text(file.text({copy.range.begin, copy.arguments.end}));
  std::vector<Edit> edits = {
      {{copy.range.begin, copy.arguments.end}, copy_manifests(input, pair, step)}};
  if (step.is_whole_run) {
    uint32_t end = run.range.end;
    edits.push_back({{end, end}, file.line_end + copy_text});
  } else {
    const std::vector<ShellNode>& children = input.scripts[pair.run].root.children;
    Range gap{children[step.commands - 1].range.end, children[step.commands].range.begin};
    std::string run_head(file.text({run.range.begin, run.arguments.begin}));
    edits.push_back({gap, file.line_end + copy_text + file.line_end + run_head});
  }
  return edits;
}

std::vector<Edit> fetch_edits(const LintInput& input,
                              const Pair& pair,
                              const DependencyStep& step) {
  const Dockerfile& file = *input.file;
  const Instruction& copy = file.instructions[pair.copy];
  const Instruction& run = file.instructions[pair.run];
  std::string run_head(file.text({run.range.begin, run.arguments.begin}));
  std::string text =
      copy_manifests(input, pair, step) + file.line_end + run_head + step.fetch + file.line_end;
  return {{{copy.range.begin, copy.range.begin}, text}};
}

// What lies in the context where the install writes would be laid over it by the COPY that now
// comes later.
std::vector<IgnoreLine> needed_ignore_lines(const LintInput& input, const Pair& pair) {
  std::string folder = pair.folder.empty() ? "node_modules" : pair.folder + "/node_modules";
  IgnoreLine line{folder, 0, 0};
  bool has_nested = false;
  for (const ContextFile& file : input.context->files) {
    if (file.is_ignored || file.type == ContextFileType::Directory) continue;
    bool is_ours = file.path.substr(0, folder.size() + 1) == folder + "/";
    has_nested = has_nested || (!is_ours && contains(file.path, "node_modules/"));
    if (!is_ours) continue;
    ++line.files;
    line.bytes += file.size_bytes;
  }
  if (line.files == 0) return {};
  if (has_nested) line.pattern = "**/node_modules";
  return {line};
}

bool keeps_settings(const LintInput& input, const Pair& pair) {
  const InstructionState& at_copy = input.evaluation.states[pair.copy];
  const InstructionState& behind = input.evaluation.states[pair.run];
  return at_copy.working_dir == behind.working_dir ||
         has_absolute_target(input.file->instructions[pair.copy]);
}

// The fetch runs in front of the COPY, so that user and environment have to be those of the RUN.
bool can_fetch_before(const LintInput& input, const Pair& pair) {
  const InstructionState& at_copy = input.evaluation.states[pair.copy];
  const InstructionState& behind = input.evaluation.states[pair.run];
  return at_copy.working_dir == behind.working_dir && at_copy.user == behind.user &&
         at_copy.environment.env == behind.environment.env;
}

std::optional<Fix> make_fix(const LintInput& input, const Pair& pair, const DependencyStep& step) {
  Fix fix;
  if (step.fetch.empty()) {
    if (!keeps_settings(input, pair)) return std::nullopt;
    fix.title = "Copy the manifests, install, then copy the sources";
    fix.edits = reorder_edits(input, pair, step);
    fix.ignore_lines = needed_ignore_lines(input, pair);
  } else {
    if (!can_fetch_before(input, pair)) return std::nullopt;
    fix.title = "Fetch the dependencies before the sources are copied";
    fix.edits = fetch_edits(input, pair, step);
    bool is_in_image = is_image_stage(input, input.file->instructions[pair.copy].stage);
    if (step.fetches_more && (is_in_image || step.language == "Java"))
      fix.applicability = Applicability::Unsafe;
  }
  return fix;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (!input.context) return;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    if (copy_sources(input, i).empty()) continue;
    std::optional<Pair> pair = pair_at(input, i);
    if (!pair) continue;
    std::optional<DependencyStep> step = dependency_step(input, pair->run, pair->folder);
    if (!step || step->manifests.empty()) continue;
    Finding finding;
    finding.rule = "copy-all-before-deps";
    finding.severity = Severity::Warning;
    finding.range = input.file->instructions[i].range;
    finding.message =
        "All sources are copied before the dependencies are installed, so that every change of a "
        "file "
        "installs them again";
    finding.help = "Copy the manifests, install, then copy the rest";
    finding.evidence = {{"language", std::string(step->language)},
                        {"manifests", join(step->manifests, ", ")}};
    if (step->blocker.empty()) {
      finding.fix = make_fix(input, *pair, *step);
    } else {
      finding.evidence.push_back({"needs-sources", step->blocker});
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

extern const Rule kCopyAllBeforeDeps;
const Rule kCopyAllBeforeDeps = {
    {"copy-all-before-deps",
     "WH1040",
     "",
     Severity::Warning,
     "All sources are copied before the dependencies are installed",
     "The builder keeps a step while everything it copied stays the same. With all sources in "
     "front of the install, a "
     "changed comment fetches every dependency again. The fix copies the manifests that the "
     "install reads (lock files and "
     "`.npmrc` too), installs, then copies the rest. It is safe when the install reads nothing "
     "else: no scripts that run at "
     "install, no workspaces, no local paths. For Go, Rust and Java a step that fetches is put in "
     "front "
     "instead; outside a build "
     "stage it may store more than the build needs, and is unsafe.",
     "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
     "FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n",
     kDeclaresCopies | kDeclaresCommands,
     kSafeFix},
    check,
};

}  // namespace whittle
