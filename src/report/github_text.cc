#include "report/github_text.h"

#include "base/strings.h"
#include "report/utf8.h"

namespace whittle {

std::string github_data(std::string_view text) {
  std::string out = replace_all(valid_utf8(text), "%", "%25");
  return replace_all(replace_all(out, "\r", "%0D"), "\n", "%0A");
}

std::string github_property(std::string_view text) {
  return replace_all(replace_all(github_data(text), ":", "%3A"), ",", "%2C");
}

}  // namespace whittle
