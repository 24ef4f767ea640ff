// Result<T>: a value or an Error, and the macros that pass errors up.
// For operational errors only. Facts about the user's input are findings (model/finding.h), and broken
// invariants are CHECKs. Error text becomes output at the edge (src/cli), never here.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace whittle {

// What went wrong, for programs to tell apart. The text is for people.
enum class ErrorKind {
  Failed,       // an operation of the system or of an outside program failed
  NotFound,     // a named thing does not exist
  Invalid,      // bytes that are not what they should be (corrupt, malformed, wrong digest)
  Unsupported,  // well formed, but not handled
  Limit,        // a limit of base/limits.h was reached
  Usage,        // the caller asked for something that makes no sense
  Cancelled,    // the user or a time limit ended it
};

// One error with its context, innermost text last: "cannot read layer 3: gzip: unexpected end of data".
class [[nodiscard]] Error {
 public:
  Error(ErrorKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}
  explicit Error(std::string message) : Error(ErrorKind::Failed, std::move(message)) {}

  // Puts "context: " in front of the message.
  Error&& with(std::string_view context) && {
    message_.insert(0, std::string(context) + ": ");
    return std::move(*this);
  }

  // Sets what the user can do next, in one sentence, unless an inner one is set already.
  Error&& hint(std::string text) && {
    if (hint_.empty()) hint_ = std::move(text);
    return std::move(*this);
  }

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const& { return hint_; }

 private:
  ErrorKind kind_;
  std::string message_;
  std::string hint_;
};

// The error of a failed system call: "TEXT: No such file or directory". ENOENT becomes NotFound.
Error errno_error(std::string_view text, int error_number);

// Ends the program with a message: a bug of ours, never reachable from input.
[[noreturn]] void check_failed(const char* expression, const char* file, int line);

#define CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::whittle::check_failed(#condition, __FILE__, __LINE__))

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  template <typename U>
    requires(std::is_convertible_v<U &&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
             !std::is_same_v<std::remove_cvref_t<U>, Error> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result<T>>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { CHECK(ok()); return *std::get_if<0>(&state_); }
  const T& value() const& { CHECK(ok()); return *std::get_if<0>(&state_); }
  T&& value() && { CHECK(ok()); return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() & { CHECK(!ok()); return *std::get_if<1>(&state_); }
  const Error& error() const& { CHECK(!ok()); return *std::get_if<1>(&state_); }
  Error&& error() && { CHECK(!ok()); return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  Error& error() & { CHECK(!ok()); return *error_; }
  const Error& error() const& { CHECK(!ok()); return *error_; }
  Error&& error() && { CHECK(!ok()); return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

#define WHITTLE_CONCAT_(a, b) a##b
#define WHITTLE_CONCAT(a, b) WHITTLE_CONCAT_(a, b)

// TRY(expr): returns the error of a Result from the calling function.
#define TRY(expr)                                                     \
  do {                                                                \
    if (auto try_result_ = (expr); !try_result_.ok()) {               \
      return std::move(try_result_).error();                          \
    }                                                                 \
  } while (false)

// TRY_ASSIGN(lhs, expr): the same, else assigns the value; lhs may declare.
#define TRY_ASSIGN(lhs, expr) TRY_ASSIGN_(WHITTLE_CONCAT(try_value_, __LINE__), lhs, expr)
#define TRY_ASSIGN_(tmp, lhs, expr)                  \
  auto tmp = (expr);                                 \
  if (!tmp.ok()) return std::move(tmp).error();      \
  lhs = std::move(tmp).value()

}  // namespace whittle
