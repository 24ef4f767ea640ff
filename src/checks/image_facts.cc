#include "checks/image_facts.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/limits.h"
#include "base/strings.h"
#include "checks/config_lines.h"
#include "dockerfile/shell.h"

namespace whittle {

namespace {

constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::vector<std::string> words_of(const ShellNode& node) {
  std::vector<std::string> words;
  if (node.command_name() == "sudo") words.emplace_back("sudo");
  for (const ShellWord* word : unwrapped(node)) words.push_back(word->value.value_or(word->raw));
  return words;
}

std::optional<uint32_t> id_of(std::string_view text) {
  std::optional<uint64_t> number = parse_u64(text);
  if (!number || *number > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

ImageAccount account_of(const ConfigLine& line) {
  ImageAccount account;
  account.line = line.line;
  auto word = [&line](size_t i) {
    return i < line.words.size() ? std::string(line.words[i]) : std::string();
  };
  account.name = word(0);
  if (line.kind == kUserLine) {
    account.id = id_of(word(1));
    account.group = id_of(word(2));
    account.home = word(3);
    account.shell = word(4);
    account.password = word(5);
  } else if (line.kind == kGroupLine) {
    account.id = id_of(word(1));
    account.members = word(2);
    account.password = word(3);
  } else {
    account.password = word(1);
  }
  return account;
}

// Folders that programs lie in.
bool is_program_folder(std::string_view name) {
  return name == "bin" || name == "sbin" || name == "games";
}

}  // namespace

std::string search_path(const RunConfig& config) {
  for (const std::string& variable : config.env) {
    if (variable.starts_with("PATH=")) return variable.substr(5);
  }
  return std::string(kDefaultPath);
}

ImageFacts::ImageFacts(const CheckInput& input) : input_(input), paths_(*input.analysis.tree) {
  add_steps();
  add_files();
  find_user();
  find_programs();
  find_entry();
}

void ImageFacts::add_steps() {
  std::map<int, uint32_t> layers;
  const std::vector<LayerFacts>& facts = analysis().layers;
  for (uint32_t i = 0; i < facts.size(); ++i) layers.emplace(facts[i].history_index, i);
  bool is_base = analysis().base.layer_count > 0;
  for (size_t i = 0; i < input_.commands.size(); ++i) {
    ImageStep step;
    step.history_index = static_cast<int>(i);
    if (auto layer = layers.find(step.history_index); layer != layers.end()) {
      step.layer = layer->second;
      is_base = facts[step.layer].is_base;
    }
    step.is_base = is_base;
    std::string_view text = input_.commands[i];
    size_t blank = std::min(text.find(' '), text.size());
    step.keyword = to_upper(text.substr(0, blank));
    step.text = trim(text.substr(blank));
    if (step.keyword == "RUN") {
      ShellScript script = parse_shell(step.text, 0, Limits());
      for (const CommandRef& command : simple_commands(script))
        step.commands.push_back(words_of(*command.node));
    }
    steps_.push_back(std::move(step));
  }
}

void ImageFacts::add_files() {
  for (AccountFile* file : {&users_, &groups_, &shadow_}) {
    NodeId id = paths().walk("/" + file->path).end;
    const Entry* content = id == kNoNode ? nullptr : paths().file(id);
    if (content == nullptr) continue;
    file->is_there = true;
    file->layer = layer_of(id);
    const LayerIndex& layer = *tree().layers[tree().content(id).layer];
    for (const ConfigLine& line :
         read_config_lines(kept_config_lines(layer, layer.id_of(*content))))
      file->accounts.push_back(account_of(line));
  }
  for (uint32_t i = 0; i < tree().layers.size(); ++i) add_settings(i);
}

void ImageFacts::add_settings(uint32_t number) {
  const LayerIndex& layer = *tree().layers[number];
  for (const KeptContent& kept : layer.kept) {
    if (tree().loss[number][static_cast<uint32_t>(kept.entry)] != Loss::Kept) continue;
    std::string path(layer.path(layer.at(kept.entry)));
    if (path == users_.path || path == groups_.path || path == shadow_.path) continue;
    for (const ConfigLine& line : read_config_lines(kept_config_lines(layer, kept.entry))) {
      settings_.push_back({std::string(line.kind),
                           path,
                           number,
                           line.line,
                           {line.words.begin(), line.words.end()}});
    }
  }
}

// Docker's own order: a name of passwd, else a number.
void ImageFacts::find_user() {
  user_.text = config().user;
  std::string name = user_.text.substr(0, user_.text.find(':'));
  if (name.empty()) name = "0";
  user_.uid = id_of(name);
  user_.is_number = user_.uid.has_value();
  std::optional<uint32_t> group;
  for (const ImageAccount& account : users_.accounts) {
    bool is_it = account.name == name || (user_.is_number && account.id == user_.uid);
    if (!is_it || !account.id) continue;
    user_.uid = account.id;
    user_.home = account.home;
    group = account.group;
    break;
  }
  user_.is_known = user_.uid.has_value() || name == "root";
  if (name == "root" && !user_.uid) user_.uid = 0;
  user_.is_root = user_.uid == 0U;
  size_t colon = user_.text.find(':');
  std::string group_name = colon == std::string::npos ? "" : user_.text.substr(colon + 1);
  if (!group_name.empty()) group = id_of(group_name);
  for (const ImageAccount& account : groups_.accounts) {
    if (!account.id) continue;
    if (!group_name.empty() && account.name == group_name) group = account.id;
    for (std::string_view member : split(account.members, ',')) {
      if (member == name && group_name.empty()) user_.groups.insert(*account.id);
    }
  }
  user_.groups.insert(group.value_or(0));
}

void ImageFacts::find_programs() {
  std::vector<bool> is_folder(tree().nodes.size());
  each_entry([&](NodeId id, const Entry& entry) {
    const TreeNode& node = paths().at(id);
    if (node.parent == kNoNode || !is_program_folder(paths().name(node.parent))) return;
    bool is_program = entry.type == EntryType::Symlink || (entry.mode & 0111U) != 0;
    if (!is_program || entry.type == EntryType::Directory || node.name_size == 0) return;
    if (std::optional<ToolKind> kind = tool_kind(tree().name(node)))
      programs_.push_back({*kind, id, std::string(tree().name(node))});
  });
  std::stable_sort(programs_.begin(), programs_.end(), [](const auto& a, const auto& b) {
    return a.kind < b.kind;
  });
}

void ImageFacts::find_entry() {
  const RunConfig& run = config();
  const std::vector<std::string>& command = run.entrypoint.empty() ? run.cmd : run.entrypoint;
  if (command.empty() || command[0].empty()) return;
  if (contains(command[0], "/")) {
    NodeId folder = paths().walk("/" + run.working_dir).end;
    entry_program_ = paths().walk(command[0], folder == kNoNode ? NodeId{0} : folder).end;
    return;
  }
  std::string folders = search_path(run);
  for (std::string_view folder : split(folders, ':')) {
    NodeId found = paths().walk(std::string(folder) + "/" + command[0]).end;
    if (folder.empty() || found == kNoNode || paths().is_folder(found)) continue;
    entry_program_ = found;
    return;
  }
}

const Package* ImageFacts::owner_of(NodeId id) const {
  const PackageCatalog& catalog = analysis().packages;
  const EntryRef& ref = paths().at(id).entry;
  auto row = static_cast<size_t>(ref.entry);
  if (ref.layer >= catalog.owners.size() || row >= catalog.owners[ref.layer].size()) return nullptr;
  uint32_t owner = catalog.owners[ref.layer][row];
  bool is_there = owner < catalog.packages.size() && catalog.packages[owner].is_installed;
  return is_there ? &catalog.packages[owner] : nullptr;
}

bool ImageFacts::may(const ImageUser& user, NodeId id, Access access) const {
  const Entry* entry = paths().entry(id);
  auto bit = static_cast<uint32_t>(access);
  if (entry == nullptr) return access != Access::Write;  // root:root 0755 where nothing says so
  if (user.uid == entry->uid) return (entry->mode & (bit << 6U)) != 0;
  if (user.groups.contains(entry->gid)) return (entry->mode & (bit << 3U)) != 0;
  return (entry->mode & bit) != 0;
}

}  // namespace whittle
