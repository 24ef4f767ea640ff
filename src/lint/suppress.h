// Comments that keep findings back: whittle's own, and those of the tools people come from. Which
// rules an id names is the caller's to say (lint/rules/rules.h).
// Sources: hadolint's README, "Inline ignores"; Docker's reference of build checks, "Skip checks";
// the documentation of tally, checkov, trivy and dockerfile-utils.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint.h"
#include "model/dockerfile.h"
#include "model/finding.h"

namespace whittle {

enum class SuppressionTool { Whittle, Hadolint, Buildkit, Tally, Checkov, Trivy, DockerfileUtils };

// One id of a comment, and the rules it names.
struct SuppressedId {
  std::string text;             // as written
  std::set<std::string> rules;  // names; empty: no rule here has that id
  bool is_all = false;          // every rule ("all")
  bool is_used = false;         // it kept a finding back
  std::string expires;          // "2026-11-21": keeps nothing back from that day on; "": for ever
};

struct Suppression {
  SuppressionTool tool = SuppressionTool::Whittle;
  Range comment;  // from '#' to the end of its text
  Range lines;    // the whole lines of the comment, with their line end
  std::vector<SuppressedId> ids;
  std::string reason;  // "" if none is given
  // Findings that begin in one of these are kept back.
  std::vector<Range> targets;
  // So are those that overlap this (a line inside of an instruction); empty: none.
  Range overlapped;
  bool covers_file = false;  // the whole file, and findings about the context
};

struct Suppressions {
  std::vector<Suppression> list;  // by position
  // `# check=error=true`: findings of BuildKit's checks end the build.
  bool are_checks_errors = false;
};

// Names of the rules that an id (of any tool, normalised) stands for.
using RulesOfId = std::function<std::vector<std::string>(std::string_view id)>;

// All suppressing comments of a file. A comment stands directly above its instruction, other
// comments between them are allowed; or inside of a continuation, for the next line. Never fails:
// what is written wrongly is no suppression.
Suppressions find_suppressions(const Dockerfile& file, const RulesOfId& rules_of);

// Whether a suppression speaks of a finding of that rule at that place.
bool suppresses(const Suppression& suppression, const SuppressedId& id, const Finding& finding);

// The form of an id that the rule table has: "AVD-DS-0022" and "DS022" are "DS-0022",
// "hadolint/DL3006" is "DL3006".
std::string normal_rule_id(std::string_view id);

// True for "SC" and four digits, in any case.
bool is_shellcheck_id(std::string_view id);

// True for the names of BuildKit's checks.
bool is_buildkit_check(std::string_view id);

// `# hadolint shell=NAME`: the shell of the RUN behind it until the next SHELL or pragma; in front
// of the first FROM that of all stages. Changes the shells of the evaluation.
void apply_shell_pragmas(const Dockerfile& file, Evaluation& evaluation);

}  // namespace whittle
