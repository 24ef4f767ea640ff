// What any bytes say of other files, as a file of each kind: the first byte chooses the name. What
// is kept must read back, and end.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "reach/file_kinds.h"

namespace {

constexpr std::string_view kNames[] = {"usr/bin/program",
                                       "app/a.py",
                                       "app/a.js",
                                       "app/package.json",
                                       "app/a.jar",
                                       "app/A.class",
                                       "app/a.pl",
                                       "app/a.rb",
                                       "app/a.php",
                                       "app/a.sh",
                                       "site/a.pth",
                                       "entry_points.txt",
                                       "etc/nginx/a.conf",
                                       "etc/nsswitch.conf",
                                       "etc/pam.d/a",
                                       "etc/php/php.ini"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  if (size == 0) return 0;
  std::string_view name = kNames[data[0] % std::size(kNames)];
  std::string_view content(reinterpret_cast<const char*>(data) + 1, size - 1);
  FileFacts file{name, content.size(), name == kNames[0] ? 0755U : 0644U};
  std::string kept = file_facts(file, content);
  if (kept.empty()) return 0;
  FileRecord record = read_record(kept);
  if (record.kind_name.empty() || (record.facts.empty() && kept.find('\n') + 1 != kept.size()))
    std::abort();
  FactWriter again;
  for (const Fact& fact : record.facts) again.add(fact.kind, fact.level, fact.value, fact.line);
  if (!record.is_cut_off && again.take(record.kind_name) != kept) std::abort();
  return 0;
}
