// What goes with a file without being named in it: plugins and data that libraries and programs
// look for in known places. One row of a table each.
#include <algorithm>

#include "base/strings.h"
#include "reach/script_text.h"
#include "reach/walk_parts.h"

namespace whittle {

namespace {

struct Companion {
  // Patterns of base names, blanks between; one with a '/' is of the end of the path.
  std::string_view of;
  NeedLevel level;
  // Patterns of paths, blanks between: from the root, or with "./" from the file's folder.
  std::string_view needs;
  std::string_view note;
};

constexpr NeedLevel kMust = NeedLevel::Must;
constexpr NeedLevel kMay = NeedLevel::May;

constexpr Companion kOfFiles[] = {
    // The C library.
    {"libc.so.6 libc.so.6.1",
     kMust,
     "etc/nsswitch.conf etc/ld.so.cache etc/ld.so.conf etc/ld.so.conf.d/*.conf",
     "glibc's configuration"},
    {"libc.so.6 libc.so.6.1",
     kMust,
     "usr/lib/locale/C.utf8/** usr/lib/locale/C.UTF-8/**",
     "the locale that is always there"},
    {"libc.so.6 libc.so.6.1",
     kMay,
     "etc/host.conf etc/gai.conf usr/share/locale/locale.alias",
     "glibc's configuration"},
    {"ld-musl-*", kMust, "etc/ld-musl-*.path", "musl's search path"},
    // TLS.
    {"libcrypto.so* libssl.so*",
     kMust,
     "etc/ssl/openssl.cnf usr/lib/ssl/openssl.cnf etc/pki/tls/openssl.cnf",
     "OpenSSL's configuration"},
    {"libcrypto.so* libssl.so*",
     kMay,
     "usr/lib/*/ossl-modules/*.so usr/lib/ossl-modules/*.so usr/lib64/ossl-modules/*.so "
     "usr/lib/*/engines-3/*.so usr/lib/engines-3/*.so",
     "OpenSSL's providers and engines"},
    {"libcrypto.so* libssl.so* libgnutls.so* libnss3.so libmbedtls.so*",
     kMust,
     "etc/ssl/certs/ca-certificates.crt etc/ssl/cert.pem etc/pki/tls/certs/ca-bundle.crt "
     "etc/ssl/ca-bundle.pem etc/pki/tls/cert.pem",
     "trusted certificates"},
    {"libcrypto.so* libssl.so*",
     kMay,
     "usr/lib/ssl/* etc/ssl/certs/* etc/ssl/* usr/local/share/ca-certificates/*",
     "trusted certificates by hash"},
    {"libp11-kit.so*",
     kMay,
     "usr/lib/*/pkcs11/*.so usr/lib/pkcs11/*.so etc/pkcs11/** usr/share/p11-kit/modules/*",
     "PKCS #11 modules"},
    // Plugins of libraries.
    {"libpam.so*", kMust, "etc/pam.conf etc/pam.d/* etc/security/*", "PAM's configuration"},
    {"libsasl2.so*",
     kMay,
     "usr/lib/*/sasl2/*.so* usr/lib/sasl2/*.so* usr/lib64/sasl2/*.so* etc/sasl2/*",
     "SASL mechanisms"},
    {"libkrb5.so*", kMay, "etc/krb5.conf usr/lib/*/krb5/plugins/** etc/gss/mech.d/*", "Kerberos"},
    {"libMagickCore*.so* libGraphicsMagick.so*",
     kMay,
     "usr/lib/*/ImageMagick-*/** usr/lib/ImageMagick-*/** etc/ImageMagick-*/** "
     "usr/share/ImageMagick-*/** usr/lib/GraphicsMagick-*/**",
     "ImageMagick's coders"},
    {"libgdk_pixbuf-*.so*",
     kMay,
     "usr/lib/*/gdk-pixbuf-2.0/** usr/lib/gdk-pixbuf-2.0/**",
     "image loaders"},
    {"libvips.so*", kMay, "usr/lib/*/vips-modules-*/* usr/lib/vips-modules-*/*", "image loaders"},
    {"libgio-2.0.so*",
     kMay,
     "usr/lib/*/gio/modules/* usr/share/glib-2.0/schemas/gschemas.compiled",
     "GIO modules"},
    {"libfontconfig.so*", kMust, "etc/fonts/fonts.conf", "fontconfig"},
    {"libfontconfig.so*",
     kMay,
     "etc/fonts/** usr/share/fontconfig/** usr/share/fonts/** usr/local/share/fonts/**",
     "fonts"},
    {"libmagic.so*",
     kMust,
     "etc/magic usr/share/misc/magic.mgc usr/lib/file/magic.mgc usr/share/file/magic.mgc",
     "file types"},
    {"libproj.so*", kMust, "usr/share/proj/**", "projections"},
    {"libgdal.so*", kMust, "usr/share/gdal/**", "GDAL's tables"},
    {"libgs.so*",
     kMust,
     "usr/share/ghostscript/** var/lib/ghostscript/**",
     "Ghostscript's library"},
    {"libaspell.so* libhunspell*.so*",
     kMay,
     "usr/lib/aspell/** usr/share/hunspell/**",
     "dictionaries"},
    {"libmecab.so*", kMay, "etc/mecabrc var/lib/mecab/**", "dictionary"},
    {"libtesseract.so*", kMust, "usr/share/tesseract-ocr/** usr/share/tessdata/**", "trained data"},
    {"libxml2.so*", kMay, "etc/xml/catalog etc/xml/*.xml", "XML catalogues"},
    {"libodbc.so*", kMay, "etc/odbc.ini etc/odbcinst.ini usr/lib/*/odbc/*.so", "ODBC drivers"},
    {"libtinfo.so* libncurses*.so* libncursesw.so*",
     kMay,
     "lib/terminfo/*/* etc/terminfo/*/* usr/share/terminfo/x/xterm* usr/share/terminfo/l/linux "
     "usr/share/terminfo/v/vt1* usr/share/terminfo/s/screen* usr/share/terminfo/d/dumb "
     "usr/share/terminfo/a/ansi",
     "terminals"},
    {"libasound.so*", kMay, "usr/share/alsa/**", "sound configuration"},
    // Servers.
    {"nginx",
     kMust,
     "etc/nginx/nginx.conf var/lib/nginx var/lib/nginx/* var/log/nginx var/cache/nginx "
     "var/cache/nginx/*",
     "nginx's configuration and folders"},
    {"nginx", kMay, "etc/nginx/* var/log/nginx/* usr/share/nginx/html/*", "nginx's files"},
    {"ngx_http_perl_module.so",
     kMust,
     "usr/lib/*/perl5/*/nginx.pm usr/lib/*/perl5/*/auto/nginx/* usr/local/lib/perl/*/nginx.pm",
     "nginx's Perl module"},
    {"ngx_http_lua_module.so",
     kMust,
     "usr/share/lua/5.1/resty/** usr/local/share/lua/5.1/resty/**",
     "nginx's Lua library"},
    {"ngx_http_lua_module.so libluajit*.so* liblua*.so* lua5* luajit*",
     kMay,
     "usr/share/lua/5.*/** usr/lib/*/lua/5.*/** usr/lib/lua/5.*/** usr/share/luajit*/**",
     "Lua modules"},
    {"apache2 httpd",
     kMust,
     "etc/apache2/** etc/httpd/** var/log/apache2 var/run/apache2 var/lock/apache2 "
     "var/cache/apache2 usr/share/apache2/error/** usr/share/apache2/icons/**",
     "Apache's configuration and folders"},
    {"php* libphp*.so",
     kMust,
     "etc/php/** usr/local/etc/php/** etc/php*/php.ini etc/php*/conf.d/*",
     "PHP's configuration"},
    {"php* libphp*.so", kMay, "usr/share/php/**", "PHP's library"},
    {"redis-server redis-check-* valkey-server",
     kMust,
     "etc/redis/redis.conf etc/valkey/valkey.conf var/lib/redis var/log/redis run/redis",
     "the server's configuration and folders"},
    {"postgres",
     kMust,
     "./../lib/** ./../share/** usr/lib/postgresql/*/lib/** usr/share/postgresql/*/** "
     "usr/share/postgresql-common/*",
     "PostgreSQL's libraries and tables"},
    {"mysqld mariadbd",
     kMust,
     "usr/share/mysql/** usr/share/mariadb/** etc/mysql/** usr/lib/mysql/plugin/** "
     "usr/lib/*/mariadb*/plugin/** usr/lib/*/libmariadb*/plugin/**",
     "the server's tables and plugins"},
    {"sshd", kMust, "etc/ssh/** run/sshd usr/lib/openssh/*", "OpenSSH's files"},
    {"git",
     kMay,
     "usr/lib/git-core/** usr/share/git-core/** usr/libexec/git-core/**",
     "git's programs"},
    {"vim vim.*", kMay, "usr/share/vim/**", "the editor's scripts"},
    // Languages.
    {"python3*.* pypy3*", kMust, "./../lib/python3*/lib-dynload", "Python's library"},
    {"java javaw jexec",
     kMust,
     "./../lib/* ./../lib/server/* ./../lib/security/** ./../lib/jli/* ./../lib/jfr/* ./../conf/** "
     "./../conf ./../release ./../jre/lib/**",
     "the Java runtime"},
    {"libjvm.so",
     kMust,
     "./../* ./../security/** ./../../conf/** ./../../release ./*",
     "the Java runtime"},
    {"libawt.so libfontmanager.so", kMay, "./../lib/fonts/** etc/fonts/**", "fonts of Java"},
    {"perl perl5*",
     kMust,
     "usr/lib/*/perl-base/strict.pm usr/lib/*/perl-base/warnings.pm usr/lib/*/perl-base/Config*.p* "
     "usr/lib/*/perl-base/lib.pm usr/lib/*/perl-base/Exporter*.pm usr/lib/*/perl-base/XSLoader.pm",
     "Perl's first modules"},
    {"perl perl5*", kMay, "usr/lib/*/perl-base/** etc/perl/**", "Perl's base"},
    {"ruby ruby[0-9]* libruby*.so*",
     kMust,
     "usr/lib/ruby/vendor_ruby/rubygems.rb usr/lib/ruby/vendor_ruby/rubygems/** "
     "usr/local/lib/ruby/*/rubygems.rb usr/local/lib/ruby/*/rubygems/** usr/lib/ruby/*/rubygems.rb "
     "usr/lib/ruby/*/rubygems/** usr/lib/*/ruby/*/rbconfig.rb usr/lib/*/ruby/*/enc/*.so "
     "usr/local/lib/ruby/*/*/rbconfig.rb usr/local/lib/ruby/*/*/enc/*.so",
     "Ruby's first modules"},
    {"dotnet", kMust, "./host/** ./shared/**", "the .NET runtime"},
    {"libnode.so* node nodejs",
     kMust,
     "usr/share/nodejs/acorn/dist/acorn.js usr/share/nodejs/acorn-walk/dist/walk.js "
     "usr/share/nodejs/cjs-module-lexer/lexer.js usr/share/nodejs/cjs-module-lexer/dist/lexer.js "
     "usr/share/nodejs/undici/undici-fetch.js usr/share/nodejs/minimatch/index.js "
     "usr/share/nodejs/minimatch/minimatch.js",
     "modules that Debian took out of Node.js"},
    {"npm-cli.js", kMust, "etc/npmrc ./../package.json ./../npmrc", "npm's configuration"},
    // Data by module.
    {"sysconfig.py sysconfig/__init__.py",
     kMust,
     "./_sysconfigdata_*.py ./../_sysconfigdata_*.py",
     "how Python was built"},
    {"zoneinfo/__init__.py pytz/__init__.py dateutil/tz/tz.py",
     kMay,
     "usr/share/zoneinfo/**",
     "time zones"},
    {"mimetypes.py mime.so",
     kMay,
     "etc/mime.types usr/share/mime/globs2 usr/share/misc/mime.types",
     "types of files"},
    {"bash", kMay, "etc/profile etc/bash.bashrc etc/profile.d/*", "bash's start files"},
    {"su sudo login",
     kMust,
     "etc/pam.d/* etc/login.defs etc/shells etc/sudoers etc/sudoers.d/*",
     "who may become whom"},
    {"busybox", kMay, "etc/busybox.conf etc/securetty", "busybox's configuration"},
};

constexpr Companion kOfSymbols[] = {
    {"iconv_open",
     kMay,
     "usr/lib/*/gconv/** usr/lib64/gconv/** usr/lib/gconv/**",
     "conversions of text"},
    {"getaddrinfo gethostbyname gethostbyname_r",
     kMust,
     "etc/hosts etc/resolv.conf etc/nsswitch.conf",
     "names of hosts"},
    {"getaddrinfo gethostbyname gethostbyname_r",
     kMay,
     "etc/services etc/protocols etc/host.conf etc/gai.conf lib/*/libnss_dns.so.2 "
     "lib/*/libnss_files.so.2 lib/*/libresolv.so.2 lib64/libnss_*.so.2",
     "names of hosts"},
    {"getservbyname getprotobyname", kMay, "etc/services etc/protocols", "names of services"},
    {"getpwnam getpwuid getgrnam getpwuid_r getpwnam_r",
     kMust,
     "etc/passwd etc/group etc/nsswitch.conf",
     "users"},
    {"getpwnam getpwuid getgrnam getpwuid_r getpwnam_r",
     kMay,
     "lib/*/libnss_files.so.2 lib64/libnss_files.so.2",
     "users"},
    {"localtime localtime_r tzset mktime", kMust, "etc/localtime etc/timezone", "the time zone"},
    {"zoneinfo",
     kMay,
     "etc/localtime usr/share/zoneinfo/** usr/local/go/lib/time/zoneinfo.zip",
     "time zones"},
    {"go.x509",
     kMust,
     "etc/ssl/certs/ca-certificates.crt etc/ssl/cert.pem etc/pki/tls/certs/ca-bundle.crt "
     "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem etc/ssl/ca-bundle.pem",
     "trusted certificates"},
    {"initscr setupterm tgetent newterm",
     kMay,
     "lib/terminfo/*/* usr/share/terminfo/x/xterm*",
     "terminals"},
    {"setlocale", kMust, "usr/lib/locale/C.utf8/**", "the locale that is always there"},
};

// Whatever the programs are.
constexpr Companion kOfAll[] = {
    {"",
     kMust,
     "etc/passwd etc/group etc/hosts etc/hostname etc/resolv.conf etc/mtab etc/os-release "
     "usr/lib/os-release etc/alpine-release etc/debian_version etc/nsswitch.conf etc/localtime "
     "etc/timezone",
     "what every program expects"},
    {"",
     kMust,
     "dev proc sys tmp run var/tmp var/run var/lock run/lock root mnt media srv opt home home/* "
     "var/log var/cache var/lib var/mail var/spool",
     "folders that every program expects"},
    {"",
     kMay,
     "etc/shadow etc/gshadow etc/services etc/protocols etc/environment etc/shells etc/login.defs "
     "etc/mime.types",
     "what programs may expect"},
};

// What a companion's pattern never means: sources and symbols that no program reads.
constexpr std::string_view kNever[] = {"src.zip",
                                       "ct.sym",
                                       "classes_nocoops.jsa",
                                       "*.debuginfo",
                                       "*.a",
                                       "*.o",
                                       "*.la",
                                       "*.pc",
                                       "classlist"};
// Parts of a unit that it works without.
constexpr std::string_view kOptional[] = {
    "classes.jsa",    "libawt*.so",       "libfontmanager.so",  "libjsound.so", "libjavajpeg.so",
    "liblcms.so",     "libmlib_image.so", "libsplashscreen.so", "libjawt.so",   "libj2gss.so",
    "libjsvml.so",    "libsctp.so",       "libj2pcsc.so",       "libjdwp.so",   "libdt_socket.so",
    "libattach.so",   "librmi.so",        "libinstrument.so",   "libsaproc.so", "libj2pkcs11.so",
    "libfreetype.so", "psfont*",          "jrt-fs.jar"};

// Time zones in other forms of the same.
constexpr std::string_view kNeverBelow[] = {"usr/share/zoneinfo/right", "usr/share/zoneinfo/posix"};
// A package's data are not told by its name where a module system tells them.
constexpr std::string_view kManaged[] = {"python*",
                                         "pypy*",
                                         "perl*",
                                         "ruby*",
                                         "node",
                                         "nodejs",
                                         "npm",
                                         "php*",
                                         "java*",
                                         "gcc*",
                                         "g++*",
                                         "cpp*",
                                         "clang*",
                                         "go",
                                         "rustc",
                                         "cargo",
                                         "lib*",
                                         "apt*",
                                         "dpkg*"};

bool is_never(const TreePaths& paths, NodeId node) {
  std::string_view name = paths.name(node);
  if (matches_any(name, kNever)) return true;
  for (std::string_view folder : kNeverBelow) {
    NodeId top = paths.resolve(folder, kRootNode);
    if (top != kNoNode && paths.is_below(node, top)) return true;
  }
  return false;
}

void need_patterns(Walk& walk, const Companion& row, NodeId base, const Ask& ask) {
  const TreePaths& paths = walk.paths();
  for (std::string_view pattern : split_blanks(row.needs)) {
    bool is_near = pattern.starts_with("./");
    if (is_near) pattern.remove_prefix(2);
    NodeId from = is_near ? base : kRootNode;
    if (!contains(pattern, "*")) {
      walk.need_path(pattern, from, ask);
      continue;
    }
    std::vector<NodeId> links;
    std::vector<NodeId> found = paths.expand(pattern, from, &links);
    for (NodeId node : found) {
      if (is_never(paths, node)) continue;
      Ask part = matches_any(paths.name(node), kOptional) ? ask.at_most(kMay) : ask;
      // Folders of a pattern are there for what is in them.
      if (paths.is_folder(node) && !pattern.ends_with("/*")) continue;
      if (paths.is_link(node)) {
        walk.need_path(paths.name(node), paths.at(node).parent, part);
      } else {
        walk.need(node, part);
      }
    }
    for (NodeId link : links) {
      NodeId target = paths.resolve(paths.name(link), paths.at(link).parent);
      // A pattern looks into links that lead to nothing that it is after.
      if (target != kNoNode && walk.is_needed(target) && !is_never(paths, target))
        walk.need(link, {ask.level, NeedKind::Link, target, 0, ""});
    }
  }
}

bool is_of(const Companion& row, std::string_view path) {
  std::string_view name = base_name(path);
  for (std::string_view pattern : split_blanks(row.of)) {
    bool is_path = contains(pattern, "/");
    if (is_path ? path.ends_with(pattern) : matches_name(pattern, name)) return true;
  }
  return false;
}

// usr/share/NAME and its like, as far as they are of the program's own package.
void need_own_folders(Walk& walk, const FollowedFile& file) {
  constexpr std::string_view kFolders[] = {"usr/share/", "usr/lib/", "usr/libexec/", "etc/"};
  constexpr uint64_t kMostBytes = 64 << 20;
  const TreePaths& paths = walk.paths();
  uint32_t owner = walk.system_owner(file.node);
  std::string_view name = base_name(file.path);
  bool is_program = contains(file.path, "bin/");
  if (owner == kNoPackage || !is_program) return;
  if (matches_any(name, kManaged)) return;
  const std::string& package = walk.input().packages.packages[owner].name;
  Ask ask{std::min(file.level, NeedLevel::May),
          NeedKind::Companion,
          file.node,
          0,
          "data of its package"};
  for (std::string_view folder : kFolders) {
    for (std::string_view word : {name, std::string_view(package)}) {
      NodeId top = paths.resolve(std::string(folder) + std::string(word), kRootNode);
      if (top == kNoNode || !paths.is_folder(top)) continue;
      std::vector<NodeId> below;
      paths.add_below(top, below);
      uint64_t bytes = 0;
      for (NodeId node : below) bytes += paths.size_of(node);
      if (bytes > kMostBytes) continue;
      for (NodeId node : below) {
        bool is_own = paths.is_file(node) && walk.system_owner(node) == owner;
        if (is_own && !is_never(paths, node)) walk.need(node, ask);
      }
    }
  }
}

}  // namespace

void need_companions(Walk& walk, const FollowedFile& file) {
  NodeId folder = walk.paths().at(file.node).parent;
  for (const Companion& row : kOfFiles) {
    if (!is_of(row, file.path)) continue;
    Ask ask{
        std::min(file.level, row.level), NeedKind::Companion, file.node, 0, std::string(row.note)};
    need_patterns(walk, row, folder, ask);
  }
  bool is_python = matches_name("python3*.*", base_name(file.path)) && contains(file.path, "bin/");
  if (is_python) {
    Ask ask{file.level, NeedKind::Companion, file.node, 0, "Python's start"};
    for (std::string_view module : {"site",
                                    "os",
                                    "io",
                                    "codecs",
                                    "abc",
                                    "stat",
                                    "posixpath",
                                    "genericpath",
                                    "_collections_abc",
                                    "_sitebuiltins",
                                    "encodings.*",
                                    "warnings",
                                    "importlib",
                                    "importlib.machinery",
                                    "importlib.util",
                                    "sitecustomize",
                                    "contextlib",
                                    "types",
                                    "linecache",
                                    "tokenize",
                                    "traceback"})
      walk.need_python_module(module, kNoNode, ask);
    for (NodeId site : walk.modules().python_sites) walk.need_path("*.pth", site, ask);
  }
  if (file.record->kind_name == "elf") need_own_folders(walk, file);
  need_python_data(walk, file);
  need_gem(walk, file);
}

void need_symbol_companions(Walk& walk, const FollowedFile& file, const Fact& symbol) {
  // They could convert anything, and do so only for whoever asks them to.
  constexpr std::string_view kGoBetweens[] = {
      "libstdc++.so*", "libidn2.so*", "libunistring.so*", "libreadline.so*", "bash"};
  std::string_view name = base_name(file.path);
  bool is_go_between = matches_any(name, kGoBetweens);
  if (symbol.value == "iconv_open" && is_go_between) return;
  for (const Companion& row : kOfSymbols) {
    std::vector<std::string_view> names = split_blanks(row.of);
    if (std::find(names.begin(), names.end(), symbol.value) == names.end()) continue;
    Ask ask{
        std::min(file.level, row.level), NeedKind::Companion, file.node, 0, std::string(row.note)};
    need_patterns(walk, row, kRootNode, ask);
  }
}

void need_basics(Walk& walk) {
  for (const Companion& row : kOfAll) {
    Ask ask{row.level, NeedKind::Companion, kNoNode, 0, std::string(row.note)};
    need_patterns(walk, row, kRootNode, ask);
  }
  // The links of the root: "bin", "lib", "sbin" where /usr has been merged.
  for (NodeId node : walk.paths().children(kRootNode)) {
    if (walk.paths().is_link(node))
      walk.need(node, {kMust, NeedKind::Companion, kNoNode, 0, "link of the root"});
  }
  std::string_view zone = walk.variable("TZ");
  if (zone.starts_with(":")) zone.remove_prefix(1);
  if (!zone.empty() && zone[0] != '/')
    walk.need_path("usr/share/zoneinfo/" + std::string(zone),
                   kRootNode,
                   {kMust, NeedKind::Companion, kNoNode, 0, "TZ"});
  for (std::string_view name : {"LANG",
                                "LC_ALL",
                                "LC_CTYPE",
                                "LC_TIME",
                                "LC_NUMERIC",
                                "LC_COLLATE",
                                "LC_MONETARY",
                                "LC_MESSAGES",
                                "LANGUAGE"}) {
    for (std::string_view value : split(walk.variable(name), ':')) {
      if (!value.empty())
        walk.need_locale(value, {kMust, NeedKind::Companion, kNoNode, 0, std::string(name)});
    }
  }
  for (std::string_view name : {"SSL_CERT_FILE",
                                "SSL_CERT_DIR",
                                "REQUESTS_CA_BUNDLE",
                                "NODE_EXTRA_CA_CERTS",
                                "CURL_CA_BUNDLE",
                                "JAVA_HOME",
                                "LD_PRELOAD",
                                "PGDATA"}) {
    std::string_view path = walk.variable(name);
    if (!path.empty())
      walk.need_path(path, kRootNode, {kMust, NeedKind::Companion, kNoNode, 0, std::string(name)});
  }
  std::string_view terminal = walk.variable("TERM");
  if (!terminal.empty()) {
    for (std::string_view folder : {"lib/terminfo/", "usr/share/terminfo/", "etc/terminfo/"})
      walk.need_path(std::string(folder) + terminal[0] + "/" + std::string(terminal),
                     kRootNode,
                     {kMust, NeedKind::Companion, kNoNode, 0, "TERM"});
  }
}

void Walk::need_locale(std::string_view name, const Ask& ask) {
  if (name == "C" || name == "POSIX") return;
  std::string language(name.substr(0, name.find_first_of(".@")));
  std::string charset;
  size_t dot = name.find('.');
  if (dot != std::string_view::npos) charset = to_lower(replace_all(name.substr(dot + 1), "-", ""));
  for (std::string_view folder : {"usr/lib/locale/", "usr/share/i18n/compiled/"}) {
    need_path(std::string(folder) + std::string(name) + "/**", kRootNode, ask);
    if (charset.empty()) {
      need_path(std::string(folder) + language + "/**", kRootNode, ask);
    } else {
      need_path(std::string(folder) + language + "." + charset + "/**", kRootNode, ask);
    }
  }
  need_path("usr/lib/locale/locale-archive", kRootNode, ask);
  need_path(
      "usr/share/locale/" + language + "/LC_MESSAGES/*", kRootNode, ask.at_most(NeedLevel::May));
}

}  // namespace whittle
