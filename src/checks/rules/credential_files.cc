// Files that hold credentials by their name.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

// Of a name, or of the end of a path with '/'.
constexpr auto kFiles = std::to_array<std::string_view>({"id_rsa",
                                                         "id_dsa",
                                                         "id_ecdsa",
                                                         "id_ed25519",
                                                         ".netrc",
                                                         ".pgpass",
                                                         ".my.cnf",
                                                         ".htpasswd",
                                                         ".git-credentials",
                                                         ".dockercfg",
                                                         ".docker/config.json",
                                                         ".aws/credentials",
                                                         ".azure/accessTokens.json",
                                                         ".config/gcloud/credentials.db",
                                                         "application_default_credentials.json",
                                                         "credentials.json",
                                                         "credential.json",
                                                         "credentials",
                                                         "credential",
                                                         ".kube/config",
                                                         ".pypirc",
                                                         ".vault-token",
                                                         ".env",
                                                         "secrets.yml",
                                                         "secrets.yaml",
                                                         "master.key"});

std::string_view name_in(std::string_view row) {
  return row.substr(row.rfind('/') + 1);
}

bool is_credential(const std::string& path) {
  return std::any_of(kFiles.begin(), kFiles.end(), [&path](std::string_view row) {
    return path == row || path.ends_with("/" + std::string(row));
  });
}

void run(const ImageFacts& facts, CheckSink& sink) {
  facts.each_entry([&](NodeId id, const Entry& /*entry*/) {
    std::string_view name = facts.paths().name(id);
    bool is_named = std::any_of(kFiles.begin(), kFiles.end(), [name](std::string_view row) {
      return name_in(row) == name;
    });
    const Entry* content = is_named ? facts.paths().file(id) : nullptr;
    if (content == nullptr || content->size_bytes == 0 || facts.owner_of(id) != nullptr) return;
    std::string path = facts.tree().path(id);
    bool is_code = contains(path, "node_modules/") || contains(path, "-packages/");
    if (!is_credential(path) || is_code || facts.input().known_secret_files.contains(path)) return;
    sink.of_file(path, facts.layer_of(id), printable(path));
  });
}

}  // namespace

const ImageCheck kCredentialFiles = {
    "credential-files",
    "files are called as those that hold credentials are",
    RiskLevel::High,
    "CIS-DI-0010",
    "4.10",
    "They stay in the layer even when a later one deletes them. What --scanners "
    "secret found in them is reported there instead.",
    "Keep them out by .dockerignore, and hand them to a build with RUN "
    "--mount=type=secret",
    run,
};

}  // namespace whittle
