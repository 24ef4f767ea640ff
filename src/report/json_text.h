// A report's JSON as text, written member by member, so that a long list is never in memory as a
// whole.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace whittle {

// The text is that of dump_report (report/json_parts.h) over an object with these members.
class JsonText {
 public:
  void add(std::string_view key, const nlohmann::ordered_json& value);
  // `make` gives each of `count` elements when its turn comes.
  void add_list(std::string_view key,
                size_t count,
                const std::function<nlohmann::ordered_json(size_t)>& make);
  // Ends the object.
  std::string finish();

 private:
  void begin(std::string_view key);

  std::string text_ = "{";
};

}  // namespace whittle
