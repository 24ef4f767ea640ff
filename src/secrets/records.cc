#include "secrets/records.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace whittle {

std::string write_hits(const std::vector<SecretHit>& hits) {
  std::string text;
  for (const SecretHit& hit : hits) {
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n",
                        printable(hit.rule),
                        hit.line,
                        hit.column,
                        hit.digest,
                        printable(hit.suppressed),
                        hit.masked);
  }
  return text;
}

std::vector<SecretHit> read_hits(std::string_view text) {
  std::vector<SecretHit> hits;
  for (std::string_view line : split_lines(text)) {
    std::vector<std::string_view> fields = split(line, '\t');
    if (fields.size() != 6) continue;
    std::optional<uint64_t> row = parse_u64(fields[1]);
    std::optional<uint64_t> column = parse_u64(fields[2]);
    if (!row || !column || *row > UINT32_MAX || *column > UINT32_MAX) continue;
    SecretHit& hit = hits.emplace_back();
    hit.rule = fields[0];
    hit.line = static_cast<uint32_t>(*row);
    hit.column = static_cast<uint32_t>(*column);
    hit.digest = fields[3];
    hit.suppressed = fields[4];
    hit.masked = fields[5];
  }
  return hits;
}

}  // namespace whittle
