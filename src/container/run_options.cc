#include "container/run_options.h"

namespace whittle {

void add_run_options(const RunRequest& request, std::vector<std::string>& args) {
  auto add = [&](std::string name, const std::string& value) {
    args.push_back(std::move(name));
    args.push_back(value);
  };
  if (!request.entrypoint.empty()) add("--entrypoint", request.entrypoint.front());
  if (!request.user.empty()) add("--user", request.user);
  for (const std::string& capability : request.add_capabilities) add("--cap-add", capability);
  if (!request.folder.empty()) add("--volume", request.folder);
  if (request.max_processes > 0) add("--pids-limit", std::to_string(request.max_processes));
  if (request.no_health_check) args.emplace_back("--no-healthcheck");
  args.insert(args.end(), request.extra_args.begin(), request.extra_args.end());
  args.push_back(request.image);
  // --entrypoint takes one word; the others stand before the command.
  if (!request.entrypoint.empty())
    args.insert(args.end(), request.entrypoint.begin() + 1, request.entrypoint.end());
  args.insert(args.end(), request.command.begin(), request.command.end());
}

}  // namespace whittle
