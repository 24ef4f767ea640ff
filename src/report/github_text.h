// Text inside workflow commands of GitHub Actions.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

// The message of a command: the runner undoes what is escaped.
std::string github_data(std::string_view text);
// The value of a property: beside them what separates properties.
std::string github_property(std::string_view text);

}  // namespace whittle
