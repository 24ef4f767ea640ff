// Files with credentials that are copied.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/context_sources.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kSecretNeedsMount;

namespace {

// Names that files with credentials have, by the tools that read them.
constexpr std::string_view kNames =
    ".npmrc .yarnrc.yml .pypirc .netrc _netrc .git-credentials .dockercfg id_rsa id_ed25519 "
    "id_ecdsa id_dsa .pgpass auth.json credentials.json service-account.json .htpasswd";

bool is_credential(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  if (path.size() > 4 && path.substr(path.size() - 4) == ".pub") return false;
  bool is_cloud = path == ".aws/credentials" || path == ".docker/config.json" ||
                  path == ".kube/config" || path == ".ssh" || path == ".aws";
  return is_cloud || is_one_of(kNames, name);
}

// In a project .npmrc and .yarnrc.yml hold settings; a token stands in them in plain text.
bool is_harmless(const LintInput& input, std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  bool is_setting = name == ".npmrc" || name == ".yarnrc.yml" || name == "auth.json";
  if (!is_setting) return false;
  if (input.context == nullptr) return name != ".npmrc";
  constexpr size_t kHead = 4096;
  std::string text = read_head(*input.context, path, kHead);
  return !contains(text, "_authToken") && !contains(text, "npmAuthToken") &&
         !contains(text, "_password") && !contains(text, "password") && !contains(text, "_auth");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : copies_of(input)) {
    if (place.is_onbuild || place.instruction->flag("from") != nullptr) continue;
    for (const CopySource& source : copy_sources(input, place.index)) {
      std::string path = source_path(source);
      if (!source.is_resolved || !is_credential(path) || is_harmless(input, path)) continue;
      findings.push_back(make_finding(
          kSecretNeedsMount,
          source.range,
          in_ticks(path) + " stays in the layer, everybody who has the image can read it",
          "Show it to the RUN that needs it by `--mount=type=secret`"));
    }
  }
}

}  // namespace

const Rule kSecretNeedsMount = {
    {.name = "secret-needs-mount",
     .code = "WH3608",
     .aliases = "require-secret-mounts prefer-secret-mounts-for-build-credentials",
     .severity = Severity::Warning,
     .summary = "A credential is copied into a layer for a RUN",
     .why = "A file with credentials that COPY brings stays in the layer, also when a later RUN "
            "deletes it. `RUN --mount=type=secret` shows it to the command alone.",
     .bad = "FROM python:3.12\nCOPY .netrc /root/.netrc\nRUN pip install --no-cache-dir "
            "private==1.0\n",
     .good = "FROM python:3.12\nRUN --mount=type=secret,id=netrc,target=/root/.netrc pip install "
             "--no-cache-dir private==1.0\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
