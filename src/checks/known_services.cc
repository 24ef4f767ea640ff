#include "checks/known_services.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr std::string_view kOwnUser = "CHOWN SETGID SETUID";

constexpr KnownService kServices[] = {
    {"nginx", "/run /var/cache/nginx", kOwnUser},
    {"apache2 apache2-foreground apachectl", "/run /var/lock/apache2 /var/log/apache2", kOwnUser},
    {"httpd httpd-foreground", "/usr/local/apache2/logs", kOwnUser},
    {"mysqld", "/run /tmp /var/lib/mysql", kOwnUser},
    {"mariadbd", "/run /tmp /var/lib/mysql", kOwnUser},
    {"postgres", "/run /tmp /var/lib/postgresql", kOwnUser},
    {"mongod", "/tmp /data/db", kOwnUser},
    {"redis-server", "/data", kOwnUser},
    {"rabbitmq-server", "/tmp /var/lib/rabbitmq /var/log/rabbitmq", kOwnUser},
    {"haproxy", "/run", "SETGID SETUID"},
    {"varnishd", "/var/lib/varnish", "SETGID SETUID"},
    {"php-fpm", "/tmp", "SETGID SETUID"},
    {"gunicorn", "/tmp", ""},
    {"catalina.sh",
     "/tmp /usr/local/tomcat/logs /usr/local/tomcat/temp /usr/local/tomcat/work",
     ""},
    {"java", "/tmp", ""},
    {"sshd", "/run", "CHOWN SETGID SETUID SYS_CHROOT"},
    {"cron crond", "/run", "SETGID SETUID"},
    {"supervisord", "/run /tmp", "SETGID SETUID"}};

const KnownService* service_called(std::string_view word) {
  word.remove_prefix(word.rfind('/') + 1);
  for (const KnownService& service : kServices) {
    std::vector<std::string_view> names = split_blanks(service.name);
    if (std::find(names.begin(), names.end(), word) != names.end()) return &service;
  }
  return nullptr;
}

}  // namespace

const KnownService* find_service(const ImageFacts& facts) {
  std::vector<std::string> words = facts.config().entrypoint;
  const std::vector<std::string>& more = facts.config().cmd;
  words.insert(words.end(), more.begin(), more.end());
  bool is_shell = words.size() > 2 && words[1] == "-c";
  if (is_shell) {  // the text of a shell form
    std::vector<std::string_view> parts = split_blanks(words[2]);
    words.assign(parts.begin(), parts.end());
  }
  for (const std::string& word : words) {
    if (const KnownService* found = service_called(word)) return found;
  }
  return nullptr;
}

}  // namespace whittle
