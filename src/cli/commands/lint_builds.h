// Bake and Compose files as words of `whittle lint`: the Dockerfiles they
// build, with arguments, target, platforms and context. Internal to the
// command.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/lint.h"

namespace whittle {

struct BuildSources {
  std::vector<LintSource> sources;  // without their policies, each file once
  std::string remarks;              // for stderr: what could not be told
};

// True for a file that is there and has the name of one.
bool is_build_file(const std::string& word);

// The Dockerfiles that a Bake or Compose file builds, each once with all its
// builds; an inline one is a source of its own, "compose.yaml#web". Variables
// come from the environment, for Compose also from the `.env` beside it.
// `given` is what the command line says of every build: its arguments count
// more, a context or target of its own replaces the declared one. Errors: those
// of reading.
Result<BuildSources> sources_of_build_file(const std::string& word, const LintBuild& given);

// Sources, each file once: another one of the same file gives it its builds.
class SourceSet {
 public:
  void add(LintSource source);

  std::vector<LintSource> take() { return std::move(sources_); }

 private:
  std::vector<LintSource> sources_;
  std::map<std::string, size_t> index_;  // into sources_, by path or name of a text
};

}  // namespace whittle
