// `whittle explore`: an image in the terminal, opened at once and read meanwhile.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <mutex>

#include "analyze/groups.h"
#include "base/environment.h"
#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/inspect_options.h"
#include "cli/terminal.h"
#include "engine/inspect.h"
#include "tui/run.h"

namespace whittle {

namespace {

struct Settings {
  std::string key_file;
};

Status set_key_file(Settings& settings, const std::string& value) {
  if (value.empty()) return Error(ErrorKind::Usage, "the file's name is empty");
  settings.key_file = value;
  return {};
}

const std::vector<OptionRowGroup<Settings>>& rows() {
  static const std::vector<OptionRowGroup<Settings>> table = {
      {"Keys",
       {OptionRow<Settings>{{"keys",
                             0,
                             "FILE",
                             "YAML file with other keys; ~/.config/whittle/keys.yaml, else dive's "
                             "configuration if not given",
                             false,
                             {},
                             Completes::Files},
                            set_key_file}}}};
  return table;
}

// Progress as one short text for the headline. Thread-safe.
class HeadlineProgress : public Progress {
 public:
  void phase(std::string_view title, uint64_t total, std::string_view /*unit*/) override {
    std::lock_guard lock(mutex_);
    title_ = title;
    total_ = total;
    done_ = 0;
  }

  void update(uint64_t done) override {
    std::lock_guard lock(mutex_);
    done_ = done;
  }

  void detail(std::string_view) override {}

  void note(std::string_view) override {}

  std::string text() const {
    std::lock_guard lock(mutex_);
    if (total_ == 0 || done_ == 0) return title_;
    return fmt::format("{} {} %", title_, 100 * std::min(done_, total_) / total_);
  }

 private:
  mutable std::mutex mutex_;
  std::string title_;
  uint64_t total_ = 0;
  uint64_t done_ = 0;
};

// The file of the user's keys that is there: ours, else dive's; "" for none.
fs::path usual_key_file() {
  fs::path home = environment("HOME");
  fs::path config = environment("XDG_CONFIG_HOME");
  if (config.empty() && !home.empty()) config = home / ".config";
  std::vector<fs::path> candidates;
  if (!config.empty()) {
    candidates = {
        config / "whittle/keys.yaml", config / "dive/dive.yaml", config / "dive/config.yaml"};
  }
  if (!home.empty()) candidates.push_back(home / ".dive.yaml");
  for (const fs::path& candidate : candidates) {
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored)) return candidate;
  }
  return {};
}

// A file that was named must be right; one that merely lies there costs a notice.
Status read_user_keys(const Settings& settings, tui::RunOptions& options) {
  if (!settings.key_file.empty()) return tui::read_key_file(settings.key_file, options.keys);
  fs::path usual = usual_key_file();
  if (usual.empty()) return {};
  Status status = tui::read_key_file(usual.string(), options.keys);
  if (!status.ok()) options.notice = printable(status.error().message());
  return {};
}

tui::Services services_for(const InspectOptions& inspect, const HeadlineProgress& progress) {
  tui::Services services;
  services.group = group;
  services.reopen = [inspect](const Platform& platform) {
    InspectOptions other = inspect;
    other.open.platform = platform;
    return Exploration::start(other);
  };
  services.progress = [&progress] { return progress.text(); };
  services.cancel = inspect.open.cancel;
  return services;
}

Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  TRY(set_options(rows(), invocation.arguments, settings));
  TRY_ASSIGN(InspectOptions inspect,
             inspect_options(invocation, invocation.arguments.positionals[0]));
  tui::RunOptions options;
  TRY(read_user_keys(settings, options));
  if (!is_terminal(STDOUT_FILENO)) {
    return Error(ErrorKind::Usage, "explore needs a terminal, and standard output is none")
        .hint("Use `whittle analyze` for a report");
  }
  CancelToken stop;
  HeadlineProgress progress;
  inspect.open.cancel = &stop;
  inspect.open.progress = &progress;
  options.target = inspect.target;
  options.color = invocation.stdout_color;
  options.open = [inspect] { return Exploration::start(inspect); };
  options.services = services_for(inspect, progress);
  options.cancel = &invocation.cancel;
  options.stop = &stop;
  TRY(tui::run_explorer(std::move(options)));
  return Outcome{};
}

const std::string& description() {
  static const std::string text = R"(
Shows the layers of an image, what each of them added, changed and deleted, where bytes are lost and to whom they
belong. Opens at once and fills in as layers are read. The image is only read; files are written where you ask for it.

? shows the keys. Those of dive work, and --keys reads its configuration: a YAML mapping `keybinding:` of actions to
keys.
)" + target_paragraph();
  return text;
}

}  // namespace

const CommandInfo kExploreCommand = {
    .name = "explore",
    .summary = "look around in an image in the terminal",
    .description = description(),
    .positionals = {target_positional("TARGET", "the image")},
    .options = [] { return with_inspect_options(infos_of(rows())); },
    .examples = {{"whittle explore debian:12", "An image of this machine, or of its registry"},
                 {"whittle explore shop.tar", "An archive"},
                 {"whittle explore --platform linux/arm64 oci:layout", "One platform of a layout"}},
    .exit_codes = "0  you left it\n2  it could not be done; stderr says why\n",
    .run = run,
};

}  // namespace whittle
