// The process's environment.
#pragma once

#include <cstdlib>
#include <string>

namespace whittle {

// The value of a variable; "" if it is not set. Thread-safe as long as nobody sets any.
inline std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace whittle
