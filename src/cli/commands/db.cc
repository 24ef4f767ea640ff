// `whittle db update|status`: the database that `scan` looks things up in.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared_rows.h"
#include "cli/commands/vuln_database.h"
#include "engine/vuln_update.h"
#include "vuln/database.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

struct Settings {
  std::string database;
  std::vector<std::string> from;
  std::vector<std::string> mirrors;
  bool json = false;
  bool verify = false;
  std::string file;
};

const std::vector<OptionRowGroup<Settings>>& rows() {
  using Row = OptionRow<Settings>;
  static const std::vector<OptionRowGroup<Settings>> table = {
      {"Database",
       {
           database_row<Settings>(),
           Row{{"from",
                0,
                "SOURCE",
                "Read this file, folder or URL instead of the public feeds",
                true,
                {},
                Completes::Files},
               [](Settings& settings, const std::string& value) -> Status {
                 settings.from.push_back(value);
                 return {};
               }},
           Row{{"mirror",
                0,
                "URL",
                "Look for OSV's bulk export there; several are tried in their order",
                true},
               [](Settings& settings, const std::string& value) -> Status {
                 settings.mirrors.push_back(value);
                 return {};
               }},
           Row{{"verify", 0, "", "Hold the whole database against its checksum"},
               [](Settings& settings, const std::string& /*value*/) -> Status {
                 settings.verify = true;
                 return {};
               }},
       }},
      {"Output",
       {
           Row{{"format", 0, "FORMAT", "Form of the answer", false, {"text", "json"}},
               [](Settings& settings, const std::string& value) -> Status {
                 settings.json = value == "json";
                 return {};
               }},
           output_file_row<Settings>(),
       }}};
  return table;
}

std::string update_answer(const VulnUpdate& update, const fs::path& file, bool json) {
  if (json) {
    Json answer = {{"file", file.string()},
                   {"bytes", update.bytes},
                   {"advisories", update.advisories},
                   {"affected", update.affected},
                   {"withdrawn", update.withdrawn},
                   {"unchanged_files", update.unchanged},
                   {"notes", update.notes}};
    return answer.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  return fmt::format("{}: {} advisories, {} affected packages, {}\n",
                     printable(file.string()),
                     update.advisories,
                     update.affected,
                     format_bytes(update.bytes));
}

Result<Outcome> update(const Invocation& invocation,
                       const Settings& settings,
                       const fs::path& file) {
  VulnUpdateOptions options;
  options.file = file;
  options.from = settings.from;
  options.mirrors = settings.mirrors;
  options.now = seconds_now();
  options.offline = invocation.common.offline;
  options.cancel = &invocation.cancel;
  options.progress = &invocation.progress;
  TRY_ASSIGN(VulnUpdate done, update_vuln_database(options));
  Outcome outcome;
  outcome.text = update_answer(done, file, settings.json);
  for (const std::string& note : done.notes) {
    if (!invocation.common.quiet) outcome.remarks += "note: " + printable(note) + "\n";
  }
  return outcome;
}

Json status_json(const DatabaseInfo& info, const fs::path& file, int64_t age) {
  Json sources = Json::array();
  for (const DatabaseSource& source : info.sources) {
    sources.push_back({{"name", source.name},
                       {"documents", source.documents},
                       {"newest", source.newest.empty() ? Json(nullptr) : Json(source.newest)},
                       {"digest", source.digest.empty() ? Json(nullptr) : Json(source.digest)}});
  }
  return {{"file", file.string()},
          {"built", info.built},
          {"age_seconds", age},
          {"bytes", info.bytes},
          {"packages", info.packages},
          {"advisories", info.advisories},
          {"cves", info.cves},
          {"sources", std::move(sources)}};
}

std::string status_text(const DatabaseInfo& info, const fs::path& file, int64_t age) {
  std::string out =
      fmt::format("{}\nmade {}, {} ago; {}\n{} advisories for {} packages, {} CVEs with scores\n",
                  printable(file.string()),
                  time_text(info.built),
                  age_text(age),
                  format_bytes(info.bytes),
                  info.advisories,
                  info.packages,
                  info.cves);
  for (const DatabaseSource& source : info.sources) {
    out += fmt::format("  {}: {} records", printable(source.name), source.documents);
    if (!source.newest.empty()) out += ", the newest of " + printable(source.newest.substr(0, 10));
    out += source.digest.empty() ? "\n" : ", digest checked\n";
  }
  return out;
}

Result<Outcome> status(const Settings& settings, const fs::path& file) {
  TRY_ASSIGN(Database database, Database::open(file));
  TRY_ASSIGN(DatabaseInfo info, database.info());
  if (settings.verify) TRY(database.verify());
  int64_t age = seconds_now() - info.built;
  Outcome outcome;
  outcome.text =
      settings.json
          ? status_json(info, file, age).dump(2, ' ', false, Json::error_handler_t::replace) + "\n"
          : status_text(info, file, age);
  return outcome;
}

Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  TRY(set_options(rows(), invocation.arguments, settings));
  TRY_ASSIGN(fs::path file, vuln_database_file(settings.database));
  bool is_update = invocation.arguments.positionals[0] == "update";
  TRY_ASSIGN(Outcome outcome,
             is_update ? update(invocation, settings, file) : status(settings, file));
  outcome.file = settings.file;
  return outcome;
}

}  // namespace

const CommandInfo kDbCommand = {
    .name = "db",
    .summary = "make the database of vulnerabilities, or tell its age",
    .description = R"(
`update` makes the database that scan looks things up in: one file, replaced when all is read, so that any number of
scans can go on meanwhile. Without --from the public feeds are read: OSV's bulk export, CISA's catalogue of known
exploited vulnerabilities, FIRST's EPSS scores. What was fetched is asked for again only when it has changed; a server
that does not answer is tried again with growing pauses, then the next mirror.

With --from nothing is fetched but what it names: files (zip, tar, JSON, CSV, TSV, compressed or not; what they hold is
told by their content), folders of such files, URLs of one file or of a copy of OSV's export. Where FILE.sha256 lies
beside FILE, FILE has to meet it.

`status` tells how old the database is and what it was made of.

The database is `db/vuln.db` in the cache's folder, $WHITTLE_DB, or what --db says.
)",
    .positionals = {{"ACTION", "what to do", true, {"update", "status"}}},
    .options = [] { return infos_of(rows()); },
    .examples = {{"whittle db update", "From the public feeds"},
                 {"whittle db update --from osv-export/ --from kev.json.gz",
                  "Wholly from files, for a machine without a network"},
                 {"whittle db update --mirror https://osv.example/export",
                  "From a copy of OSV's export"},
                 {"whittle db status --verify", "How old it is, and whether it is whole"}},
    .exit_codes = "",
    .run = run,
};

}  // namespace whittle
