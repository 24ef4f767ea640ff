#include "container/engines/docker_cli.h"

#include <set>

#include "base/strings.h"
#include "base/subprocess.h"

namespace whittle {

namespace {

constexpr uint64_t kAskTimeoutMs = 10'000;

std::optional<std::string> ask(const fs::path& program,
                               std::vector<std::string> args,
                               const CancelToken& cancel) {
  Command command;
  command.args = std::move(args);
  command.args.insert(command.args.begin(), program.string());
  command.timeout_ms = kAskTimeoutMs;
  Result<CommandResult> result = run_command(command, cancel);
  if (!result.ok() || !result->succeeded()) return std::nullopt;
  return std::move(result->out);
}

}  // namespace

std::optional<std::string> parse_docker_version(std::string_view output) {
  constexpr std::string_view kStart = "Docker version ";
  if (!output.starts_with(kStart)) return std::nullopt;
  output.remove_prefix(kStart.size());
  return std::string(output.substr(0, output.find_first_of(", \n")));
}

bool has_builtin_buildkit(std::string_view version) {
  std::vector<std::string_view> parts = split(version, '.');
  uint64_t major = parse_u64(parts[0]).value_or(0);
  uint64_t minor = parts.size() > 1 ? parse_u64(parts[1]).value_or(0) : 0;
  return (major == 18 && minor >= 9) || (major > 18 && major < 23);
}

std::optional<DockerCli> choose_docker_cli(const CancelToken& cancel) {
  std::optional<DockerCli> classic;
  std::set<fs::path> seen;
  for (const fs::path& program : find_programs("docker")) {
    std::error_code ignored;
    fs::path real = fs::canonical(program, ignored);
    if (!seen.insert(real.empty() ? program : real).second) continue;
    std::optional<std::string> output = ask(program, {"--version"}, cancel);
    std::optional<std::string> version = parse_docker_version(output.value_or(""));
    if (!version) continue;
    DockerCli cli{program, *version, has_builtin_buildkit(*version)};
    cli.buildkit = cli.buildkit || ask(program, {"buildx", "version"}, cancel).has_value();
    if (cli.buildkit) return cli;
    if (!classic) classic = cli;
  }
  return classic;
}

}  // namespace whittle
