#include "reach/facts.h"

#include <algorithm>

#include "base/strings.h"
#include "packages/fields.h"

namespace whittle {

namespace {

constexpr size_t kMaxValueBytes = 4096;
constexpr size_t kMaxFacts = 50'000;
constexpr size_t kMaxRecordBytes = 4 << 20;
constexpr std::string_view kCutOff = "+";

bool is_storable(std::string_view value) {
  return value.size() <= kMaxValueBytes && std::none_of(value.begin(), value.end(), [](char c) {
           return (static_cast<unsigned char>(c) < ' ' && c != kWordEnd && c != kUnknownWord[0]) ||
                  c == '\x7f';
         });
}

std::optional<Fact> read_fact(std::string_view line) {
  size_t blank = line.find(' ');
  if (blank == std::string_view::npos || blank < 2) return std::nullopt;
  Fact fact;
  fact.kind = static_cast<FactKind>(line[0]);
  fact.level = line[1] == '!' ? NeedLevel::Must : NeedLevel::May;
  uint64_t number = parse_u64(line.substr(2, blank - 2)).value_or(0);
  fact.line = static_cast<uint32_t>(std::min<uint64_t>(number, UINT32_MAX));
  fact.value = line.substr(blank + 1);
  return fact;
}

}  // namespace

void FactWriter::add(FactKind kind, NeedLevel level, std::string_view value, uint32_t line) {
  if (!is_storable(value)) return;
  std::string fact{static_cast<char>(kind), level == NeedLevel::Must ? '!' : '?'};
  std::string key = fact;
  key += value;
  bool is_full = seen_.size() >= kMaxFacts || text_.size() >= kMaxRecordBytes;
  if (is_full) {
    if (!text_.ends_with("+\n")) text_ += "+\n";
    return;
  }
  if (!seen_.insert(std::move(key)).second) return;
  if (line > 0) fact += std::to_string(line);
  fact += ' ';
  fact += value;
  text_ += fact + "\n";
}

std::string FactWriter::take(std::string_view kind_name) {
  if (text_.empty()) return "";
  std::string text = std::string(kind_name) + "\n" + text_;
  text_.clear();
  seen_.clear();
  return text;
}

FileRecord read_record(std::string_view text) {
  FileRecord record;
  record.kind_name = take_line(text);
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line == kCutOff) record.is_cut_off = true;
    if (std::optional<Fact> fact = read_fact(line)) record.facts.push_back(*fact);
  }
  return record;
}

}  // namespace whittle
