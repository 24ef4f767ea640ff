// Ruby gems as RubyGems installs them: specifications/NAME-VERSION[-PLATFORM].gemspec. The gem owns
// its folder gems/NAME-VERSION[-PLATFORM] beside it. Format: RubyGems, Gem::StubSpecification and
// Gem::Specification#to_ruby.
#include <string>

#include "base/strings.h"
#include "packages/cataloguers/rows.h"
#include "packages/fields.h"

namespace whittle {

namespace {

constexpr std::string_view kFolder = "/specifications/";
constexpr std::string_view kDefaultFolder = "/specifications/default/";
constexpr std::string_view kEnd = ".gemspec";
constexpr uint64_t kMaxBytes = 1ULL << 20;

uint64_t max_bytes(std::string_view path) {
  size_t slash = path.rfind('/');
  if (!path.ends_with(kEnd) || slash == std::string_view::npos) return 0;
  std::string_view folder = path.substr(0, slash + 1);
  return folder.ends_with(kFolder) || folder.ends_with(kDefaultFolder) ? kMaxBytes : 0;
}

// "rack-3.0.8" or "nokogiri-1.15.4-x86_64-linux": the version begins at the last dash that a
// version can stand behind, from the left.
void name_from_file(std::string_view stem, Package& package) {
  for (size_t dash = stem.find('-'); dash != std::string_view::npos;
       dash = stem.find('-', dash + 1)) {
    std::string_view rest = stem.substr(dash + 1);
    if (rest.empty() || !is_digit(rest.front())) continue;
    size_t end = std::min(rest.find('-'), rest.size());
    package.name = stem.substr(0, dash);
    package.version = rest.substr(0, end);
    if (end < rest.size()) package.architecture = rest.substr(end + 1);
    return;
  }
  package.name = stem;
}

// Every text in quotes of a line of Ruby.
std::vector<std::string> quoted_texts(std::string_view line) {
  std::vector<std::string> texts;
  for (;;) {
    size_t begin = line.find_first_of("\"'");
    if (begin == std::string_view::npos) return texts;
    size_t end = line.find(line[begin], begin + 1);
    if (end == std::string_view::npos) return texts;
    texts.emplace_back(line.substr(begin + 1, end - begin - 1));
    line.remove_prefix(end + 1);
  }
}

// "# stub: NAME VERSION PLATFORM PATHS", and "s.licenses = [\"MIT\".freeze]".
void read_specification(std::string_view text, Package& package) {
  constexpr std::string_view kStub = "# stub: ";
  while (!text.empty()) {
    std::string_view line = trim(take_line(text));
    if (line.starts_with(kStub)) {
      std::vector<std::string_view> words = split_blanks(line.substr(kStub.size()));
      if (words.size() < 3) continue;
      package.name = words[0];
      package.version = words[1];
      package.architecture = words[2] == "ruby" ? std::string_view() : words[2];
    }
    bool is_license = contains(line, ".licenses =") || contains(line, ".license =");
    if (is_license && package.licenses.empty()) package.licenses = quoted_texts(line);
  }
}

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  for (const DatabaseFile& file : snapshot.files) {
    size_t slash = file.path.rfind('/');
    std::string stem(file.path.substr(slash + 1));
    stem.resize(stem.size() - kEnd.size());
    Package package;
    package.type = "gem";
    name_from_file(stem, package);
    read_specification(file.content.value_or(""), package);
    std::string_view folder = file.path.substr(0, slash + 1);
    bool is_default = folder.ends_with(kDefaultFolder);
    std::string_view home =
        folder.substr(0, folder.size() - (is_default ? kDefaultFolder.size() : kFolder.size()));
    uint32_t number = into.add(std::move(package), file, file.path);
    into.own(file.id, number);
    std::string gem = std::string(home) + "/gems/" + stem;
    into.own_folder(snapshot.paths.find_folder(gem), number);
  }
}

}  // namespace

const Cataloguer kGemCataloguer = {.name = "gem",
                                   .what = "Ruby gems: the specifications of those installed",
                                   .folders = "",
                                   .ends = ".gemspec",
                                   .max_bytes = &max_bytes,
                                   .read = &read};

}  // namespace whittle
