#include "lint/sh_program.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/image_names.h"
#include "lint/package_commands.h"
#include "lint/stages.h"

namespace whittle {

namespace {

// Parts of names of images whose `/bin/sh` is bash.
constexpr std::array<std::string_view, 24> kBashImages = {
    "fedora",   "centos",    "rockylinux", "almalinux",  "amazonlinux", "oraclelinux",
    "opensuse", "archlinux", "rhel",       "ubi7",       "ubi8",        "ubi9",
    "ubi10",    "photon",    "mariner",    "azurelinux", "sles",        "gentoo",
    "clefos",   "-el7",      "-el8",       "-el9",       "oracular-el", "amzn",
};
constexpr std::array<std::string_view, 8> kDebianImages = {
    "debian", "ubuntu", "bookworm", "bullseye", "buster", "trixie", "jammy", "noble"};
// Official images that are Debian unless their tag says otherwise.
constexpr std::string_view kDebianBased =
    "buildpack-deps python node golang ruby php rust gcc perl nginx httpd mariadb postgres redis "
    "mongo haskell julia drupal wordpress joomla tomcat jenkins rabbitmq elixir erlang swift "
    "pypy r-base neurodebian";

template <size_t size>
bool holds_one_of(std::string_view text, const std::array<std::string_view, size>& parts) {
  return std::any_of(
      parts.begin(), parts.end(), [&](std::string_view part) { return contains(text, part); });
}

ShProgram program_of_image(std::string_view base) {
  std::string name = to_lower(base);
  if (contains(name, "alpine") || contains(name, "busybox")) return ShProgram::Busybox;
  if (holds_one_of(name, kBashImages)) return ShProgram::Bash;
  if (holds_one_of(name, kDebianImages)) return ShProgram::Dash;
  ImageName image = split_image_name(name);
  std::string_view repository = image.repository;
  if (repository.substr(0, 8) == "library/") repository = repository.substr(8);
  if (image.registry == "docker.io" && is_one_of(kDebianBased, repository)) return ShProgram::Dash;
  return ShProgram::Unknown;
}

// The package manager says what the name of the image does not.
ShProgram program_of_packages(const LintInput& input, uint32_t stage) {
  for (const RunText& run : run_texts(input)) {
    if (run.instruction->stage != stage) continue;
    for (const CommandRef& ref : *run.commands) {
      std::string name = command_name(unwrapped(*ref.node));
      if (name == "apt-get" || name == "dpkg") return ShProgram::Dash;
      if (name == "apk") return ShProgram::Busybox;
      if (is_one_of("yum dnf microdnf rpm zypper pacman", name)) return ShProgram::Bash;
    }
  }
  return ShProgram::Unknown;
}

// Debian's way to make /bin/sh another program.
bool replaces_sh(const LintInput& input) {
  for (const RunText& run : run_texts(input)) {
    std::string_view text = run.instruction->text;
    bool is_linked = contains(text, "/bin/sh") && contains(text, "ln ");
    if (is_linked || contains(text, "dash/sh") || contains(text, "dpkg-reconfigure dash") ||
        contains(text, "dpkg-divert"))
      return true;
  }
  return false;
}

std::vector<ShProgram> programs_of_stages(const LintInput& input) {
  std::vector<ShProgram> programs;
  for (uint32_t stage = 0; stage < input.file->stages.size(); ++stage) {
    int parent = input.evaluation.parent_stage[stage];
    ShProgram program = parent >= 0 ? programs[static_cast<size_t>(parent)]
                                    : program_of_image(input.evaluation.stage_bases[stage]);
    if (program == ShProgram::Unknown) program = program_of_packages(input, stage);
    programs.push_back(program);
  }
  return programs;
}

bool names_its_shell(const Instruction& run) {
  return !run.heredocs.empty() && run.heredocs[0].content.substr(0, 2) == "#!";
}

ShProgram program_of(const LintInput& input,
                     const std::vector<ShProgram>& programs,
                     const RunText& run) {
  if (run.instruction->form == ArgumentForm::Json || names_its_shell(*run.instruction))
    return ShProgram::Unknown;
  const std::vector<std::string>& shell = input.evaluation.states[run.index].shell;
  if (!is_posix_shell(shell)) return ShProgram::Unknown;
  std::string_view name = shell[0];
  name = name.substr(name.rfind('/') + 1);
  if (name == "bash") return ShProgram::Bash;
  if (name == "dash") return ShProgram::Dash;
  if (name == "ash") return ShProgram::Busybox;
  if (name != "sh" || run.instruction->stage >= programs.size()) return ShProgram::Unknown;
  return programs[run.instruction->stage];
}

}  // namespace

std::vector<ShProgram> sh_programs(const LintInput& input, const std::vector<RunText>& runs) {
  std::vector<ShProgram> of_stages = programs_of_stages(input);
  if (replaces_sh(input)) std::fill(of_stages.begin(), of_stages.end(), ShProgram::Unknown);
  std::vector<ShProgram> programs;
  for (const RunText& run : runs) programs.push_back(program_of(input, of_stages, run));
  return programs;
}

std::vector<RunText> dash_runs(const LintInput& input) {
  std::vector<RunText> runs;
  std::vector<RunText> all = run_texts(input);
  std::vector<ShProgram> programs = sh_programs(input, all);
  for (size_t i = 0; i < all.size(); ++i) {
    if (programs[i] == ShProgram::Dash) runs.push_back(all[i]);
  }
  return runs;
}

void for_each_node(const ShellNode& node, const std::function<void(const ShellNode&)>& visit) {
  visit(node);
  for (const ShellNode& child : node.children) for_each_node(child, visit);
  for (const ShellNode& list : node.substitutions) for_each_node(list, visit);
}

}  // namespace whittle
