// Configuration files that name other files, plugins and libraries: one row of a table a directive.
// Every other absolute path in such a file may be asked for.
#include <algorithm>

#include "base/strings.h"
#include "reach/file_kinds_rows.h"
#include "reach/named_paths.h"
#include "reach/script_text.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxConfigBytes = 1 << 20;

struct Directive {
  std::string_view family;  // a part of the path of such a file
  std::string_view word;    // that begins the line, in lower case
  size_t value = 1;         // which word is meant
  FactKind kind = FactKind::Path;
  NeedLevel level = NeedLevel::Must;
  std::string_view prefix;  // of what is not an absolute path
  std::string_view suffix;
};

constexpr Directive kDirectives[] = {
    {"nginx/", "include", 1, FactKind::Path, NeedLevel::Must, "/etc/nginx/", ""},
    {"nginx/", "load_module", 1, FactKind::Path, NeedLevel::Must, "/usr/share/nginx/", ""},
    {"nginx/", "load_module", 1, FactKind::Path, NeedLevel::Must, "/etc/nginx/", ""},
    {"nginx/", "load_module", 1, FactKind::Path, NeedLevel::Must, "/usr/lib/nginx/", ""},
    {"nginx/", "root", 1, FactKind::Path, NeedLevel::Must, "/usr/share/nginx/", "/**"},
    {"nginx/", "root", 1, FactKind::Path, NeedLevel::Must, "/etc/nginx/", "/**"},
    {"nginx/", "alias", 1, FactKind::Path, NeedLevel::Must, "", "/**"},
    {"nginx/", "auth_basic_user_file", 1, FactKind::Path, NeedLevel::Must, "/etc/nginx/", ""},
    {"nginx/", "ssl_certificate", 1, FactKind::Path, NeedLevel::Must, "/etc/nginx/", ""},
    {"nginx/", "ssl_certificate_key", 1, FactKind::Path, NeedLevel::Must, "/etc/nginx/", ""},
    {"nginx/", "ssl_dhparam", 1, FactKind::Path, NeedLevel::Must, "/etc/nginx/", ""},
    {"apache2/", "include", 1, FactKind::Path, NeedLevel::Must, "/etc/apache2/", ""},
    {"apache2/", "includeoptional", 1, FactKind::Path, NeedLevel::Must, "/etc/apache2/", ""},
    {"apache2/", "loadmodule", 2, FactKind::Path, NeedLevel::Must, "/usr/lib/apache2/", ""},
    {"apache2/", "documentroot", 1, FactKind::Path, NeedLevel::Must, "", "/**"},
    {"httpd/", "include", 1, FactKind::Path, NeedLevel::Must, "/etc/httpd/", ""},
    {"httpd/", "includeoptional", 1, FactKind::Path, NeedLevel::Must, "/etc/httpd/", ""},
    {"httpd/", "loadmodule", 2, FactKind::Path, NeedLevel::Must, "/etc/httpd/", ""},
    {"httpd/", "documentroot", 1, FactKind::Path, NeedLevel::Must, "", "/**"},
    {"redis", "include", 1, FactKind::Path, NeedLevel::Must, "/etc/redis/", ""},
    {"redis", "loadmodule", 1, FactKind::Path, NeedLevel::Must, "", ""},
    {"redis", "aclfile", 1, FactKind::Path, NeedLevel::Must, "", ""},
    {"php", "extension", 2, FactKind::Plugin, NeedLevel::Must, "php/*/", ""},
    {"php", "extension", 2, FactKind::Plugin, NeedLevel::Must, "php/*/", ".so"},
    {"php", "zend_extension", 2, FactKind::Plugin, NeedLevel::Must, "php/*/", ""},
    {"php", "zend_extension", 2, FactKind::Plugin, NeedLevel::Must, "php/*/", ".so"},
    {"openssl.cnf", ".include", 1, FactKind::Path, NeedLevel::Must, "/etc/ssl/", ""},
    {"openssl.cnf", "module", 2, FactKind::Plugin, NeedLevel::Must, "ossl-modules/", ""},
    {"openssl.cnf", "dynamic_path", 2, FactKind::Plugin, NeedLevel::Must, "engines-*/", ""},
    {"ld.so.conf", "include", 1, FactKind::Path, NeedLevel::Must, "/etc/", ""},
    {"pam.d/", "@include", 1, FactKind::Near, NeedLevel::Must, "", ""},
    {"mysql/", "!includedir", 1, FactKind::Path, NeedLevel::Must, "", "/*"},
    {"my.cnf", "!includedir", 1, FactKind::Path, NeedLevel::Must, "", "/*"},
    {"mysql/", "plugin_load_add", 2, FactKind::Plugin, NeedLevel::Must, "mysql/plugin/", ".so"},
    {"supervisor", "command", 2, FactKind::Command, NeedLevel::Must, "", ""},
    {"sudoers", "@includedir", 1, FactKind::Path, NeedLevel::Must, "", "/*"},
    {"krb5.conf", "includedir", 1, FactKind::Path, NeedLevel::Must, "", "/*"},
    {"fonts/", "include", 1, FactKind::Path, NeedLevel::May, "/etc/fonts/", ""},
};

// Files of /etc and what looks like configuration beside an application.
bool wants(const FileFacts& file) {
  if (file.size_bytes > kMaxConfigBytes || file.size_bytes == 0) return false;
  std::string_view name = base_name(file.path);
  bool is_config = name.ends_with(".conf") || name.ends_with(".cnf") || name.ends_with(".ini") ||
                   name.ends_with(".cfg") || name.ends_with(".load");
  constexpr std::string_view kTables[] = {
      "group", "shadow", "gshadow", "shells", "services", "mime.types", "ld.so.cache", "localtime"};
  bool is_table = std::find(std::begin(kTables), std::end(kTables), name) != std::end(kTables) ||
                  name.ends_with("-");
  return is_config || (file.path.starts_with("etc/") && !is_table);
}

bool takes(const FileFacts& file, std::string_view beginning) {
  return wants(file) && beginning.find('\0') == std::string_view::npos;
}

// Quotes, "key=value" and ends of statements are no part of a word.
std::vector<std::string> words_of(std::string_view line) {
  std::string plain;
  for (char c : line)
    plain += c == '=' || c == ';' || c == '{' || c == '}' || c == '"' || c == '\'' ? ' ' : c;
  std::vector<std::string> words;
  for (std::string_view word : split_blanks(plain)) words.emplace_back(word);
  return words;
}

class ConfigFacts {
 public:
  ConfigFacts(std::string_view path, FactWriter& into)
      : path_(path), name_(base_name(path)), into_(into) {}

  void run(std::string_view content) {
    for (std::string_view text : split_lines(content)) {
      ++line_;
      text = trim(text);
      if (text.empty() || text[0] == '#' || (text[0] == ';' && name_ != "nsswitch.conf")) continue;
      read_line(text);
    }
  }

 private:
  // Several statements on a line are told by ';', '{' and '}'.
  void read_line(std::string_view text) {
    if (name_ == "nsswitch.conf") return read_services(text);
    if (path_ == "etc/passwd") return read_user(text);
    if (path_.starts_with("etc/pam.d/") || name_ == "pam.conf") read_pam(text);
    std::string statements = replace_all(replace_all(std::string(text), "{", ";"), "}", ";");
    for (std::string_view statement : split(statements, ';')) read_statement(words_of(statement));
  }

  // Of a user the home, which programs write to (passwd(5)).
  void read_user(std::string_view text) {
    constexpr size_t kHome = 5;
    std::vector<std::string_view> fields = split(text, ':');
    if (fields.size() > kHome && fields[kHome].starts_with("/"))
      into_.must(FactKind::Path, fields[kHome], line_);
  }

  // "hosts: files mdns4_minimal [NOTFOUND=return] dns" (nsswitch.conf(5)).
  void read_services(std::string_view text) {
    size_t colon = text.find(':');
    if (colon == std::string_view::npos) return;
    bool is_hosts = trim(text.substr(0, colon)) == "hosts";
    for (std::string_view service : split_blanks(text.substr(colon + 1))) {
      if (service[0] == '[' || service[0] == '#' || service.ends_with("]")) continue;
      into_.add(FactKind::Dlopen,
                is_hosts ? NeedLevel::Must : NeedLevel::May,
                "libnss_" + std::string(service) + ".so.2",
                line_);
    }
  }

  // "type control module arguments", where a control may be "[a=b c=d]" (pam.conf(5)).
  void read_pam(std::string_view text) {
    std::vector<std::string_view> words = split_blanks(text);
    bool is_after_include = false;
    for (std::string_view word : words) {
      if (is_after_include && word[0] != '[') into_.must(FactKind::Near, word, line_);
      is_after_include = word == "include" || word == "substack";
      if (word.ends_with(".so") && word[0] != '/')
        into_.must(FactKind::Plugin, "security/" + std::string(word), line_);
    }
  }

  void read_statement(const std::vector<std::string>& words) {
    if (words.empty()) return;
    std::string first = to_lower(words[0]);
    for (const Directive& row : kDirectives) {
      bool is_meant = row.word == first && contains(path_, row.family);
      // Values that stand behind "=" lose it, so that they are word 1.
      size_t value = row.value;
      if (is_meant && value == 2 && words.size() == 2) value = 1;
      if (is_meant && value < words.size()) add(row, words[value]);
    }
    for (const std::string& word : words) {
      for (std::string_view part : split(word, ':')) {
        if (part.size() > 3 && part[0] == '/') add_path(part);
      }
    }
  }

  void add_path(std::string_view path) {
    bool has_folder = path.find('/', 1) != std::string_view::npos;
    if (has_folder && !contains(path, "$") && !contains(path, "%"))
      into_.may(FactKind::Path, path, line_);
  }

  void add(const Directive& row, std::string value) {
    if (contains(value, "$")) return;
    bool is_absolute = value.starts_with("/");
    if (row.kind == FactKind::Command) value += kWordEnd;
    bool is_tree = row.suffix == "/**";
    if (is_tree && value.ends_with("/")) value.pop_back();
    if (row.kind == FactKind::Plugin && is_absolute)
      return into_.add(FactKind::Path, row.level, value, line_);
    std::string prefix(is_absolute ? "" : row.prefix);
    into_.add(row.kind, row.level, prefix + value + std::string(row.suffix), line_);
    if (!is_absolute && row.kind == FactKind::Path)
      into_.add(FactKind::Near, row.level, value + std::string(row.suffix), line_);
  }

  std::string_view path_;
  std::string_view name_;
  FactWriter& into_;
  uint32_t line_ = 0;
};

void extract(const FileFacts& file, std::string_view content, FactWriter& into) {
  ConfigFacts(file.path, into).run(content);
}

}  // namespace

const FileKind kConfigKind = {
    .name = "configuration",
    .what = "Configuration: what it includes and loads, the paths it names",
    .wants = &wants,
    .takes = &takes,
    .extract = &extract,
    .follow = &follow_plain};

}  // namespace whittle
