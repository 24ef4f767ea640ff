// A flat array of plain values: owned, or lying in memory that somebody else holds, as the columns
// of a layer index in a mapped file do.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace whittle {

// Read as a std::vector is. Whoever writes has an own copy from then on, and a copy of a column
// owns its values. References and iterators end with the next change, as a vector's do.
template <typename T>
class Column {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using value_type = T;

  Column() = default;

  Column(std::initializer_list<T> values) : own_(values), view_(own_) {}

  // Values in memory that `holder` keeps alive and nobody changes.
  Column(std::span<const T> values, std::shared_ptr<const void> holder)
      : view_(values), holder_(std::move(holder)) {}

  Column(const Column& other) : own_(other.begin(), other.end()), view_(own_) {}

  Column(Column&& other) noexcept { *this = std::move(other); }

  Column& operator=(const Column& other) {
    if (this != &other) *this = Column(other);
    return *this;
  }

  Column& operator=(Column&& other) noexcept {
    own_ = std::move(other.own_);
    view_ = std::exchange(other.view_, {});
    holder_ = std::move(other.holder_);
    return *this;
  }

  ~Column() = default;

  const T* data() const { return view_.data(); }

  size_t size() const { return view_.size(); }

  bool empty() const { return view_.empty(); }

  const T* begin() const { return view_.data(); }

  const T* end() const { return view_.data() + view_.size(); }

  const T& operator[](size_t i) const { return view_[i]; }

  const T& back() const { return view_.back(); }

  // The values, to be changed in place.
  std::span<T> edit() { return owned(); }

  size_t capacity() const { return holder_ ? view_.size() : own_.capacity(); }

  void reserve(size_t count) {
    owned().reserve(count);
    look();
  }

  void resize(size_t count, T value = {}) {
    owned().resize(count, value);
    look();
  }

  void push_back(const T& value) {
    owned().push_back(value);
    look();
  }

  T& emplace_back() {
    owned().emplace_back();
    look();
    return own_.back();
  }

  void append(std::span<const T> values) {
    std::vector<T>& own = owned();
    own.insert(own.end(), values.begin(), values.end());
    look();
  }

  void erase(size_t at, size_t count) {
    std::vector<T>& own = owned();
    auto first = own.begin() + static_cast<std::ptrdiff_t>(at);
    own.erase(first, first + static_cast<std::ptrdiff_t>(count));
    look();
  }

 private:
  std::vector<T>& owned() {
    if (holder_) {
      own_.assign(view_.begin(), view_.end());
      holder_.reset();
      look();
    }
    return own_;
  }

  void look() { view_ = own_; }

  std::vector<T> own_;
  std::span<const T> view_;             // of own_, or of what the holder holds
  std::shared_ptr<const void> holder_;  // nullptr for own values
};

template <typename T>
bool operator==(const Column<T>& a, const Column<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// Text, by its bytes.
class TextColumn : public Column<char> {
 public:
  using Column::Column;

  operator std::string_view() const { return {data(), size()}; }

  void append(std::string_view text) { Column::append({text.data(), text.size()}); }

  TextColumn& operator+=(std::string_view text) {
    append(text);
    return *this;
  }

  bool operator==(const TextColumn& other) const {
    return std::string_view(*this) == std::string_view(other);
  }

  bool operator==(std::string_view other) const { return std::string_view(*this) == other; }
};

}  // namespace whittle
