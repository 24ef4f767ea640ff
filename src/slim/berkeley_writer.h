// Inside of slim: a Berkeley DB file written anew from pairs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

struct BerkeleyPair {
  std::string key;
  std::string value;
};

// A file of the kind, page size, version and byte order of `model`, with these pairs alone; that
// of `model` is not looked at behind its first 512 bytes. Nullopt where it has what rpm never asked
// for (duplicates, checksums, encryption, a hash function of its own) or the pairs are none that it
// could hold: keys that come twice, or differ behind a page only. Deterministic.
std::optional<std::string> write_berkeley_db(std::string_view model,
                                             std::vector<BerkeleyPair> pairs);

}  // namespace whittle
