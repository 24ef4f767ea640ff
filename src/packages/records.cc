#include "packages/records.h"

#include "base/strings.h"
#include "packages/fields.h"

namespace whittle {

namespace {

constexpr size_t kMaxPackages = 20'000;
constexpr size_t kMaxTextBytes = 1'000;

void write_field(char key, std::string_view value, std::string& into) {
  if (value.empty()) return;
  into.push_back(key);
  into.push_back(':');
  for (char c : value) into.push_back(static_cast<unsigned char>(c) < ' ' ? ' ' : c);
  into.push_back('\n');
}

}  // namespace

std::string write_records(const std::vector<Package>& packages) {
  std::string text;
  size_t count = 0;
  for (const Package& package : packages) {
    bool is_overlong = package.name.size() > kMaxTextBytes ||
                       package.version.size() > kMaxTextBytes ||
                       package.architecture.size() > kMaxTextBytes;
    if (is_overlong || ++count > kMaxPackages) continue;
    write_field('T', package.type, text);
    write_field('N', package.name, text);
    write_field('V', package.version, text);
    write_field('A', package.architecture, text);
    for (const std::string& license : package.licenses) {
      if (license.size() <= kMaxTextBytes) write_field('L', license, text);
    }
    text.push_back('\n');
  }
  return text;
}

std::vector<Package> read_records(std::string_view text) {
  std::vector<Package> packages;
  FieldReader reader(text);
  while (reader.next_stanza()) {
    Package& package = packages.emplace_back();
    while (reader.next_field()) {
      if (reader.key() == "T") package.type = reader.value();
      if (reader.key() == "N") package.name = reader.value();
      if (reader.key() == "V") package.version = reader.value();
      if (reader.key() == "A") package.architecture = reader.value();
      if (reader.key() == "L") package.licenses.emplace_back(reader.value());
    }
  }
  return packages;
}

}  // namespace whittle
