// What expressions of HCL come to. What cannot be computed becomes an unknown
// value and is noted, never an error.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "builds/hcl.h"

namespace whittle {

// A place of a file and what could not be told there.
struct BuildNote {
  uint32_t line = 1;
  std::string text;
};

// Work that one file may ask for, in evaluated nodes and in bytes of values.
inline constexpr size_t kMaxHclSteps = 1'000'000;
inline constexpr size_t kMaxHclResultBytes = 1 << 20;

// A function of the file itself.
struct HclFunction {
  std::vector<std::string> parameters;
  std::string rest;                 // takes the arguments that are left; "" for none
  const HclNode* result = nullptr;  // of the parsed file
};

class HclEvaluator {
 public:
  // The value of a name that is no variable of a `for` or of a function;
  // nullopt if there is none.
  using Resolve = std::function<std::optional<HclValue>(const std::string& name)>;

  HclEvaluator(Resolve resolve, std::map<std::string, HclFunction> functions)
      : resolve_(std::move(resolve)), functions_(std::move(functions)) {}

  HclValue evaluate(const HclNode& node);

  // The same with these names, and none of those around it: a variable or function does not see the
  // names of who asks for it.
  HclValue evaluate_with(const HclNode& node, const std::map<std::string, HclValue>& names);

  // What could not be computed, each once, in order.
  const std::vector<BuildNote>& notes() const { return notes_; }

 private:
  HclValue variable(const HclNode& node);
  HclValue join_template(const HclNode& node);
  HclValue attribute(const HclNode& node);
  HclValue index(const HclNode& node);
  HclValue splat(const HclNode& node);
  HclValue call(const HclNode& node);
  HclValue call_own(const HclFunction& function, std::vector<HclValue> arguments, uint32_t line);
  HclValue conditional(const HclNode& node);
  HclValue binary(const HclNode& node);
  HclValue unary(const HclNode& node);
  HclValue list(const HclNode& node);
  HclValue object(const HclNode& node);
  HclValue for_list(const HclNode& node);
  HclValue for_object(const HclNode& node);
  HclValue unknown(uint32_t line, std::string why);
  // Runs `take` for each element of a list or object with the names of a `for`
  // set.
  HclValue each(const HclNode& node, const std::function<bool()>& take);

  Resolve resolve_;
  std::map<std::string, HclFunction> functions_;
  std::vector<std::map<std::string, HclValue>> scopes_;
  std::vector<BuildNote> notes_;
  size_t steps_ = 0;
  int depth_ = 0;
};

// About the size of a value in bytes.
size_t size_of_value(const HclValue& value);

}  // namespace whittle
