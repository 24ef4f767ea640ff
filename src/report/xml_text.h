// Text for XML 1.0: escaped, without characters that XML has no place for.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

// For attributes between double quotes and for content: line ends and tabs are references, so that
// a reader gets them back.
std::string xml_escaped(std::string_view text);
// For content: line ends and tabs as they are.
std::string xml_content(std::string_view text);

}  // namespace whittle
