// Real rpm databases of the corpus, with what rpm itself lists of them (expected/, by rpm -qa).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fs.h"
#include "base/strings.h"
#include "codec/decompress.h"
#include "model/package.h"

namespace whittle::test {

struct RpmSample {
  const char* folder;
  const char* file;
  const char* place;
};

inline constexpr RpmSample kRpmSamples[] = {
    {"cbl-mariner-2.0", "rpmdb.sqlite", "var/lib/rpm"},
    {"sle15-bci", "Packages.db", "usr/lib/sysimage/rpm"},
    {"libuuid", "Packages", "var/lib/rpm"},
};

// Nullopt where there is no corpus beside the project.
inline std::optional<std::string> rpm_database(const RpmSample& sample) {
  fs::path folder = fs::path(WHITTLE_SOURCE_DIR) / "../shared/corpus/rpmdb" / sample.folder;
  Result<std::string> gzip = read_file(folder / (std::string(sample.file) + ".gz"), 64ULL << 20);
  if (!gzip.ok()) return std::nullopt;
  auto source = string_source(*gzip);
  Result<Decompressed> plain = decompress(*source, Limits{});
  CHECK(plain.ok());
  std::string bytes;
  std::vector<std::byte> buffer(1 << 16);
  for (;;) {
    Result<size_t> n = plain->bytes->read(buffer);
    CHECK(n.ok());
    if (*n == 0) return bytes;
    bytes.append(reinterpret_cast<const char*>(buffer.data()), *n);
  }
}

// NAME|[EPOCH:]VERSION-RELEASE|ARCH|SOURCERPM, as "rpm -qa --qf" wrote them.
inline std::vector<std::string> rpm_rows(const RpmSample& sample) {
  fs::path folder = fs::path(WHITTLE_SOURCE_DIR) / "tests/packages/expected";
  Result<std::string> text = read_file(folder / (std::string(sample.folder) + ".txt"), 1 << 20);
  CHECK(text.ok());
  std::vector<std::string> rows;
  for (std::string_view line : split_lines(*text)) rows.emplace_back(line);
  return rows;
}

inline std::string rpm_row_of(const Package& package) {
  if (package.architecture.empty()) return package.name + "|" + package.version + "|(none)|(none)";
  size_t colon = package.version.find(':');
  std::string plain = package.version.substr(colon == std::string::npos ? 0 : colon + 1);
  return package.name + "|" + package.version + "|" + package.architecture + "|" +
         (package.source_name.empty() ? package.name : package.source_name) + "-" +
         (package.source_version.empty() ? plain : package.source_version) + ".src.rpm";
}

}  // namespace whittle::test
