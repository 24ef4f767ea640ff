// The real Dockerfiles of the corpus, for tests of properties: they skip where it is not beside the
// project.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/fs.h"
#include "base/strings.h"

namespace whittle::test {

inline const fs::path kDockerfileCorpus =
    fs::path(WHITTLE_SOURCE_DIR) / "../shared/corpus/dockerfiles";

// Sorted. The corpus must be there.
inline std::vector<fs::path> corpus_files() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(kDockerfileCorpus)) {
    std::string name = entry.path().filename().string();
    bool is_dockerfile = entry.is_regular_file() && !contains(name, "ignore") &&
                         !contains(name, ".csv") && !contains(name, ".json");
    if (is_dockerfile) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace whittle::test
