#include "builds/hcl_eval.h"

#include <algorithm>

#include "base/strings.h"
#include "builds/hcl_functions.h"

namespace whittle {

namespace {

using Kind = HclNode::Kind;
using ValueKind = HclValue::Kind;

// Values that are copied count as steps, too.
constexpr size_t kBytesOfStep = 512;

HclValue compare(const std::string& op, double a, double b) {
  if (op == "<") return HclValue::boolean(a < b);
  if (op == ">") return HclValue::boolean(a > b);
  if (op == "<=") return HclValue::boolean(a <= b);
  return HclValue::boolean(a >= b);
}

std::optional<double> calculate(const std::string& op, double a, double b) {
  if (op == "+") return a + b;
  if (op == "-") return a - b;
  if (op == "*") return a * b;
  if (b == 0) return std::nullopt;
  if (op == "/") return a / b;
  // As Go does: the rest has the sign of the first number.
  double whole = a / b;
  whole = whole < 0 ? -static_cast<double>(static_cast<int64_t>(std::min(-whole, 9e15)))
                    : static_cast<double>(static_cast<int64_t>(std::min(whole, 9e15)));
  return a - b * whole;
}

// What `values[key]` is; null pointer if there is none.
const HclValue* member_of(const HclValue& value, const HclValue& key) {
  if (value.kind == ValueKind::Object) {
    std::optional<std::string> name = key.as_text();
    return name ? value.find(*name) : nullptr;
  }
  std::optional<double> number = key.as_number();
  bool fits = value.kind == ValueKind::List && number && *number >= 0 &&
              *number < static_cast<double>(value.items.size());
  return fits ? &value.items[static_cast<size_t>(*number)] : nullptr;
}

}  // namespace

size_t size_of_value(const HclValue& value) {
  size_t size = sizeof(HclValue) + value.text.size();
  for (const std::string& key : value.keys) size += key.size() + sizeof(std::string);
  for (const HclValue& item : value.items) size += size_of_value(item);
  return size;
}

HclValue HclEvaluator::unknown(uint32_t line, std::string why) {
  bool is_new = std::none_of(notes_.begin(), notes_.end(), [&](const BuildNote& note) {
    return note.line == line && note.text == why;
  });
  if (is_new && notes_.size() < 1'000) notes_.push_back({line, why});
  return HclValue::unknown(std::move(why));
}

HclValue HclEvaluator::evaluate_with(const HclNode& node,
                                     const std::map<std::string, HclValue>& names) {
  std::vector<std::map<std::string, HclValue>> outer = std::exchange(scopes_, {names});
  HclValue value = evaluate(node);
  scopes_ = std::move(outer);
  return value;
}

HclValue HclEvaluator::evaluate(const HclNode& node) {
  if (++steps_ > kMaxHclSteps) return HclValue::unknown("the file asks for too much");
  // Functions call each other: more than the nesting of the text.
  if (depth_ > 3 * kMaxHclDepth) return unknown(node.line, "nested too deep");
  ++depth_;
  HclValue value;
  switch (node.kind) {
    case Kind::Literal:
      value = node.value;
      break;
    case Kind::Template:
      value = join_template(node);
      break;
    case Kind::Variable:
      value = variable(node);
      break;
    case Kind::Attribute:
      value = attribute(node);
      break;
    case Kind::Index:
      value = index(node);
      break;
    case Kind::Splat:
      value = splat(node);
      break;
    case Kind::Call:
      value = call(node);
      break;
    case Kind::Conditional:
      value = conditional(node);
      break;
    case Kind::Binary:
      value = binary(node);
      break;
    case Kind::Unary:
      value = unary(node);
      break;
    case Kind::List:
      value = list(node);
      break;
    case Kind::Object:
      value = object(node);
      break;
    case Kind::ForList:
      value = for_list(node);
      break;
    case Kind::ForObject:
      value = for_object(node);
      break;
    case Kind::Unsupported:
      value = unknown(node.line, node.name + " is not computed");
      break;
  }
  --depth_;
  size_t bytes = size_of_value(value);
  steps_ += bytes / kBytesOfStep;
  if (bytes > kMaxHclResultBytes) return unknown(node.line, "the value is too large");
  return value;
}

HclValue HclEvaluator::variable(const HclNode& node) {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    auto found = scope->find(node.name);
    if (found != scope->end()) return found->second;
  }
  if (std::optional<HclValue> value = resolve_(node.name)) return std::move(*value);
  return unknown(node.line, "`" + printable(node.name) + "` is not known");
}

HclValue HclEvaluator::join_template(const HclNode& node) {
  // One interpolation alone keeps its type.
  if (node.children.size() == 1) return evaluate(node.children[0]);
  std::string text;
  std::optional<HclValue> unknown_part;
  for (const HclNode& child : node.children) {
    HclValue part = evaluate(child);
    std::optional<std::string> shown = part.as_text();
    if (shown) {
      text += *shown;
    } else if (!unknown_part) {
      unknown_part = part.is_unknown() ? part : unknown(child.line, "the value is no text");
    }
    if (text.size() > kMaxHclResultBytes) return unknown(node.line, "the text is too long");
  }
  return unknown_part ? std::move(*unknown_part) : HclValue::of_text(std::move(text));
}

HclValue HclEvaluator::attribute(const HclNode& node) {
  HclValue object = evaluate(node.children[0]);
  if (object.is_unknown()) return object;
  const HclValue* found = object.find(node.name);
  if (found != nullptr) return *found;
  return unknown(node.line, "there is no `" + printable(node.name) + "`");
}

HclValue HclEvaluator::index(const HclNode& node) {
  HclValue value = evaluate(node.children[0]);
  HclValue key = evaluate(node.children[1]);
  if (value.is_unknown()) return value;
  if (key.is_unknown()) return key;
  const HclValue* found = member_of(value, key);
  return found != nullptr ? *found : unknown(node.line, "there is no such element");
}

HclValue HclEvaluator::splat(const HclNode& node) {
  HclValue value = evaluate(node.children[0]);
  if (value.is_unknown()) return value;
  std::vector<HclValue> items;
  if (value.kind == ValueKind::List) {
    items = value.items;
  } else if (value.kind != ValueKind::Null) {
    items.push_back(value);
  }
  if (node.name.empty()) return HclValue::list(std::move(items));
  for (HclValue& item : items) {
    const HclValue* found = item.find(node.name);
    if (found == nullptr) return unknown(node.line, "there is no `" + printable(node.name) + "`");
    HclValue taken = *found;
    item = std::move(taken);
  }
  return HclValue::list(std::move(items));
}

HclValue HclEvaluator::call(const HclNode& node) {
  std::vector<HclValue> arguments;
  for (const HclNode& child : node.children) arguments.push_back(evaluate(child));
  if (node.spreads && !arguments.empty()) {
    HclValue last = std::move(arguments.back());
    arguments.pop_back();
    if (last.is_unknown()) return last;
    arguments.insert(arguments.end(), last.items.begin(), last.items.end());
  }
  auto own = functions_.find(node.name);
  if (own != functions_.end()) return call_own(own->second, std::move(arguments), node.line);
  std::string name = "`" + printable(node.name) + "()`";
  const HclFunctionRow* row = find_hcl_function(node.name);
  if (row == nullptr) return unknown(node.line, name + " is not computed");
  if (arguments.size() < row->least || arguments.size() > row->most)
    return unknown(node.line, name + " takes another number of arguments");
  for (const HclValue& argument : arguments) {
    if (argument.is_unknown()) return argument;
  }
  HclValue value = row->call(arguments);
  return value.is_unknown() ? unknown(node.line, name + ": " + value.text) : value;
}

HclValue HclEvaluator::call_own(const HclFunction& function,
                                std::vector<HclValue> arguments,
                                uint32_t line) {
  bool fits = function.result != nullptr && arguments.size() >= function.parameters.size() &&
              (!function.rest.empty() || arguments.size() == function.parameters.size());
  if (!fits) return unknown(line, "a function is called with another number of arguments");
  std::map<std::string, HclValue> names;
  for (size_t i = 0; i < function.parameters.size(); ++i)
    names[function.parameters[i]] = std::move(arguments[i]);
  if (!function.rest.empty()) {
    auto first = arguments.begin() + static_cast<std::ptrdiff_t>(function.parameters.size());
    names[function.rest] =
        HclValue::list({std::make_move_iterator(first), std::make_move_iterator(arguments.end())});
  }
  return evaluate_with(*function.result, names);
}

HclValue HclEvaluator::conditional(const HclNode& node) {
  HclValue condition = evaluate(node.children[0]);
  if (condition.is_unknown()) return condition;
  std::optional<bool> flag = condition.as_bool();
  if (!flag) return unknown(node.line, "the condition is neither true nor false");
  return evaluate(node.children[*flag ? 1 : 2]);
}

HclValue HclEvaluator::binary(const HclNode& node) {
  HclValue a = evaluate(node.children[0]);
  HclValue b = evaluate(node.children[1]);
  if (a.is_unknown()) return a;
  if (b.is_unknown()) return b;
  const std::string& op = node.name;
  if (op == "==") return HclValue::boolean(a.equals(b));
  if (op == "!=") return HclValue::boolean(!a.equals(b));
  if (op == "&&" || op == "||") {
    std::optional<bool> x = a.as_bool();
    std::optional<bool> y = b.as_bool();
    if (!x || !y) return unknown(node.line, "`" + op + "` takes true or false");
    return HclValue::boolean(op == "&&" ? *x && *y : *x || *y);
  }
  std::optional<double> x = a.as_number();
  std::optional<double> y = b.as_number();
  if (!x || !y) return unknown(node.line, "`" + op + "` takes numbers");
  if (op[0] == '<' || op[0] == '>') return compare(op, *x, *y);
  std::optional<double> result = calculate(op, *x, *y);
  return result ? HclValue::of_number(*result) : unknown(node.line, "division by zero");
}

HclValue HclEvaluator::unary(const HclNode& node) {
  HclValue value = evaluate(node.children[0]);
  if (value.is_unknown()) return value;
  if (node.name == "!") {
    std::optional<bool> flag = value.as_bool();
    return flag ? HclValue::boolean(!*flag) : unknown(node.line, "`!` takes true or false");
  }
  std::optional<double> number = value.as_number();
  return number ? HclValue::of_number(-*number) : unknown(node.line, "`-` takes a number");
}

HclValue HclEvaluator::list(const HclNode& node) {
  std::vector<HclValue> items;
  for (const HclNode& child : node.children) items.push_back(evaluate(child));
  return HclValue::list(std::move(items));
}

HclValue HclEvaluator::object(const HclNode& node) {
  HclValue value;
  value.kind = ValueKind::Object;
  for (size_t i = 0; i + 1 < node.children.size(); i += 2) {
    std::optional<std::string> key = evaluate(node.children[i]).as_text();
    if (!key) return unknown(node.children[i].line, "a key is no text");
    value.set(*key, evaluate(node.children[i + 1]));
  }
  return value;
}

HclValue HclEvaluator::each(const HclNode& node, const std::function<bool()>& take) {
  HclValue over = evaluate(node.children[0]);
  if (over.is_unknown()) return over;
  if (over.kind != ValueKind::List && over.kind != ValueKind::Object)
    return unknown(node.line, "`for` takes a list or an object");
  for (size_t i = 0; i < over.items.size(); ++i) {
    bool is_list = over.kind == ValueKind::List;
    HclValue key =
        is_list ? HclValue::of_number(static_cast<double>(i)) : HclValue::of_text(over.keys[i]);
    std::map<std::string, HclValue> names;
    if (node.names.size() == 2) names[node.names[0]] = std::move(key);
    names[node.names.back()] = over.items[i];
    scopes_.push_back(std::move(names));
    bool goes_on = take();
    scopes_.pop_back();
    if (!goes_on) break;
  }
  return HclValue::null();
}

HclValue HclEvaluator::for_list(const HclNode& node) {
  std::vector<HclValue> items;
  std::optional<HclValue> problem;
  size_t bytes = 0;
  HclValue over = each(node, [&] {
    if (node.children.size() > 2) {
      HclValue condition = evaluate(node.children[2]);
      std::optional<bool> flag = condition.as_bool();
      if (!flag) problem = unknown(node.line, "the condition is neither true nor false");
      if (!flag) return false;
      if (!*flag) return true;
    }
    items.push_back(evaluate(node.children[1]));
    bytes += size_of_value(items.back());
    if (bytes > kMaxHclResultBytes) problem = unknown(node.line, "the list is too long");
    return !problem;
  });
  if (over.is_unknown()) return over;
  return problem ? std::move(*problem) : HclValue::list(std::move(items));
}

HclValue HclEvaluator::for_object(const HclNode& node) {
  HclValue object;
  object.kind = ValueKind::Object;
  std::optional<HclValue> problem;
  size_t bytes = 0;
  HclValue over = each(node, [&] {
    if (node.children.size() > 3) {
      std::optional<bool> flag = evaluate(node.children[3]).as_bool();
      if (!flag) problem = unknown(node.line, "the condition is neither true nor false");
      if (!flag) return false;
      if (!*flag) return true;
    }
    std::optional<std::string> key = evaluate(node.children[1]).as_text();
    if (!key) problem = unknown(node.line, "a key is no text");
    if (!key) return false;
    HclValue value = evaluate(node.children[2]);
    if (node.spreads) {
      const HclValue* old = object.find(*key);
      std::vector<HclValue> all = old == nullptr ? std::vector<HclValue>() : old->items;
      all.push_back(std::move(value));
      value = HclValue::list(std::move(all));
    }
    bytes += size_of_value(value) + key->size();
    object.set(*key, std::move(value));
    if (bytes > kMaxHclResultBytes) problem = unknown(node.line, "the object is too large");
    return !problem;
  });
  if (over.is_unknown()) return over;
  return problem ? std::move(*problem) : object;
}

}  // namespace whittle
