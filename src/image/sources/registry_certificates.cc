#include "image/sources/registry_certificates.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/environment.h"
#include "base/fs.h"
#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxFiles = 1'000;

fs::path folder_of(const std::string& host) {
  std::vector<fs::path> parents;
  std::string config = environment("XDG_CONFIG_HOME");
  std::string home = environment("HOME");
  if (config.empty() && !home.empty()) config = home + "/.config";
  if (!config.empty()) {
    parents.push_back(fs::path(config) / "containers/certs.d");
    parents.push_back(fs::path(config) / "docker/certs.d");
  }
  parents.emplace_back("/etc/containers/certs.d");
  parents.emplace_back("/etc/docker/certs.d");
  std::error_code ignored;
  for (const fs::path& parent : parents) {
    if (fs::is_directory(parent / host, ignored)) return parent / host;
  }
  return {};
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (files.size() < kMaxFiles) files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Error lonely(const fs::path& file, const fs::path& missing) {
  return Error(ErrorKind::Invalid,
               fmt::format("{} has no {} beside it",
                           printable(file.string()),
                           printable(missing.filename().string())))
      .hint("A client's certificate and its key are NAME.cert and NAME.key");
}

}  // namespace

Result<TlsOptions> registry_certificates(const std::string& host, const std::string& ca_file) {
  TlsOptions tls;
  if (!ca_file.empty()) tls.ca_files.push_back(ca_file);
  fs::path folder = folder_of(host);
  if (folder.empty()) return tls;
  std::error_code ignored;
  for (const fs::path& file : files_in(folder)) {
    fs::path certificate = fs::path(file).replace_extension(".cert");
    fs::path key = fs::path(file).replace_extension(".key");
    if (file.extension() == ".crt") tls.ca_files.push_back(file.string());
    if (file == certificate && !fs::exists(key, ignored)) return lonely(file, key);
    if (file == key && !fs::exists(certificate, ignored)) return lonely(file, certificate);
    if (file != certificate || !tls.certificate.empty()) continue;
    tls.certificate = certificate;
    tls.key = key;
  }
  return tls;
}

}  // namespace whittle
