#include "container/engines/engines.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "container/engines/builtin.h"
#include "container/engines/docker.h"
#include "container/engines/podman.h"

namespace whittle {

const std::vector<EngineInfo>& engine_table() {
  static const std::vector<EngineInfo> table = {
      {"docker", "Docker or Moby, through its socket and its command line", &open_docker},
      {"podman", "Podman, through its command line", &open_podman},
      {"builtin",
       "buildah to build, runc or crun to run; for machines without the others",
       &open_builtin},
  };
  return table;
}

namespace {

Error unknown_engine(std::string_view name) {
  std::vector<std::string> names = {"auto"};
  for (const EngineInfo& info : engine_table()) names.emplace_back(info.name);
  return Error(ErrorKind::Usage, fmt::format("there is no engine `{}`", printable(name)))
      .hint("Engines: " + join(names, ", "));
}

Result<std::unique_ptr<Engine>> first_that_answers(const EngineOptions& options,
                                                   const CancelToken& cancel) {
  std::string reasons;
  for (const EngineInfo& info : engine_table()) {
    Result<std::unique_ptr<Engine>> engine = info.open(options, cancel);
    if (engine.ok() || engine.error().kind() == ErrorKind::Cancelled) return engine;
    reasons += fmt::format("\n  {}: {}", info.name, engine.error().message());
  }
  return Error(ErrorKind::NotFound, "no container engine answers:" + reasons)
      .hint("Start Docker or Podman, or install buildah and runc");
}

}  // namespace

Result<std::unique_ptr<Engine>> open_engine(std::string_view name,
                                            const EngineOptions& given,
                                            const CancelToken& cancel) {
  EngineOptions options = given;
  std::error_code ignored;
  options.work_dir = fs::absolute(given.work_dir, ignored);  // programs are started elsewhere, too
  if (name.empty() || name == "auto") return first_that_answers(options, cancel);
  for (const EngineInfo& info : engine_table()) {
    if (info.name != name) continue;
    Result<std::unique_ptr<Engine>> engine = info.open(options, cancel);
    if (engine.ok()) return engine;
    return std::move(engine).error().with(fmt::format("engine {} does not answer", info.name));
  }
  return unknown_engine(name);
}

}  // namespace whittle
