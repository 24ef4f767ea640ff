// A file is made in one layer and deleted in a later one: its bytes stay in the image.
#include <algorithm>

#include "base/strings.h"
#include "lint/context_sources.h"
#include "lint/paths_in_run.h"
#include "lint/pricing.h"
#include "lint/rules/rules.h"
#include "lint/run_edits.h"
#include "lint/stages.h"

namespace whittle {

namespace {

constexpr size_t kMaxJoined = 6;

bool is_at_or_below(const std::string& path, const std::string& folder) {
  return path == folder || path.substr(0, folder.size() + 1) == folder + "/";
}

struct Maker {
  size_t instruction;
  std::string path;  // what was made, at or below the deleted path
  bool is_copy = false;
};

// The COPY or ADD whose target is deleted, by file name: "COPY x.tar.gz /tmp/" and "rm
// /tmp/x.tar.gz".
bool copies_to(const LintInput& input, size_t index, const std::string& deleted) {
  std::string target = copy_target(input, index);
  if (target.empty()) return false;
  if (is_at_or_below(target, deleted) && target != "/") return true;
  for (const CopySource& source : copy_sources(input, index)) {
    std::string name = source_path(source);
    name = name.substr(name.rfind('/') + 1);
    if (!name.empty() && clean_path(target + "/" + name) == deleted) return true;
  }
  return false;
}

std::optional<Maker> maker_of(const LintInput& input, size_t index, const std::string& deleted) {
  uint32_t stage = input.file->instructions[index].stage;
  for (size_t i = index; i-- > input.file->stages[stage].from + 1;) {
    InstructionKind kind = input.file->instructions[i].kind;
    if (kind == InstructionKind::Run) {
      for (const PathUse& made : made_paths(input, i)) {
        if (is_at_or_below(made.path, deleted)) return Maker{i, made.path, false};
      }
    } else if ((kind == InstructionKind::Copy || kind == InstructionKind::Add) &&
               copies_to(input, i, deleted)) {
      return Maker{i, deleted, true};
    }
  }
  return std::nullopt;
}

// All RUNs from the maker to the deleter, joined.
std::optional<std::vector<Edit>> join_all(const LintInput& input, size_t maker, size_t deleter) {
  if (deleter - maker > kMaxJoined) return std::nullopt;
  std::vector<Edit> edits;
  for (size_t i = maker; i < deleter; ++i) {
    if (!can_join_with_next(input, i)) return std::nullopt;
    std::vector<Edit> join = join_with_next(input, i);
    // A RUN in the middle that had to be grouped would be grouped twice.
    if (join.size() != 1 && deleter - maker > 1) return std::nullopt;
    edits.insert(edits.end(), join.begin(), join.end());
  }
  return edits;
}

Finding make_finding(const LintInput& input, const Maker& maker, const PathUse& deleted) {
  Finding finding;
  finding.rule = "rm-in-later-layer";
  finding.severity = Severity::Warning;
  finding.range = deleted.command->node->range;
  uint32_t line = input.original_line(input.file->instructions[maker.instruction].first_line);
  finding.message = "`" + printable(deleted.path) +
                    "` is deleted in a later layer than the one of line " + std::to_string(line) +
                    " that stores it, its bytes stay in the image";
  finding.help = maker.is_copy ? "Mount the file with `RUN --mount=type=bind` instead of copying it"
                               : "Delete it in the RUN that makes it";
  finding.evidence.push_back({"path", deleted.path});
  finding.evidence.push_back({"made-in-line", std::to_string(line)});
  return finding;
}

void check_run(const LintInput& input, size_t index, std::vector<Finding>& findings) {
  for (const PathUse& deleted : deleted_paths(input, index)) {
    std::optional<Maker> maker = maker_of(input, index, deleted.path);
    if (!maker) continue;
    // Made in this RUN as well: then that is what is deleted.
    std::vector<PathUse> own = made_paths(input, index);
    bool is_own = std::any_of(own.begin(), own.end(), [&](const PathUse& made) {
      return is_at_or_below(made.path, deleted.path);
    });
    if (is_own) continue;
    Finding finding = make_finding(input, *maker, deleted);
    std::optional<std::vector<Edit>> edits;
    if (!maker->is_copy) edits = join_all(input, maker->instruction, index);
    if (edits) {
      std::string pattern = deleted.path.substr(1);
      finding.fix = Fix{"Join the RUN that deletes with the RUN that makes",
                        Applicability::Safe,
                        std::move(*edits),
                        {},
                        {SavingKind::Paths, {pattern, pattern + "/**"}}};
      price(input, maker->instruction, finding);
    } else if (std::optional<uint64_t> bytes =
                   stored_bytes(input, maker->instruction, {deleted.path.substr(1)})) {
      finding.evidence.push_back({"bytes", std::to_string(*bytes)});
    }
    findings.push_back(std::move(finding));
    return;
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    if (run.kind == InstructionKind::Run && is_image_stage(input, run.stage))
      check_run(input, i, findings);
  }
}

}  // namespace

extern const Rule kRmInLaterLayer;
const Rule kRmInLaterLayer = {
    {"rm-in-later-layer",
     "WH1013",
     "",
     Severity::Warning,
     "A file is deleted in a later layer than the one that stores it",
     "A layer only adds to the layers below: deleting hides the file, and everybody still pulls "
     "its bytes. When all RUNs "
     "from the one that fetches to the one that deletes stand side by side they become one, which "
     "runs the same commands "
     "in the same order. A file that COPY put there has to be mounted instead, which is only said.",
     "FROM debian:bookworm\nRUN wget -O /tmp/x.tgz https://example.invalid/x.tgz\nRUN rm "
     "/tmp/x.tgz\n",
     "FROM debian:bookworm\nRUN wget -O /tmp/x.tgz https://example.invalid/x.tgz && rm "
     "/tmp/x.tgz\n",
     kDeclaresNothing,
     kSafeFix},
    check,
};

}  // namespace whittle
