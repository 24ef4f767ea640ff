// What a file's content says of other files, as a few lines of text: taken once when its layer is
// read, kept in the layer's index, followed as often as anybody asks. Never says what exists: that
// depends on the image around it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "model/reach.h"

namespace whittle {

// The letters are part of the stored form.
enum class FactKind : char {
  Interpreter = 'I',  // path
  Needed = 'N',       // library by name
  Rpath = 'r',        // folders, ':' between
  Runpath = 'R',
  Machine = 'M',  // "62:64": e_machine and bits
  Dlopen = 'D',   // library by name
  Symbol = 'S',   // a function of a library that it calls and companions go with
  Path = 'P',     // absolute path; `*` stands for anything within a name
  Near = 'F',     // path relative to the file's folder
  Text = 'T',  // a relative path as the program would give it: from the working directory, or near
  Command = 'C',   // words, kWordEnd after each
  Shell = 's',     // a text for sh -c
  Module = 'm',    // of the file's language, as it is written there
  Computed = '*',  // asks for what only a run can tell: "" or the constant beginning
  Plugin = 'L',    // path below a folder of libraries
  Locale = 'l',    // "de_DE.UTF-8"
  Key = 'k',       // of a structured file: "name=value"
};

inline constexpr char kWordEnd = '\x1f';
// The name of Key facts that say which part of a JDK (packages/java_parts.h) an archive names.
inline constexpr std::string_view kJavaPartKey = "java-part";
// Key of a program or library: bytes of its sections that only debuggers read.
inline constexpr std::string_view kSymbolBytesKey = "symbol-bytes";
// In the place of a word that is not constant.
inline constexpr std::string_view kUnknownWord = "\x1a";

struct Fact {
  FactKind kind = FactKind::Path;
  NeedLevel level = NeedLevel::Must;
  uint32_t line = 0;       // 0: unknown
  std::string_view value;  // no control characters but kWordEnd and kUnknownWord
};

// Gathers facts: none comes twice, none is overlong, and there is an end to their number.
class FactWriter {
 public:
  void add(FactKind kind, NeedLevel level, std::string_view value, uint32_t line = 0);

  void must(FactKind kind, std::string_view value, uint32_t line = 0) {
    add(kind, NeedLevel::Must, value, line);
  }

  void may(FactKind kind, std::string_view value, uint32_t line = 0) {
    add(kind, NeedLevel::May, value, line);
  }

  // "" when nothing was added. The name is that of the file's kind (file_kinds.h).
  std::string take(std::string_view kind_name);

 private:
  std::string text_;
  std::unordered_set<std::string> seen_;
};

struct FileRecord {
  std::string_view kind_name;
  std::vector<Fact> facts;  // views into the text
  bool is_cut_off = false;  // there was more than is kept
};

// Never fails: what is no record has no kind and no facts.
FileRecord read_record(std::string_view text);

}  // namespace whittle
