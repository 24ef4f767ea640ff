#include "container/engine.h"

namespace whittle {

namespace {

Error not_here(std::string_view what) {
  return Error(ErrorKind::Unsupported, "this engine cannot " + std::string(what));
}

}  // namespace

std::vector<fs::path> Engine::storage(const CancelToken&) {
  return {};
}

Status Container::stop(uint64_t) {
  return not_here("stop a container");
}

Result<std::string> Container::read_file(const std::string&, uint64_t) {
  return not_here("read files of a container");
}

Result<CommandResult> Container::exec(const std::vector<std::string>&,
                                      const std::string&,
                                      uint64_t) {
  return not_here("run a command in a container");
}

Result<std::string> Container::address() {
  return std::string();
}

Result<std::string> Engine::make_network(const CancelToken&) {
  return not_here("make networks");
}

Result<std::string> Engine::make_volume(const CancelToken&) {
  return not_here("make volumes");
}

Status Engine::remove_network(const std::string&) {
  return not_here("make networks");
}

Status Engine::remove_volume(const std::string&) {
  return not_here("make volumes");
}

}  // namespace whittle
