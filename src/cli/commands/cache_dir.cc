// `whittle cache-dir`: where the cache of layers is, how big, and making it smaller.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/inspect_options.h"
#include "cli/commands/shared_rows.h"

namespace whittle {

namespace {

struct Settings {
  bool json = false;
  bool trim = false;
  bool clear = false;
  std::string file;
};

const std::vector<OptionRowGroup<Settings>>& rows() {
  using Row = OptionRow<Settings>;
  static const std::vector<OptionRowGroup<Settings>> table = {
      {"Output",
       {
           Row{{"format", 0, "FORMAT", "Form of the answer", false, {"text", "json"}},
               [](Settings& settings, const std::string& value) -> Status {
                 settings.json = value == "json";
                 return {};
               }},
           output_file_row<Settings>(),
       }},
      {"Making it smaller",
       {
           Row{{"trim", 0, "", "Remove what was not used for longest, down to --cache-size"},
               [](Settings& settings, const std::string& /*value*/) -> Status {
                 settings.trim = true;
                 return {};
               }},
           Row{{"clear", 0, "", "Remove all of it"},
               [](Settings& settings, const std::string& /*value*/) -> Status {
                 settings.clear = true;
                 return {};
               }},
       }}};
  return table;
}

struct FolderSize {
  uint64_t bytes = 0;
  uint64_t files = 0;
};

// What is there; a folder that is not there is empty.
FolderSize size_of(const fs::path& folder) {
  FolderSize size;
  std::error_code error;
  fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    if (!it->is_regular_file(ignored) || it->is_symlink(ignored)) continue;
    uint64_t bytes = it->file_size(ignored);
    if (ignored) continue;
    size.bytes += bytes;
    ++size.files;
  }
  return size;
}

std::string answer(const fs::path& folder,
                   const FolderSize& size,
                   uint64_t limit,
                   const Settings& settings,
                   bool verbose) {
  if (settings.json) {
    nlohmann::ordered_json json = {{"folder", folder.string()},
                                   {"bytes", size.bytes},
                                   {"files", size.files},
                                   {"max_bytes", limit}};
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }
  std::string out = printable(folder.string()) + "\n";
  if (verbose) {
    out += fmt::format("{} in {} of at most {}\n",
                       format_bytes(size.bytes),
                       count_of(size.files, "file"),
                       format_bytes(limit));
  }
  return out;
}

Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  CacheSettings cache;
  TRY(set_options(rows(), invocation.arguments, settings));
  TRY(set_options(cache_rows(), invocation.arguments, cache));
  if (settings.trim && settings.clear) {
    return Error(ErrorKind::Usage, "--trim and --clear do not go together")
        .hint("Leave one of them out");
  }
  fs::path folder = cache_folder(cache);
  if (folder.empty()) {
    return Error(ErrorKind::NotFound, "there is no home folder to have a cache in")
        .hint("Name a folder with --cache-dir or $WHITTLE_CACHE_DIR");
  }
  std::error_code ignored;
  bool is_there = fs::exists(folder, ignored);
  if (is_there && (settings.trim || settings.clear)) {
    LayerCache::open(folder, settings.clear ? 0 : cache.max_bytes)->trim();
  }
  Outcome outcome;
  outcome.text =
      answer(folder, size_of(folder), cache.max_bytes, settings, invocation.common.verbose);
  outcome.file = settings.file;
  return outcome;
}

}  // namespace

const CommandInfo kCacheDirCommand = {
    .name = "cache-dir",
    .summary = "print the folder of the layer cache, or make it smaller",
    .description = R"(
Prints where the commands that look at images remember the layers they have read, so that a layer is read once on a
machine. With --verbose also how big it is. The cache can be removed at any time: it is made again.
)",
    .positionals = {},
    .options =
        [] {
          std::vector<OptionGroup> groups = infos_of(rows());
          for (OptionGroup& group : infos_of(cache_rows())) groups.push_back(std::move(group));
          return groups;
        },
    .examples = {{"whittle cache-dir --verbose", "Where it is and how big"},
                 {"whittle cache-dir --trim --cache-size 512MiB", "Make it smaller"},
                 {"whittle cache-dir --clear", "Start anew"}},
    .exit_codes = "",
    .run = run,
};

}  // namespace whittle
