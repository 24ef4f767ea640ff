// Files that declare several builds, Bake's and Compose's, as plain values:
// what each build takes. What could not be told is noted and left out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "builds/hcl_eval.h"

namespace whittle {

// Builds of one file that are looked at; a matrix makes many.
inline constexpr size_t kMaxDeclaredBuilds = 1'000;

// A target of Bake or a service of Compose.
struct DeclaredBuild {
  std::string name;
  uint32_t line = 1;
  std::string context = ".";              // as declared; relative to the file's folder
  std::string dockerfile = "Dockerfile";  // relative to the context
  std::optional<std::string> inline_text;
  std::vector<std::pair<std::string, std::string>> args;
  std::string target;  // stage; "": the last one
  std::vector<std::string> platforms;
  std::vector<std::string> named_contexts;
  // Only there to be inherited, as far as can be told: a missing Dockerfile is
  // no error.
  bool is_template = false;
};

struct DeclaredBuilds {
  std::vector<DeclaredBuild> builds;  // in the order of the file
  std::vector<BuildNote> notes;
};

// The value of an environment variable.
using VariableLookup = std::function<std::optional<std::string>(const std::string& name)>;
// The text of another file, by its path relative to the first one's folder.
using SiblingReader = std::function<Result<std::string>(const std::string& path)>;

// docker-bake.hcl. Errors: Invalid "NAME:LINE:COLUMN: ..." for what is no HCL,
// Limit. Source: Bake file reference.
Result<DeclaredBuilds> read_bake(std::string_view text,
                                 const std::string& name,
                                 const VariableLookup& environment);
// docker-bake.json.
Result<DeclaredBuilds> read_bake_json(std::string_view text,
                                      const std::string& name,
                                      const VariableLookup& environment);
// compose.yaml. Source: Compose specification, build and interpolation.
Result<DeclaredBuilds> read_compose(std::string_view text,
                                    const std::string& name,
                                    const VariableLookup& environment,
                                    const SiblingReader& sibling);

// The lines NAME=VALUE of an env file, later ones first.
std::vector<std::pair<std::string, std::string>> read_env_file(std::string_view text);

enum class BuildFileKind { BakeHcl, BakeJson, Compose };

// By its name: docker-bake.hcl, *.hcl, docker-bake*.json, compose.yaml,
// docker-compose.*.yml.
std::optional<BuildFileKind> build_file_kind(std::string_view name);

// True for a context that is no folder: a URL, git@..., docker-image://...
bool is_remote_context(std::string_view context);

// `${NAME:-default}` and the rest, as Compose has it; names without a value and
// without a default are appended to `missing`. Errors: Invalid for bad syntax
// and for `${NAME:?message}`.
Result<std::string> interpolate(std::string_view text,
                                const VariableLookup& environment,
                                std::vector<std::string>& missing);

}  // namespace whittle
