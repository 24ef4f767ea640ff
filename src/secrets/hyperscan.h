// Inside of secrets: Hyperscan (or Vectorscan, which has the same interface), loaded when the first
// patterns are to be found. The only user of its header.
#pragma once

#include <hs/hs.h>

#include "base/result.h"

namespace whittle {

// Its functions, by their names without "hs_".
struct HyperscanLibrary {
  decltype(&::hs_alloc_scratch) alloc_scratch = nullptr;
  decltype(&::hs_compile_multi) compile_multi = nullptr;
  decltype(&::hs_deserialize_database) deserialize_database = nullptr;
  decltype(&::hs_expression_info) expression_info = nullptr;
  decltype(&::hs_free_compile_error) free_compile_error = nullptr;
  decltype(&::hs_free_database) free_database = nullptr;
  decltype(&::hs_free_scratch) free_scratch = nullptr;
  decltype(&::hs_populate_platform) populate_platform = nullptr;
  decltype(&::hs_scan) scan = nullptr;
  decltype(&::hs_serialize_database) serialize_database = nullptr;
  decltype(&::hs_valid_platform) valid_platform = nullptr;
  decltype(&::hs_version) version = nullptr;
  Status status;  // whether all of them are there
};

// Thread-safe.
const HyperscanLibrary& hyperscan();

}  // namespace whittle
