// The keys of one service. Internal to compose_services.h.
#pragma once

#include <string>
#include <vector>

#include "builds/build_file.h"
#include "builds/compose_parts.h"
#include "model/services.h"

namespace whittle {

// The file that a service stands in, and what its texts are expanded with. Refers to all of them.
struct ComposeScope {
  const YamlNode& root;
  std::string name;      // of the file, as it is shown
  std::string folder;    // absolute, of the file
  std::string relative;  // the same, relative to the first file; "" for that
  const VariableLookup& environment;
  const SiblingReader& sibling;
  std::vector<std::string>& notes;

  Error bad(const YamlNode& node, std::string_view what) const;
  // An expanded scalar; "" for null. Invalid for all else.
  Result<std::string> text(const YamlNode& node) const;
  Result<std::string> expand(const std::string& text, const YamlNode& node) const;
  // A scalar as one, or a list.
  Result<std::vector<std::string>> texts(const YamlNode& node) const;
};

// A service while what it extends is put under it.
struct ServiceDraft {
  Service service;
  std::vector<std::pair<std::string, std::string>> from_files;  // of `env_file`
  std::vector<std::pair<std::string, std::string>> links;       // service and a name for it
  bool clears_entrypoint = false;
};

// Puts the keys of a service over what the draft has. Does not follow `extends`.
Status read_service_keys(const YamlNode& node, const ComposeScope& scope, ServiceDraft& draft);

}  // namespace whittle
