// Well-known programs that were copied in without a package manager, by the texts that they print
// of their version. A row is the name of a program's file and what stands around the version.
#include <algorithm>

#include "base/strings.h"
#include "packages/cataloguers/program.h"

namespace whittle {

namespace {

struct VersionText {
  // The file's name; a '*' at its end takes anything behind it that begins with no letter;
  // kAnyName.
  std::string_view file;
  std::string_view package;
  std::string_view before;  // of the version
  std::string_view after;   // directly behind it; "" for anything, "\0" as one NUL byte
};

constexpr std::string_view kEnd{"\0", 1};
constexpr std::string_view kAnyName = "*";

// Between the words of its INFO.
constexpr std::string_view kRedis{"\0err\0", 5};

constexpr VersionText kTexts[] = {
    {kAnyName, "busybox", "BusyBox v", " ("},  // of its names, any may be the file's
    {"nginx*", "nginx", "nginx/", kEnd},
    {"node*", "node", "/download/release/v", "/node-v"},
    {"libnode.so*", "node", "/download/release/v", "/node-v"},
    {"redis-server*", "redis", kRedis, kEnd},
    {"redis-check-rdb", "redis", kRedis, kEnd},
    {"valkey-server*", "valkey", kRedis, kEnd},
    {"postgres", "postgresql", "PostgreSQL ", " "},
    {"httpd", "httpd", "Apache/", " ("},
    {"apache2", "httpd", "Apache/", " ("},
    {"openssl", "openssl", "OpenSSL ", " "},
    {"libcrypto.so*", "openssl", "OpenSSL ", " "},
    {"libssl.so*", "openssl", "OpenSSL ", " "},
    {"haproxy", "haproxy", " version ", ", released"},
    {"memcached", "memcached", "memcached ", kEnd},
    {"bash*", "bash", "@(#)Bash version ", "("},
    {"curl", "curl", "curl/", kEnd},
    {"curl", "curl", "curl ", " ("},
    {"perl*", "perl", "/perl/", kEnd},
    {"libperl.so*", "perl", "/perl/", kEnd},
    {"ruby*", "ruby", "ruby ", "p"},
    {"libruby*", "ruby", "ruby ", "p"},
    {"php*", "php", "X-Powered-By: PHP/", kEnd},
    {"libphp*", "php", "X-Powered-By: PHP/", kEnd},
    {"mysqld", "mysql", "mysqld-", ""},
    {"mariadbd", "mariadb", "", "-MariaDB"},
    {"traefik", "traefik", "traefik/v", ""},
    {"consul", "consul", "consul/", ""},
};

bool is_named(std::string_view name, std::string_view pattern) {
  if (pattern == kAnyName) return true;
  if (!pattern.ends_with('*')) return name == pattern;
  pattern.remove_suffix(1);
  if (!name.starts_with(pattern)) return false;
  std::string_view rest = name.substr(pattern.size());
  return rest.empty() || !is_alpha(rest.front());
}

bool is_version_letter(char c) {
  return is_digit(c) || is_alpha(c) || c == '.' || c == '-' || c == '+';
}

// "1.25.3", "1.1.1w", "9.0.1-rc1" at the beginning of a text: two numbers at least. What follows is
// cut back to where `after` fits.
std::string_view version_at(std::string_view text, std::string_view after) {
  constexpr size_t kMaxBytes = 32;
  size_t end = 0;
  while (end < text.size() && end < kMaxBytes && is_version_letter(text[end])) ++end;
  size_t digits = text.find_first_not_of("0123456789");
  bool is_version = digits != std::string_view::npos && digits > 0 && digits + 1 < end &&
                    text[digits] == '.' && is_digit(text[digits + 1]);
  if (!is_version) return {};
  for (; end > digits + 1; --end) {
    bool is_whole = is_digit(text[end - 1]) || is_alpha(text[end - 1]);
    if (is_whole && text.substr(end).starts_with(after)) return text.substr(0, end);
  }
  return {};
}

std::string_view find_version(std::string_view bytes, const VersionText& text) {
  for (size_t at = bytes.find(text.before); at != std::string_view::npos;
       at = bytes.find(text.before, at + 1)) {
    std::string_view version = version_at(bytes.substr(at + text.before.size()), text.after);
    if (!version.empty()) return version;
  }
  return {};
}

// "10.11.6" of "10.11.6-MariaDB".
std::string_view find_version_before(std::string_view bytes, std::string_view after) {
  for (size_t at = bytes.find(after); at != std::string_view::npos;
       at = bytes.find(after, at + 1)) {
    size_t begin = at;
    while (begin > 0 && (is_digit(bytes[begin - 1]) || bytes[begin - 1] == '.')) --begin;
    std::string_view version = version_at(bytes.substr(begin), after);
    if (!version.empty()) return version;
  }
  return {};
}

void add(std::string_view name, std::string_view version, std::vector<Package>& into) {
  Package& package = into.emplace_back();
  package.type = "generic";
  package.name = name;
  package.version = version;
}

// Python's own version is a text by itself, "3.11.2" or "3.11.2+", in the program or its library.
void examine_python(std::string_view name, const Program& program, std::vector<Package>& into) {
  size_t digit = name.find_first_of("0123456789");
  bool is_python = (name.starts_with("python") && digit == 6) || name.starts_with("libpython");
  if (!is_python || digit == std::string_view::npos) return;
  std::string_view series = name.substr(digit);
  series = series.substr(0, series.find_first_not_of("0123456789."));
  while (series.ends_with('.')) series.remove_suffix(1);
  if (!contains(series, ".")) return;
  std::string before = std::string(kEnd) + std::string(series) + ".";
  std::string_view bytes = program.bytes;
  for (size_t at = bytes.find(before); at != std::string_view::npos;
       at = bytes.find(before, at + 1)) {
    std::string_view version = version_at(bytes.substr(at + 1), kEnd);
    while (version.ends_with('+')) version.remove_suffix(1);
    if (version.empty()) continue;
    add("python", version, into);
    return;
  }
}

void examine(const Program& program, std::vector<Package>& into) {
  std::string_view name = program.path.substr(program.path.rfind('/') + 1);
  for (const VersionText& text : kTexts) {
    if (!is_named(name, text.file)) continue;
    std::string_view version = text.before.empty() ? find_version_before(program.bytes, text.after)
                                                   : find_version(program.bytes, text);
    if (version.empty()) continue;
    add(text.package, version, into);
    return;
  }
  examine_python(name, program, into);
}

}  // namespace

const ProgramKind kVersionedPrograms = {"version", &examine};

}  // namespace whittle
