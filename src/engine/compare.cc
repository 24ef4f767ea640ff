#include "engine/compare.h"

#include <fmt/format.h>

#include <map>

#include "base/strings.h"
#include "container/engine.h"

namespace whittle {

namespace {

std::string list_text(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back(shell_quote(word));
  return join(quoted, " ");
}

std::string env_text(const std::vector<std::string>& env) {
  return list_text(env);
}

void compare(std::string_view what,
             const std::string& before,
             const std::string& after,
             std::vector<std::string>& out) {
  if (before == after) return;
  auto shown = [](const std::string& text) {
    return text.empty() ? "not set" : "`" + printable(text) + "`";
  };
  out.push_back(fmt::format("{} was {}, is {}", what, shown(before), shown(after)));
}

std::string health_text(const std::optional<HealthCheck>& check) {
  if (!check) return "";
  return fmt::format("{} every {} ns, timeout {} ns, start {} ns, {} retries",
                     list_text(check->test),
                     check->interval_ns,
                     check->timeout_ns,
                     check->start_period_ns,
                     check->retries);
}

std::map<std::string, std::string> own_labels(const RunConfig& config) {
  std::map<std::string, std::string> labels = config.labels;
  labels.erase(std::string(kRunLabel));
  return labels;
}

}  // namespace

std::vector<std::string> config_differences(const RunConfig& before, const RunConfig& after) {
  std::vector<std::string> out;
  compare("the user", before.user, after.user, out);
  compare("the environment", env_text(before.env), env_text(after.env), out);
  compare("the entry point", list_text(before.entrypoint), list_text(after.entrypoint), out);
  compare("the command", list_text(before.cmd), list_text(after.cmd), out);
  compare("the working directory", before.working_dir, after.working_dir, out);
  compare(
      "the exposed ports", list_text(before.exposed_ports), list_text(after.exposed_ports), out);
  compare("the volumes", list_text(before.volumes), list_text(after.volumes), out);
  compare("the stop signal", before.stop_signal, after.stop_signal, out);
  compare("the shell", list_text(before.shell), list_text(after.shell), out);
  compare("the triggers (ONBUILD)", list_text(before.on_build), list_text(after.on_build), out);
  compare(
      "the health check", health_text(before.health_check), health_text(after.health_check), out);
  std::map<std::string, std::string> old_labels = own_labels(before);
  std::map<std::string, std::string> new_labels = own_labels(after);
  for (const auto& [key, value] : new_labels) {
    auto old_label = old_labels.find(key);
    compare("label `" + printable(key) + "`",
            old_label == old_labels.end() ? "" : old_label->second,
            value,
            out);
  }
  for (const auto& [key, value] : old_labels) {
    if (!new_labels.contains(key)) compare("label `" + printable(key) + "`", value, "", out);
  }
  return out;
}

}  // namespace whittle
