// Reads many files of a build context one after the other: the folder is opened once, and the
// memory of one file is used for the next.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "context/context.h"

namespace whittle {

// For one thread at a time.
class ContextReader {
 public:
  // Errors: what opening the folder of the context says.
  static Result<ContextReader> open(const BuildContext& context);
  // As read_context_file. The bytes stay until the next call.
  Result<std::string_view> read(std::string_view path, uint64_t max_bytes);

 private:
  explicit ContextReader(UniqueFd root) : root_(std::move(root)) {}

  UniqueFd root_;
  std::string buffer_;
};

}  // namespace whittle
