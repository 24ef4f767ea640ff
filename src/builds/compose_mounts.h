// Volumes, secrets and configurations of a service. Internal to compose_services.h.
#pragma once

#include <string>

#include "builds/compose_service.h"

namespace whittle {

// A path of this machine as a file has it, absolute: from the file's folder on, or with `~`.
std::string compose_path(const std::string& path, const ComposeScope& scope);

Status read_volumes(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft);
Status read_tmpfs(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft);
Status read_secrets(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft);
Status read_configs(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft);

}  // namespace whittle
