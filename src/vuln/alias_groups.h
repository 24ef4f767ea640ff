// Which names mean the same vulnerability, and by which name it is called: aliases are symmetric
// and transitive (OSV schema 1.7, "aliases").
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "vuln/database_format.h"
#include "vuln/text_pool.h"

namespace whittle {

class AliasGroups {
 public:
  explicit AliasGroups(const TextPool& texts) : texts_(texts) {}

  void join(database_format::Text a, database_format::Text b);
  // After all joins.
  void finish();
  // The smallest CVE of the group, else the smallest GHSA, else the smallest name.
  database_format::Text name_of(database_format::Text any) const;
  // All names of the group, sorted; the one alone if nothing was joined to it.
  std::vector<database_format::Text> members_of(database_format::Text any) const;

 private:
  database_format::Text root_of(database_format::Text text);
  bool is_before(database_format::Text a, database_format::Text b) const;

  const TextPool& texts_;
  std::unordered_map<database_format::Text, database_format::Text> parent_;
  std::unordered_map<database_format::Text, std::vector<database_format::Text>> members_;
};

bool is_cve(std::string_view id);

}  // namespace whittle
