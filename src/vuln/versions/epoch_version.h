// "EPOCH:VERSION-REVISION", the form that dpkg and rpm share; no order itself.
#pragma once

#include <string_view>

#include "base/strings.h"

namespace whittle {

struct EpochVersion {
  std::string_view epoch = "0";  // as written where there is a colon
  std::string_view version;
  std::string_view revision;
  bool has_revision = false;
};

// Splits at the first colon and the last dash; blanks around it are no part. Views into `text`.
inline EpochVersion split_epoch_version(std::string_view text) {
  EpochVersion parts;
  text = trim(text);
  size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    parts.epoch = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  size_t dash = text.rfind('-');
  parts.version = text.substr(0, dash);
  parts.has_revision = dash != std::string_view::npos;
  if (parts.has_revision) parts.revision = text.substr(dash + 1);
  return parts;
}

}  // namespace whittle
