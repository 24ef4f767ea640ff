// Debian Policy 5.6.12: [epoch:]upstream[-revision], runs of digits by value, `~` before the end,
// the end before letters, letters before the rest.
#include "base/strings.h"
#include "vuln/versions/digits.h"
#include "vuln/versions/epoch_version.h"
#include "vuln/versions/rows.h"

namespace whittle {

namespace {

int weight(std::string_view text) {
  if (text.empty() || is_digit(text[0])) return 0;
  if (text[0] == '~') return -1;
  int byte = static_cast<unsigned char>(text[0]);
  return is_alpha(text[0]) ? byte : byte + 256;
}

int compare_part(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    while ((!a.empty() && !is_digit(a[0])) || (!b.empty() && !is_digit(b[0]))) {
      int order = sign_of(weight(a), weight(b));
      if (order != 0) return order;
      a.remove_prefix(1);  // equal weights that are not 0: both have a byte
      b.remove_prefix(1);
    }
    int order = compare_digits(take_digits(a), take_digits(b));
    if (order != 0) return order;
  }
  return 0;
}

}  // namespace

int compare_dpkg(std::string_view a, std::string_view b) {
  EpochVersion left = split_epoch_version(a);
  EpochVersion right = split_epoch_version(b);
  int order = compare_part(left.epoch, right.epoch);
  if (order == 0) order = compare_part(left.version, right.version);
  return order != 0 ? order : compare_part(left.revision, right.revision);
}

bool is_dpkg_version(std::string_view version) {
  EpochVersion parts = split_epoch_version(version);
  if (parts.version.empty() || (!parts.epoch.empty() && !are_digits(parts.epoch))) return false;
  for (char c : trim(version)) {
    if (!is_digit(c) && !is_alpha(c) && !contains(".+-~:", std::string_view(&c, 1))) return false;
  }
  return true;
}

}  // namespace whittle
