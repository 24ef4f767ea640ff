// useradd with a large uid writes a sparse file of that length.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kUseraddHighUid;

namespace {

constexpr uint64_t kLargestSmallUid = 99999;
constexpr std::string_view kValueOptions =
    "-b -c -d -e -f -g -G -k -K -p -R -P -s -u -Z --base-dir --comment --home-dir --home "
    "--expiredate --inactive --gid --groups --skel --key --password --root --prefix --shell --uid "
    "--selinux-user";

std::optional<uint64_t> uid_of(const LintInput& input,
                               const RunText& run,
                               const CommandWords& line) {
  const CommandOption* option = line.find("-u --uid");
  if (option == nullptr) return std::nullopt;
  const Environment& environment = input.evaluation.states[run.index].environment;
  Result<Expansion> value = expand_word(
      option->value, '\\', [&](std::string_view name) { return environment.find(name); });
  return value.ok() ? parse_u64(value->text) : std::nullopt;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (command_name(words) != "useradd") continue;
      CommandWords line = read_command_words(words, 1, kValueOptions);
      std::optional<uint64_t> uid = uid_of(input, run, line);
      if (!uid || *uid <= kLargestSmallUid || line.has("-l --no-log-init")) continue;
      Finding finding = make_finding(kUseraddHighUid,
                                     ref.node->range,
                                     "`useradd` with uid " + std::to_string(*uid) +
                                         " makes log files as long as the uid, the layer stores "
                                         "them in full",
                                     "Add `-l`");
      finding.evidence.push_back({"uid", std::to_string(*uid)});
      if (!run.is_onbuild && is_editable_run(input, run.index)) {
        uint32_t at = words[0]->range.end;
        finding.fix = make_fix("Add `-l`", Applicability::Safe, {{{at, at}, " -l"}});
      }
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kUseraddHighUid = {
    {.name = "useradd-high-uid",
     .code = "WH2033",
     .aliases = "DL3046",
     .severity = Severity::Warning,
     .summary = "`useradd` with a large uid and without `--no-log-init`",
     .why =
         "useradd notes each user in `/var/log/lastlog` and `/var/log/faillog`, at a place that is "
         "reckoned from the uid. The files are sparse on disk, but layers are archives that store "
         "the holes: a uid above 99,999 costs from 29 MB on. `-l` leaves both files alone.",
     .bad = "FROM debian:bookworm\nRUN useradd -u 1000000 app\n",
     .good = "FROM debian:bookworm\nRUN useradd -l -u 1000000 app\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
