#include "formatter/package_lists.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "formatter/gaps.h"
#include "lint/command_words.h"
#include "lint/stages.h"

namespace whittle {

namespace {

constexpr size_t kLongList = 4;  // packages; shorter ones stay on a line if they are on one

struct Manager {
  PackageTool tool;
  std::string_view actions;
  std::string_view value_options;  // take the next word
  // Options that take no word; of a manager without any, lists are not sorted.
  std::string_view switches;
};

constexpr std::string_view kAptValues =
    "-o -c -t -a --option --config-file --target-release --default-release --host-architecture "
    "--solver";
constexpr std::string_view kAptSwitches =
    "-y -q -f -m -d -V -u -b --yes --assume-yes --assume-no --quiet --no-install-recommends "
    "--install-recommends --no-install-suggests --install-suggests --fix-broken --fix-missing "
    "--ignore-missing --ignore-hold --allow-unauthenticated --allow-downgrades "
    "--allow-remove-essential --allow-change-held-packages --force-yes --reinstall --only-upgrade "
    "--no-upgrade --download-only --no-download --verbose-versions --no-remove --purge "
    "--auto-remove --autoremove --show-upgraded --show-progress --no-show-progress --update";
constexpr std::string_view kApkValues =
    "-t --virtual -X --repository -p --root --arch --keys-dir --repositories-file --wait "
    "--cache-dir --cache-max-age --timeout --progress-fd";
constexpr std::string_view kApkSwitches =
    "-U -q -v -u -l -f -i --no-cache --update --update-cache --quiet --verbose --upgrade --latest "
    "--no-progress --allow-untrusted --force --interactive --purge --initdb --no-network "
    "--no-scripts --no-check-certificate --no-interactive";
constexpr std::string_view kDnfValues =
    "-c -d -e -x -R --config --debuglevel --errorlevel --enablerepo --disablerepo --repo --repoid "
    "--installroot --releasever --setopt --exclude --excludepkgs --forcearch --comment "
    "--disableplugin --enableplugin --disableexcludes --downloaddir --destdir --repofrompath "
    "--color --randomwait --advisory --bz --bzs --cve --cves --sec-severity --secseverity";
constexpr std::string_view kDnfSwitches =
    "-y -q -v -b -C --assumeyes --assumeno --quiet --verbose --nogpgcheck --nodocs --best --nobest "
    "--no-best --allowerasing --skip-broken --skip-unavailable --refresh --cacheonly "
    "--downloadonly --noplugins --security --obsoletes --allow-downgrade --no-allow-downgrade";
constexpr std::string_view kZypperValues =
    "-t --type -r --repo --from -p --plus-repo --plus-content --download --root -R";
constexpr std::string_view kZypperSwitches =
    "-y -l -f -d -n --no-confirm --no-recommends --recommends --auto-agree-with-licenses --force "
    "--download-only --replacefiles --oldpackage --allow-downgrade --allow-vendor-change "
    "--allow-unsigned-rpm --non-interactive";
constexpr std::string_view kPipValues =
    "-r -c -e -t -i -f --requirement --constraint --editable --target --index-url "
    "--extra-index-url --find-links --platform --python-version --implementation --abi --root "
    "--prefix --src --upgrade-strategy --global-option --install-option --config-settings -C "
    "--no-binary --only-binary --progress-bar --root-user-action --report --group --python --log "
    "--proxy --retries --timeout --exists-action --trusted-host --cert --client-cert --cache-dir "
    "--use-feature --use-deprecated --keyring-provider";
constexpr std::string_view kNpmValues =
    "--loglevel --registry --prefix -C --cache -w --workspace --userconfig --fetch-retries "
    "--fetch-retry-mintimeout --fetch-retry-maxtimeout --fetch-timeout --omit --include "
    "--maxsockets --python --tag --audit-level --install-strategy --before --cwd --filter "
    "--modules-folder --network-timeout --mutex --dir";

constexpr std::array kManagers = {
    Manager{PackageTool::Apt, "install", kAptValues, kAptSwitches},
    Manager{PackageTool::Apk, "add", kApkValues, kApkSwitches},
    Manager{PackageTool::Dnf, "install", kDnfValues, kDnfSwitches},
    Manager{PackageTool::Yum, "install", kDnfValues, kDnfSwitches},
    Manager{PackageTool::Microdnf, "install", kDnfValues, kDnfSwitches},
    Manager{PackageTool::Zypper, "install in", kZypperValues, kZypperSwitches},
    Manager{PackageTool::Pip, "install", kPipValues, ""},
    Manager{PackageTool::Npm, "install i add", kNpmValues, ""},
    Manager{PackageTool::Yarn, "add", kNpmValues, ""},
    Manager{PackageTool::Pnpm, "install i add", kNpmValues, ""},
};

const Manager* manager_of(const PackageCommand& command) {
  for (const Manager& manager : kManagers) {
    if (manager.tool == command.tool && is_one_of(manager.actions, command.action)) return &manager;
  }
  return nullptr;
}

CommandWords words_behind_action(const PackageCommand& command, const Manager& manager) {
  return read_command_words(command.words, command.action_at + 1, manager.value_options);
}

// The list of a command, and what stands in front of each of its packages.
struct PackageList {
  std::vector<const ShellWord*> packages;
  std::vector<Range> ranges;  // of the gaps
  std::vector<Gap> gaps;

  bool has_lines() const {
    return std::any_of(gaps.begin(), gaps.end(), [](const Gap& gap) { return !gap.lines.empty(); });
  }

  // The list is long, or was broken into lines already.
  bool is_broken() const {
    bool has_break =
        std::any_of(gaps.begin(), gaps.end(), [](const Gap& gap) { return gap.has_line_end; });
    return packages.size() >= kLongList || (packages.size() > 1 && has_break);
  }
};

std::optional<PackageList> list_of(const Dockerfile& file, const PackageCommand& command) {
  PackageList list;
  list.packages = listed_packages(command);
  if (list.packages.empty() || command.command->is_in_subshell) return std::nullopt;
  size_t first = command.words.size() - list.packages.size();
  for (size_t i = first; i < command.words.size(); ++i) {
    Range range{command.words[i - 1]->range.end, command.words[i]->range.begin};
    if (range.begin > range.end) return std::nullopt;
    std::optional<Gap> gap = read_gap(range.of(file.source), file.escape);
    if (!gap) return std::nullopt;
    list.ranges.push_back(range);
    list.gaps.push_back(std::move(*gap));
  }
  return list;
}

// Calls `use` for the list of each install command in a RUN that may be edited.
template <typename Use>
void each_list(const LintInput& input, Use use) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    if (input.file->instructions[i].kind != InstructionKind::Run || !is_editable_run(input, i))
      continue;
    for (const PackageCommand& command : package_commands(input, i)) {
      std::optional<PackageList> list = list_of(*input.file, command);
      if (list && list->is_broken()) use(input.file->instructions[i], command, *list);
    }
  }
}

class ListLayout {
 public:
  ListLayout(const Dockerfile& file, const FormatOptions& options)
      : file_(file), options_(options) {}

  void add(const Instruction& run, const PackageCommand& command, const PackageList& list) {
    size_t base = base_indent(run, command);
    size_t indent = is_on_first_line(run, command) ? base : base + options_.indent;
    for (size_t i = 0; i < list.packages.size(); ++i) {
      replace(list.ranges[i], line_break(list.gaps[i], indent, file_.escape, file_.line_end));
    }
    add_rest(list.packages.back()->range.end, base);
  }

  std::vector<Edit> edits;

 private:
  void replace(Range range, std::string text) {
    if (range.of(file_.source) != text) edits.push_back({range, std::move(text)});
  }

  bool is_on_first_line(const Instruction& run, const PackageCommand& command) const {
    return line_begin(command) <= run.range.begin;
  }

  uint32_t line_begin(const PackageCommand& command) const {
    return file_.lines.line_begin(file_.lines.line_of(command.words[0]->range.begin));
  }

  // Of the lines that go on behind the command.
  size_t base_indent(const Instruction& run, const PackageCommand& command) const {
    if (is_on_first_line(run, command)) return options_.indent;
    std::string_view line = std::string_view(file_.source).substr(line_begin(command));
    return line.size() - trim_left(line).size();
  }

  // `&& next` behind the last package goes into a line of its own, unless the line ends there.
  void add_rest(uint32_t end, size_t indent) {
    std::string_view line = std::string_view(file_.source).substr(end);
    line = line.substr(0, line.find('\n'));
    std::string_view rest = trim_left(line);
    auto blanks = static_cast<uint32_t>(line.size() - rest.size());
    bool goes_on = blanks > 0 && (rest.starts_with("&&") || rest.starts_with("||"));
    if (!goes_on) return;
    std::string_view next = trim(rest.substr(2));
    if (next.empty() || (next.size() == 1 && next[0] == file_.escape)) return;
    replace({end, end + blanks}, line_break(Gap{}, indent, file_.escape, file_.line_end));
  }

  const Dockerfile& file_;
  const FormatOptions& options_;
};

// A name that is nothing but a name: no variable, no quote, no option, nothing that apt takes for
// "remove", and so no matter where it stands.
bool is_plain(const ShellWord& word) {
  std::string_view text = word.raw;
  bool is_name = !text.empty() && (is_alpha(text[0]) || is_digit(text[0])) &&
                 std::all_of(text.begin(), text.end(), [](char c) {
                   return is_alpha(c) || is_digit(c) ||
                          std::string_view(".+-_:~=@/").find(c) != std::string_view::npos;
                 });
  return is_name && !text.ends_with('-') && word.range.size() == text.size();
}

bool is_sortable(const PackageCommand& command, const PackageList& list) {
  const Manager* manager = manager_of(command);
  if (manager == nullptr || manager->switches.empty() || list.has_lines()) return false;
  for (const CommandOption& option : words_behind_action(command, *manager).options) {
    bool is_known = option.has_value || is_one_of(manager->switches, option.name);
    if (!is_known || option.word->raw.find('$') != std::string::npos) return false;
  }
  return std::all_of(list.packages.begin(), list.packages.end(), [](const ShellWord* word) {
    return is_plain(*word);
  });
}

}  // namespace

std::vector<const ShellWord*> listed_packages(const PackageCommand& command) {
  const Manager* manager = manager_of(command);
  if (manager == nullptr || command.action_at >= command.words.size()) return {};
  std::vector<const ShellWord*> packages = words_behind_action(command, *manager).operands;
  auto tail = command.words.end() - static_cast<std::ptrdiff_t>(packages.size());
  if (!std::equal(packages.begin(), packages.end(), tail)) return {};
  return packages;
}

std::vector<Edit> list_edits(const LintInput& input, const FormatOptions& options) {
  ListLayout layout(*input.file, options);
  each_list(input,
            [&](const Instruction& run, const PackageCommand& command, const PackageList& list) {
              layout.add(run, command, list);
            });
  return std::move(layout.edits);
}

std::vector<Edit> sort_edits(const LintInput& input) {
  std::vector<Edit> edits;
  each_list(
      input,
      [&](const Instruction& /*run*/, const PackageCommand& command, const PackageList& list) {
        if (!is_sortable(command, list)) return;
        std::vector<std::string> names;
        for (const ShellWord* word : list.packages) names.push_back(word->raw);
        std::sort(names.begin(), names.end());
        for (size_t i = 0; i < names.size(); ++i) {
          if (names[i] != list.packages[i]->raw)
            edits.push_back({list.packages[i]->range, names[i]});
        }
      });
  return edits;
}

}  // namespace whittle
