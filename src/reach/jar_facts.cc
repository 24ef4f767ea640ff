// Java archives and classes: the class path and main class of the manifest; of the classes'
// constants the absolute paths, native libraries, and programs where a class starts one. Formats:
// JAR File Specification; The Java Virtual Machine Specification, 4.4.
#include <algorithm>
#include <set>

#include "base/strings.h"
#include "packages/bytes.h"
#include "packages/java_parts.h"
#include "packages/zip.h"
#include "reach/file_kinds_rows.h"
#include "reach/named_paths.h"
#include "reach/script_text.h"

namespace whittle {

namespace {

constexpr size_t kMaxEntries = 100'000;
constexpr uint64_t kMaxClassBytes = 4 << 20;
constexpr uint64_t kMaxInflatedBytes = 256 << 20;  // of one archive
constexpr uint64_t kMaxManifestBytes = 1 << 20;

constexpr std::string_view kEnds[] = {".jar", ".war", ".ear"};

bool wants(const FileFacts& file) {
  constexpr uint64_t kMost = 256 << 20;
  return ends_in_one_of(file.path, kEnds)
             ? file.size_bytes <= kMost
             : file.path.ends_with(".class") && file.size_bytes <= kMaxClassBytes;
}

bool takes(const FileFacts& /*file*/, std::string_view beginning) {
  return beginning.starts_with("PK") || beginning.starts_with("\xca\xfe\xba\xbe");
}

// The constant strings of a class.
class ClassConstants {
 public:
  explicit ClassConstants(std::string_view bytes) : bytes_(bytes) { read(); }

  // Whether a name of a class, a type or a string has a package that begins like that.
  bool mentions_package(std::string_view beginning) const {
    return std::any_of(texts_.begin(), texts_.end(), [&](std::string_view text) {
      return contains(text, beginning);
    });
  }

  bool mentions(std::string_view name) const {
    return std::find(texts_.begin(), texts_.end(), name) != texts_.end();
  }

  // Those that are strings of the program, not names of its parts.
  std::vector<std::string_view> strings() const {
    std::vector<std::string_view> found;
    for (uint64_t index : strings_) {
      if (index < texts_.size() && !texts_[index].empty()) found.push_back(texts_[index]);
    }
    return found;
  }

 private:
  void read() {
    constexpr uint64_t kHeader = 10;
    uint64_t count = read_big(bytes_, 8, 2);
    texts_.resize(count);
    uint64_t at = kHeader;
    for (uint64_t i = 1; i < count && at < bytes_.size(); ++i) {
      uint64_t tag = read_big(bytes_, at, 1);
      uint64_t size = size_of(tag, at);
      if (size == 0) return;
      if (tag == 1) texts_[i] = slice(bytes_, at + 3, size - 3);
      if (tag == 8) strings_.push_back(read_big(bytes_, at + 1, 2));
      if (tag == 5 || tag == 6) ++i;  // long and double take two places
      at += size;
    }
  }

  // With the tag; 0 for what is unknown.
  uint64_t size_of(uint64_t tag, uint64_t at) const {
    switch (tag) {
      case 1:
        return 3 + read_big(bytes_, at + 1, 2);
      case 7:
      case 8:
      case 16:
      case 19:
      case 20:
        return 3;
      case 15:
        return 4;
      case 3:
      case 4:
      case 9:
      case 10:
      case 11:
      case 12:
      case 17:
      case 18:
        return 5;
      case 5:
      case 6:
        return 9;
      default:
        return 0;
    }
  }

  std::string_view bytes_;
  std::vector<std::string_view> texts_;
  std::vector<uint64_t> strings_;
};

bool is_command_word(std::string_view text) {
  return text.size() >= 2 && text.size() < 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || is_digit(c) ||
                  contains("/._+-", std::string_view(&c, 1));
         });
}

// Which parts of the JDK archives and classes name, each found once.
class JavaParts {
 public:
  void add(const ClassConstants& constants, FactWriter& into) {
    for (const JavaPart& part : java_parts()) {
      if (found_.contains(part.name) || !names_part(constants, part)) continue;
      found_.insert(part.name);
      into.may(FactKind::Key, std::string(kJavaPartKey) + "=" + std::string(part.name));
    }
  }

 private:
  static bool names_part(const ClassConstants& constants, const JavaPart& part) {
    for (std::string_view package : split_blanks(part.packages)) {
      // Reflection writes dots.
      if (constants.mentions_package(package) ||
          constants.mentions_package(replace_all(package, "/", ".")))
        return true;
    }
    return false;
  }

  std::set<std::string_view> found_;
};

void add_class(std::string_view bytes, JavaParts& parts, FactWriter& into) {
  ClassConstants constants(bytes);
  parts.add(constants, into);
  bool starts_programs =
      constants.mentions("java/lang/ProcessBuilder") || constants.mentions("java/lang/Runtime");
  bool loads_libraries = constants.mentions("loadLibrary");
  for (std::string_view text : constants.strings()) {
    add_named_path(text, into);
    if (starts_programs && is_command_word(text))
      into.may(FactKind::Command, std::string(text) + kWordEnd);
    if (loads_libraries && is_command_word(text))
      into.may(FactKind::Dlopen, "lib" + std::string(text) + ".so");
  }
}

// "Class-Path: a.jar lib/b.jar", continued by lines that begin with a blank.
void add_manifest(std::string_view text, FactWriter& into) {
  std::string joined = replace_all(replace_all(text, "\r\n", "\n"), "\n ", "");
  for (std::string_view line : split_lines(joined)) {
    constexpr std::string_view kClassPath = "Class-Path:";
    if (!line.starts_with(kClassPath)) continue;
    for (std::string_view path : split_blanks(line.substr(kClassPath.size())))
      into.must(FactKind::Near, path.starts_with("file:") ? path.substr(5) : path);
  }
}

void add_archive(std::string_view bytes, FactWriter& into) {
  uint64_t inflated = 0;
  JavaParts parts;
  for (const ZipEntry& entry : list_zip(bytes, kMaxEntries)) {
    bool is_manifest = entry.name == "META-INF/MANIFEST.MF";
    if (!is_manifest && !entry.name.ends_with(".class")) continue;
    uint64_t most = is_manifest ? kMaxManifestBytes : kMaxClassBytes;
    if (entry.plain_bytes > most || inflated + entry.plain_bytes > kMaxInflatedBytes) continue;
    inflated += entry.plain_bytes;
    std::string plain;
    std::optional<std::string_view> content = read_zip_entry(bytes, entry, most, plain);
    if (!content) continue;
    if (is_manifest) {
      add_manifest(*content, into);
    } else {
      add_class(*content, parts, into);
    }
  }
}

void extract(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  if (content.starts_with("PK")) {
    add_archive(content, into);
  } else {
    JavaParts parts;
    add_class(content, parts, into);
  }
}

}  // namespace

const FileKind kJarKind = {
    .name = "jar",
    .what = "Java archives and classes: class path, programs, libraries and paths by name",
    .wants = &wants,
    .takes = &takes,
    .extract = &extract,
    .follow = &follow_jar};

}  // namespace whittle
