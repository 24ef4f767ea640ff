// Variables in the texts of Compose files. Source: Compose specification,
// "Interpolation".
#include "base/strings.h"
#include "builds/build_file.h"

namespace whittle {

namespace {

constexpr int kMaxNesting = 32;
constexpr size_t kMaxBytes = 1 << 20;

bool is_in_name(char c) {
  return is_alpha(c) || is_digit(c) || c == '_';
}

class Interpolator {
 public:
  Interpolator(std::string_view text,
               const VariableLookup& environment,
               std::vector<std::string>& missing)
      : text_(text), environment_(environment), missing_(missing) {}

  // Up to the end, or to the `}` that closes what is around it.
  Result<std::string> run(bool is_inner, bool is_used, int depth) {
    if (depth > kMaxNesting) return Error(ErrorKind::Limit, "`${` is nested too deep");
    std::string out;
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (is_inner && c == '}') return out;
      if (out.size() > kMaxBytes) return Error(ErrorKind::Limit, "the text is too long");
      if (c != '$') {
        out += c;
        ++at_;
        continue;
      }
      TRY_ASSIGN(std::string value, dollar(is_used, depth));
      out += value;
    }
    if (is_inner) return Error(ErrorKind::Invalid, "`${` is not closed");
    return out;
  }

 private:
  Result<std::string> dollar(bool is_used, int depth) {
    ++at_;
    char next = at_ < text_.size() ? text_[at_] : '\0';
    if (next == '$') {
      ++at_;
      return std::string("$");
    }
    if (next == '{') {
      ++at_;
      return braces(is_used, depth);
    }
    std::string name = take_name();
    if (name.empty()) return std::string("$");
    return plain(name, is_used);
  }

  std::string take_name() {
    size_t begin = at_;
    if (at_ < text_.size() && is_digit(text_[at_])) return "";
    while (at_ < text_.size() && is_in_name(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string plain(const std::string& name, bool is_used) {
    std::optional<std::string> value = environment_(name);
    if (!value && is_used) missing_.push_back(name);
    return value.value_or("");
  }

  Result<std::string> braces(bool is_used, int depth) {
    std::string name = take_name();
    if (name.empty() || at_ >= text_.size())
      return Error(ErrorKind::Invalid, "behind `${` stands no name");
    if (text_[at_] == '}') {
      ++at_;
      return plain(name, is_used);
    }
    bool treats_empty = text_[at_] == ':';
    if (treats_empty) ++at_;
    char op = at_ < text_.size() ? text_[at_++] : '\0';
    std::optional<std::string> value = environment_(name);
    bool is_set = value && !(treats_empty && value->empty());
    bool takes_word = op == '+' ? is_set : !is_set;
    TRY_ASSIGN(std::string word, run(true, is_used && takes_word && op != '?', depth + 1));
    ++at_;
    if (op == '-') return is_set ? *value : word;
    if (op == '+') return is_set ? word : std::string();
    if (op != '?') return Error(ErrorKind::Invalid, "`${" + name + "` is followed by no operator");
    if (!is_set && is_used)
      return Error(ErrorKind::Invalid, "`" + name + "` is required: " + printable(word));
    return value.value_or("");
  }

  std::string_view text_;
  const VariableLookup& environment_;
  std::vector<std::string>& missing_;
  size_t at_ = 0;
};

}  // namespace

Result<std::string> interpolate(std::string_view text,
                                const VariableLookup& environment,
                                std::vector<std::string>& missing) {
  return Interpolator(text, environment, missing).run(false, true, 0);
}

}  // namespace whittle
