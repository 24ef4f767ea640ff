// "Key: value" texts in stanzas that blank lines part: deb822 (dpkg's status), apk's database, the
// headers of Python's metadata.
#pragma once

#include <string_view>

namespace whittle {

// Views into the text. Continued lines belong to no field and are passed over.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  // The next field of this stanza; false at its end.
  bool next_field();
  // Moves on to the next stanza that has a line, at first to the first one; false at the end of the
  // text. A text that is one stanza needs no call.
  bool next_stanza();

  std::string_view key() const { return key_; }

  std::string_view raw_value() const { return value_; }  // all behind the colon

  std::string_view value() const;  // without blanks around it

 private:
  std::string_view rest_;
  bool is_inside_ = false;
  std::string_view key_;
  std::string_view value_;
};

// Takes the first line off `text`, without its line end ("\n" or "\r\n").
std::string_view take_line(std::string_view& text);

}  // namespace whittle
