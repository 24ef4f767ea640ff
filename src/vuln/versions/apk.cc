// apk-tools 3 (src/version.c): digits{.digits}{letter}{_suffix{digits}}{~hash}{-r digits}. A part
// behind the first that begins with 0 is compared as text.
#include <array>

#include "base/strings.h"
#include "vuln/versions/digits.h"
#include "vuln/versions/rows.h"

namespace whittle {

namespace {

// In the order of their places; what comes later is less when the other version goes on.
enum class Token {
  FirstDigits,
  Digits,
  Letter,
  Suffix,
  SuffixDigits,
  Hash,
  Revision,
  End,
  Invalid
};

constexpr std::array<std::string_view, 9> kSuffixes = {
    "alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"};
constexpr size_t kFirstLateSuffix = 4;  // the ones before come before the release

class Reader {
 public:
  explicit Reader(std::string_view version) : rest_(version) {
    value_ = take_digits(rest_);
    token_ = value_.empty() ? Token::Invalid : Token::FirstDigits;
  }

  Token token() const { return token_; }

  std::string_view value() const { return value_; }

  size_t suffix() const { return suffix_; }

  bool is_early() const { return token_ == Token::Suffix && suffix_ < kFirstLateSuffix; }

  void next() {
    if (rest_.empty()) {
      token_ = Token::End;
      return;
    }
    char first = rest_[0];
    if (first >= 'a' && first <= 'z') {
      take(token_ <= Token::Digits ? Token::Letter : Token::Invalid, 1);
    } else if (first == '.' && token_ <= Token::Digits) {
      rest_.remove_prefix(1);
      take_number(Token::Digits);
    } else if (is_digit(first) && token_ == Token::Suffix) {
      take_number(Token::SuffixDigits);
    } else if (first == '_' && token_ <= Token::SuffixDigits) {
      take_suffix();
    } else if (first == '~' && token_ < Token::Hash) {
      rest_.remove_prefix(1);
      size_t end = rest_.find_first_not_of("0123456789abcdef");
      take(end == 0 || rest_.empty() ? Token::Invalid : Token::Hash, std::min(end, rest_.size()));
    } else if (rest_.starts_with("-r") && token_ < Token::Revision) {
      rest_.remove_prefix(2);
      take_number(Token::Revision);
    } else {
      if (token_ == Token::Revision) rest_ = {};  // nothing behind it is looked at
      token_ = Token::Invalid;
    }
  }

  std::string_view rest() const { return rest_; }

 private:
  void take(Token token, size_t size) {
    token_ = token;
    if (token == Token::Invalid) return;
    value_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }

  void take_number(Token token) {
    value_ = take_digits(rest_);
    token_ = value_.empty() ? Token::Invalid : token;
  }

  void take_suffix() {
    size_t end = 1;
    while (end < rest_.size() && rest_[end] >= 'a' && rest_[end] <= 'z') ++end;
    std::string_view name = rest_.substr(1, end - 1);
    suffix_ = 0;
    while (suffix_ < kSuffixes.size() && kSuffixes[suffix_] != name) ++suffix_;
    take(suffix_ < kSuffixes.size() ? Token::Suffix : Token::Invalid, end);
  }

  std::string_view rest_;
  std::string_view value_;
  Token token_ = Token::Invalid;
  size_t suffix_ = 0;
};

int compare_tokens(const Reader& a, const Reader& b) {
  switch (a.token()) {
    case Token::Suffix:
      return sign_of(a.suffix(), b.suffix());
    case Token::Digits:
      if (a.value()[0] == '0' || b.value()[0] == '0') break;
      return compare_digits(a.value(), b.value());
    case Token::FirstDigits:
    case Token::SuffixDigits:
    case Token::Revision:
      return compare_digits(a.value(), b.value());
    default:
      break;
  }
  return sign_of(a.value().compare(b.value()), 0);
}

}  // namespace

int compare_apk(std::string_view a, std::string_view b) {
  Reader left(trim(a));
  Reader right(trim(b));
  while (left.token() == right.token() && left.token() < Token::End) {
    int order = compare_tokens(left, right);
    if (order != 0) return order;
    left.next();
    right.next();
  }
  if (left.token() == right.token()) return sign_of(left.rest().compare(right.rest()), 0);
  if (left.is_early()) return -1;
  if (right.is_early()) return 1;
  return sign_of(right.token(), left.token());
}

bool is_apk_version(std::string_view version) {
  Reader reader(trim(version));
  while (reader.token() < Token::End) reader.next();
  return reader.token() == Token::End;
}

}  // namespace whittle
