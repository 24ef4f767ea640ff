#include "cli/commands/service_options.h"

#include <cstdlib>

#include "base/strings.h"
#include "builds/compose_services.h"
#include "config/yaml.h"

namespace whittle {

namespace {

using Row = OptionRow<ServiceSettings>;
using Variables = std::vector<std::pair<std::string, std::string>>;

constexpr uint64_t kMaxEnvFileBytes = 1ULL << 20;

Status set_file(ServiceSettings& settings, const std::string& value) {
  if (value.empty()) {
    return Error(ErrorKind::Usage, "the file's name is empty")
        .hint("Write for example --compose compose.yaml");
  }
  settings.file = value;
  return {};
}

Status set_service(ServiceSettings& settings, const std::string& value) {
  settings.service = value;
  return {};
}

// Those of this process win over those of `.env`.
std::optional<std::string> variable(const Variables& env_file, const std::string& name) {
  if (const char* set = std::getenv(name.c_str())) return std::string(set);
  for (const auto& [key, value] : env_file) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Result<DeclaredServices> read_declared(const std::string& file) {
  TRY_ASSIGN(std::string text, read_file(file, kMaxYamlBytes));
  std::error_code error;
  fs::path folder = fs::absolute(file, error).parent_path();
  if (error) return errno_error("cannot find the current folder", error.value());
  Variables env_file;
  Result<std::string> env = read_file(folder / ".env", kMaxEnvFileBytes);
  if (env.ok()) env_file = read_env_file(*env);
  VariableLookup environment = [&](const std::string& name) { return variable(env_file, name); };
  SiblingReader sibling = [&](const std::string& path) {
    return read_file(folder / path, kMaxYamlBytes);
  };
  return read_services(text, printable(file), clean_path(folder.string()), environment, sibling);
}

Result<std::optional<ServicePlan>> plan(const ServiceSettings& settings,
                                        ServiceChoice choice,
                                        ProbeSpec& probe) {
  if (settings.file.empty() && settings.service.empty()) return std::optional<ServicePlan>();
  if (settings.file.empty()) {
    return Error(ErrorKind::Usage, "--compose-service without --compose")
        .hint("Name the file: --compose compose.yaml");
  }
  choice.service = settings.service;
  TRY_ASSIGN(DeclaredServices declared, read_declared(settings.file));
  TRY_ASSIGN(ServicePlan made, plan_services(std::move(declared), choice));
  const std::vector<uint16_t>& published = made.target.published;
  if (probe.port == 0 && !published.empty()) probe.port = published.front();
  return std::optional<ServicePlan>(std::move(made));
}

}  // namespace

const std::vector<OptionRowGroup<ServiceSettings>>& service_rows() {
  static const std::vector<OptionRowGroup<ServiceSettings>> groups = {
      {"Services it needs",
       {
           Row{{"compose",
                0,
                "FILE",
                "Run the image as a service of this Compose file, with its settings and beside the "
                "services that it depends on, fresh for each run",
                false,
                {},
                Completes::Files},
               set_file},
           Row{{"compose-service",
                0,
                "NAME",
                "The service that the image is run as; the one with this image or build if not "
                "given"},
               set_service},
       }}};
  return groups;
}

Result<std::optional<ServicePlan>> services_for_image(const ServiceSettings& settings,
                                                      const std::string& image,
                                                      ProbeSpec& probe) {
  ServiceChoice choice;
  choice.image = image;
  return plan(settings, std::move(choice), probe);
}

Result<std::optional<ServicePlan>> services_for_build(const ServiceSettings& settings,
                                                      const fs::path& context,
                                                      ProbeSpec& probe) {
  std::error_code error;
  ServiceChoice choice;
  choice.build_context = clean_path(fs::absolute(context, error).string());
  return plan(settings, std::move(choice), probe);
}

}  // namespace whittle
