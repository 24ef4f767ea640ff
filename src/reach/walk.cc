#include "reach/walk.h"

#include <algorithm>

#include "base/strings.h"
#include "reach/file_kinds_rows.h"
#include "reach/script_text.h"
#include "reach/walk_parts.h"

namespace whittle {

namespace {

constexpr size_t kMaxProblems = 200;
constexpr size_t kMaxNesting = 16;  // of commands in texts of commands

uint32_t index(NodeId node) {
  return static_cast<uint32_t>(node);
}

const FileKind* kind_named(std::string_view name) {
  for (const FileKind* kind : file_kind_table()) {
    if (kind->name == name) return kind;
  }
  return nullptr;
}

}  // namespace

Walk::Walk(const ReachInput& input)
    : input_(input),
      paths_(input.tree),
      to_follow_(input.tree.nodes.size(), NeedLevel::None),
      followed_(input.tree.nodes.size(), NeedLevel::None) {
  reach_.needs.resize(input.tree.nodes.size());
  reach_.notes.emplace_back();
  if (!input.left_out.empty()) is_left_out_.assign(input.tree.nodes.size(), false);
  for (NodeId node : input.left_out) is_left_out_[index(node)] = true;
  libraries_ = std::make_unique<Libraries>(*this);
  modules_ = std::make_unique<Modules>(*this);
  NodeId folder = paths_.resolve(input.config.run.working_dir, kRootNode);
  if (folder != kNoNode && paths_.is_folder(folder)) working_folder_ = folder;
}

Walk::~Walk() = default;

Walk::Libraries& Walk::libraries() {
  return *libraries_;
}

Walk::Modules& Walk::modules() {
  return *modules_;
}

std::string_view Walk::variable(std::string_view name) const {
  std::string_view found;
  for (std::string_view setting : input_.config.run.env) {
    size_t equals = setting.find('=');
    if (equals != std::string_view::npos && setting.substr(0, equals) == name)
      found = setting.substr(equals + 1);
  }
  return found;
}

uint32_t Walk::system_owner(NodeId node) const {
  const TreeNode& at = paths_.at(node);
  const PackageCatalog& catalog = input_.packages;
  if (at.is_implied || at.entry.layer >= catalog.owners.size()) return kNoPackage;
  const std::vector<uint32_t>& owners = catalog.owners[at.entry.layer];
  auto entry = static_cast<uint32_t>(at.entry.entry);
  uint32_t owner = entry < owners.size() ? owners[entry] : kNoPackage;
  if (owner >= catalog.packages.size()) return kNoPackage;
  const std::string& type = catalog.packages[owner].type;
  return type == "deb" || type == "apk" || type == "rpm" ? owner : kNoPackage;
}

std::string_view Walk::facts_of(EntryRef content) const {
  if (input_.facts) return input_.facts(content);
  const LayerIndex& layer = *input_.tree.layers[content.layer];
  return layer.kept_content(content.entry, TopicId::Needs).value_or(std::string_view());
}

const FileRecord& Walk::record(NodeId node) {
  std::unique_ptr<FileRecord>& known = records_[index(node)];
  if (known == nullptr) {
    known = std::make_unique<FileRecord>();
    if (paths_.is_file(node)) *known = read_record(facts_of(paths_.tree().content(node)));
  }
  return *known;
}

NeedLevel Walk::level_of(NodeId node) const {
  return reach_.needs[index(node)].level;
}

bool Walk::is_needed(NodeId node) const {
  return level_of(node) != NeedLevel::None;
}

uint32_t Walk::note_of(const std::string& text) {
  if (text.empty()) return 0;
  auto [place, is_new] = notes_.try_emplace(text, static_cast<uint32_t>(reach_.notes.size()));
  if (is_new) reach_.notes.push_back(text);
  return place->second;
}

void Walk::mark(NodeId node, const Ask& ask) {
  Need& need = reach_.needs[index(node)];
  need = {ask.cause, ask.line, note_of(ask.note), ask.level, ask.kind};
}

void Walk::need(NodeId node, const Ask& ask) {
  keep(node, ask, ask.level);
}

void Walk::keep(NodeId node, const Ask& ask, NeedLevel most) {
  if (node == kNoNode || ask.level == NeedLevel::None) return;
  if (!is_left_out_.empty() && is_left_out_[index(node)]) return;
  NeedLevel& to_follow = to_follow_[index(node)];
  if (most > to_follow && paths_.is_file(node)) {
    to_follow = most;
    (most == NeedLevel::Must ? must_ : may_).push_back(node);
  }
  if (level_of(node) >= ask.level) return;
  mark(node, ask);
  NodeId inner = node;
  for (NodeId folder = paths_.at(node).parent; folder != kNoNode && level_of(folder) < ask.level;
       folder = paths_.at(folder).parent) {
    mark(folder, {ask.level, NeedKind::Folder, inner, 0, ""});
    inner = folder;
  }
}

bool Walk::need_path(std::string_view path, NodeId base, const Ask& ask) {
  std::vector<NodeId> links;
  bool is_open = path.ends_with(kUnknownWord);
  std::vector<NodeId> found;
  if (is_open) {
    NodeId node = paths_.longest(path.substr(0, path.size() - 1), &links);
    if (node != kNoNode) found.push_back(node);
  } else {
    found = paths_.expand(path, base, &links);
  }
  bool is_tree = path.ends_with("/**");
  for (NodeId node : found) {
    if (is_tree && paths_.is_link(node)) {
      // What a tree's link leads to.
      NodeId target = paths_.resolve(paths_.link_target(node), paths_.at(node).parent, &links);
      need(node, ask);
      if (target != kNoNode && paths_.is_file(target)) need(target, ask);
      continue;
    }
    need(node, ask);
  }
  NodeId target = found.empty() ? kNoNode : found[0];
  // A pattern looks into links that lead to nothing that it is after.
  bool is_pattern = !is_open && path.find_first_of("*?") != std::string_view::npos;
  for (NodeId link : links) {
    NodeId end = is_pattern ? paths_.resolve(paths_.name(link), paths_.at(link).parent) : kNoNode;
    bool is_on_the_way = !is_pattern || (end != kNoNode && is_needed(end));
    if (is_on_the_way) need(link, {ask.level, NeedKind::Link, target, 0, ""});
  }
  return !found.empty();
}

void Walk::need_tree(NodeId folder, const Ask& ask) {
  std::vector<NodeId> below{folder};
  paths_.add_below(folder, below);
  for (NodeId node : below) {
    need(node, ask);
    if (paths_.is_link(node)) need_path(paths_.name(node), paths_.at(node).parent, ask);
  }
}

void Walk::problem(std::string text) {
  if (reach_.problems.size() >= kMaxProblems || !problems_.insert(text).second) return;
  reach_.problems.push_back(std::move(text));
}

bool Walk::is_application(NodeId node) const {
  constexpr std::string_view kPackageFolders[] = {
      "node_modules", "site-packages", "dist-packages", "gems", "vendor"};
  if (system_owner(node) != kNoPackage) return false;
  std::string path = paths_.tree().path(node);
  if (path.starts_with("usr/") && !path.starts_with("usr/src/") && !path.starts_with("usr/app/")) {
    return path.starts_with("usr/local/bin/") || path.starts_with("usr/local/sbin/");
  }
  return std::none_of(std::begin(kPackageFolders), std::end(kPackageFolders), [&](auto folder) {
    return contains(path, "/" + std::string(folder) + "/");
  });
}

Ask Walk::ask_of(const FollowedFile& file, const Fact& fact, NeedKind kind) const {
  NeedLevel level = fact.level;
  // An application's own scripts were written for this image: what they may ask for, they will.
  bool is_certain = fact.kind == FactKind::Module || fact.kind == FactKind::Command ||
                    fact.kind == FactKind::Shell || fact.kind == FactKind::Locale ||
                    fact.kind == FactKind::Computed;
  if (is_certain && file.record->kind_name != "elf" && is_application(file.node))
    level = NeedLevel::Must;
  return {std::min(file.level, level), kind, file.node, fact.line, ""};
}

void Walk::need_aliases() {
  auto count = static_cast<uint32_t>(paths_.tree().nodes.size());
  for (uint32_t i = 0; i < count; ++i) {
    NodeId node{i};
    if (!paths_.is_link(node) || level_of(node) == NeedLevel::Must) continue;
    std::vector<NodeId> links;
    NodeId target = paths_.resolve(paths_.name(node), paths_.at(node).parent, &links);
    if (target == kNoNode || target == kRootNode || !is_needed(target)) continue;
    std::string path = paths_.tree().path(node);
    bool is_documentation = path.starts_with("usr/share/doc") ||
                            path.starts_with("usr/share/man") || path.starts_with("usr/share/info");
    if (is_documentation) continue;
    NeedLevel level = paths_.is_folder(target) ? level_of(target) : NeedLevel::May;
    for (NodeId link : links) need(link, {level, NeedKind::Link, target, 0, "another name of it"});
  }
}

void Walk::follow(NodeId node, NeedLevel level) {
  if (followed_[index(node)] >= level) return;
  followed_[index(node)] = level;
  FollowedFile file;
  file.node = node;
  file.path = paths_.tree().path(node);
  file.level = level;
  const FileRecord& facts = record(node);
  file.record = &facts;
  if (facts.is_cut_off)
    problem("only a part of what `" + printable(file.path) + "` names is known");
  if (const FileKind* kind = kind_named(facts.kind_name)) kind->follow(*this, file);
  need_companions(*this, file);
}

void Walk::run() {
  while (!must_.empty() || !may_.empty()) {
    std::deque<NodeId>& queue = must_.empty() ? may_ : must_;
    NodeId node = queue.front();
    NeedLevel level = must_.empty() ? NeedLevel::May : NeedLevel::Must;
    queue.pop_front();
    follow(node, level);
  }
}

void Walk::need_shell_text(std::string_view text, const Ask& ask) {
  if (nesting_ >= kMaxNesting) return;
  ++nesting_;
  FactWriter writer;
  add_shell_facts(text, NeedLevel::Must, writer, ask.line);
  std::string kept = writer.take("shell");
  FileRecord facts = read_record(kept);
  for (const Fact& fact : facts.facts) {
    Ask part = ask;
    part.level = std::min(ask.level, fact.level);
    if (fact.kind == FactKind::Command)
      need_command(words_of(fact.value),
                   ask.kind == NeedKind::Root ? part : part.as(NeedKind::Command));
    if (fact.kind == FactKind::Path) need_path(fact.value, kRootNode, part.as(NeedKind::Named));
    if (fact.kind == FactKind::Text)
      need_path(fact.value, working_folder_, part.as(NeedKind::Named));
  }
  --nesting_;
}

void Walk::need_command(const std::vector<std::string>& words, const Ask& ask) {
  if (words.empty() || nesting_ >= kMaxNesting) return;
  ++nesting_;
  read_command(*this, words, ask);
  --nesting_;
}

std::vector<std::string> words_of(std::string_view fact) {
  std::vector<std::string> words;
  while (!fact.empty()) {
    size_t end = fact.find(kWordEnd);
    words.emplace_back(fact.substr(0, end));
    fact = end == std::string_view::npos ? std::string_view() : fact.substr(end + 1);
  }
  return words;
}

namespace {

void follow_path(Walk& walk, const FollowedFile& file, const Fact& fact) {
  Ask ask = walk.ask_of(
      file,
      fact,
      file.record->kind_name == "configuration" ? NeedKind::Configured : NeedKind::Named);
  NodeId folder = fact.kind == FactKind::Near ? walk.paths().at(file.node).parent : kRootNode;
  bool is_guess =
      ask.kind == NeedKind::Named && contains(fact.value, "*") && fact.level == NeedLevel::May;
  bool is_weak = ask.level == NeedLevel::May && fact.kind == FactKind::Path &&
                 walk.system_owner(file.node) != kNoPackage;
  if (is_weak && is_tool(base_name(fact.value))) return;
  if (!is_guess) return static_cast<void>(walk.need_path(fact.value, folder, ask));
  // A program's format string means files of its own package.
  std::vector<NodeId> links;
  uint32_t owner = walk.system_owner(file.node);
  for (NodeId node : walk.paths().expand(fact.value, folder, &links)) {
    bool is_own = walk.system_owner(node) == owner && walk.paths().is_file(node);
    if (is_own) walk.need_path("/" + walk.paths().tree().path(node), kRootNode, ask);
  }
}

// Records of how an interpreter was built name compilers and tools that nobody runs.
bool is_build_record(std::string_view name) {
  constexpr std::string_view kNames[] = {
      "Config.pm", "Config_heavy.pl", "_sysconfigdata*", "rbconfig.rb"};
  return matches_any(name, kNames);
}

void follow_text(Walk& walk, const FollowedFile& file, const Fact& fact) {
  Ask ask = walk.ask_of(file, fact, NeedKind::Named);
  if (!walk.need_path(fact.value, walk.working_folder(), ask))
    walk.need_path(fact.value, walk.paths().at(file.node).parent, ask);
}

}  // namespace

void follow_plain(Walk& walk, const FollowedFile& file) {
  if (is_build_record(base_name(file.path))) return;
  for (const Fact& fact : file.record->facts) {
    switch (fact.kind) {
      case FactKind::Interpreter:
        walk.need_path(fact.value, kRootNode, walk.ask_of(file, fact, NeedKind::Interpreter));
        break;
      case FactKind::Path:
      case FactKind::Near:
        follow_path(walk, file, fact);
        break;
      case FactKind::Text:
        follow_text(walk, file, fact);
        break;
      case FactKind::Command:
        walk.need_command(words_of(fact.value), walk.ask_of(file, fact, NeedKind::Command));
        break;
      case FactKind::Shell:
        walk.need_shell_text(fact.value, walk.ask_of(file, fact, NeedKind::Command));
        break;
      case FactKind::Plugin:
        need_plugin(walk, fact.value, walk.ask_of(file, fact, NeedKind::Configured));
        break;
      case FactKind::Dlopen:
        walk.need_library(fact.value, file.node, walk.ask_of(file, fact, NeedKind::Dlopen));
        break;
      case FactKind::Symbol:
        need_symbol_companions(walk, file, fact);
        break;
      case FactKind::Locale:
        // Libraries know all of them by name.
        if (walk.system_owner(file.node) == kNoPackage)
          walk.need_locale(fact.value, walk.ask_of(file, fact, NeedKind::Named));
        break;
      default:
        break;
    }
  }
}

}  // namespace whittle
