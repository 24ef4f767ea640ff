#if WHITTLE_HAS_HYPERSCAN

#include "secrets/hyperscan.h"

#include "base/late_library.h"

namespace whittle {

namespace {

HyperscanLibrary load() {
  HyperscanLibrary library;
  LateLibrary late("libhs.so.5", "install Hyperscan 5 (Debian: libhyperscan5)");
  late.find("hs_alloc_scratch", library.alloc_scratch);
  late.find("hs_compile_multi", library.compile_multi);
  late.find("hs_deserialize_database", library.deserialize_database);
  late.find("hs_expression_info", library.expression_info);
  late.find("hs_free_compile_error", library.free_compile_error);
  late.find("hs_free_database", library.free_database);
  late.find("hs_free_scratch", library.free_scratch);
  late.find("hs_populate_platform", library.populate_platform);
  late.find("hs_scan", library.scan);
  late.find("hs_serialize_database", library.serialize_database);
  late.find("hs_valid_platform", library.valid_platform);
  late.find("hs_version", library.version);
  library.status = late.status();
  return library;
}

}  // namespace

const HyperscanLibrary& hyperscan() {
  static const HyperscanLibrary& loaded = *new HyperscanLibrary(load());
  return loaded;
}

}  // namespace whittle

#endif
