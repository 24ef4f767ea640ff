// The table of engines, and the choice among them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "container/engine.h"

namespace whittle {

// One row an engine.
struct EngineInfo {
  std::string_view name;
  std::string_view what;  // one line for the help
  // Connects. Errors: NotFound or Failed with the reason why it does not answer here, and a hint.
  Result<std::unique_ptr<Engine>> (*open)(const EngineOptions& options, const CancelToken& cancel);
};

const std::vector<EngineInfo>& engine_table();  // in the order they are tried

// The engine of that name, or with "" or "auto" the first of the table that answers. The error
// names every engine and why it did not.
Result<std::unique_ptr<Engine>> open_engine(std::string_view name,
                                            const EngineOptions& options,
                                            const CancelToken& cancel);

}  // namespace whittle
