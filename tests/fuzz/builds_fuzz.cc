// Any text as a Bake file (HCL, and its JSON form) and as a Compose file: read without harm, with
// as many builds and notes as are allowed, and the same again each time.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "builds/build_file.h"
#include "builds/compose_services.h"

namespace whittle {

namespace {

void require(bool is_true) {
  if (!is_true) std::abort();
}

std::optional<std::string> look_up(const std::string& name) {
  if (name.size() % 3 == 0) return std::nullopt;
  return name.size() % 3 == 1 ? "" : "value of " + name;
}

void check(const Result<DeclaredBuilds>& declared, const Result<DeclaredBuilds>& again) {
  require(declared.ok() == again.ok());
  if (!declared.ok()) return;
  require(declared->builds.size() <= kMaxDeclaredBuilds);
  require(declared->builds.size() == again->builds.size());
  require(declared->notes.size() == again->notes.size());
  for (size_t i = 0; i < declared->builds.size(); ++i) {
    const DeclaredBuild& build = declared->builds[i];
    require(build.args == again->builds[i].args);
    require(!build.context.empty() && !build.dockerfile.empty() && build.line > 0);
  }
}

void check_services(const std::string& text, const SiblingReader& sibling) {
  Result<DeclaredServices> declared = read_services(text, "c", "/f", look_up, sibling);
  if (!declared.ok()) return;
  require(declared->services.size() <= kMaxServices);
  for (const Service& service : declared->services) {
    require(!service.images.empty() && !service.aliases.empty());
    Result<ServicePlan> plan = plan_services(*declared, {service.name, "", ""});
    if (plan.ok()) require(plan->others.size() < declared->services.size());
  }
}

void run(const std::string& text) {
  auto sibling = [&](const std::string& path) -> Result<std::string> {
    if (path.size() % 2 == 0) return Error(ErrorKind::NotFound, "not there");
    return text;
  };
  check(read_bake(text, "b", look_up), read_bake(text, "b", look_up));
  check(read_bake_json(text, "b", look_up), read_bake_json(text, "b", look_up));
  check(read_compose(text, "c", look_up, sibling), read_compose(text, "c", look_up, sibling));
  check_services(text, sibling);
  std::vector<std::string> missing;
  (void)interpolate(text, look_up, missing).ok();
  (void)read_env_file(text);
}

}  // namespace

}  // namespace whittle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whittle::run(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
