// The closure: a walk from the roots along the facts of files. Must is settled before May, each
// file is followed once, so that reasons do not depend on luck.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/tree_paths.h"
#include "reach/file_kinds.h"
#include "reach/reach.h"

namespace whittle {

// What a file is needed for.
struct Ask {
  NeedLevel level = NeedLevel::Must;
  NeedKind kind = NeedKind::Named;
  NodeId cause = kNoNode;
  uint32_t line = 0;
  std::string note;

  Ask as(NeedKind other) const {
    Ask ask = *this;
    ask.kind = other;
    return ask;
  }

  Ask with(std::string_view text) const {
    Ask ask = *this;
    ask.note = text;
    return ask;
  }

  Ask at_most(NeedLevel most) const {
    Ask ask = *this;
    ask.level = std::min(level, most);
    return ask;
  }
};

class Walk {
 public:
  explicit Walk(const ReachInput& input);

  const TreePaths& paths() const { return paths_; }

  const ReachInput& input() const { return input_; }

  // Variable of the image's configuration; "" without one.
  std::string_view variable(std::string_view name) const;

  // The working directory; the root where it does not exist.
  NodeId working_folder() const { return working_folder_; }

  // Index of the package that owns a node, or kNoPackage; of an operating system's only.
  uint32_t system_owner(NodeId node) const;
  // The record of a file's facts; an empty one where there are none. Valid as long as the walk.
  const FileRecord& record(NodeId node);

  bool is_needed(NodeId node) const;
  NeedLevel level_of(NodeId node) const;

  // The node itself and its folders; its facts are followed later.
  void need(NodeId node, const Ask& ask);
  // The same for what is kept without being asked for by name: its own facts count at most as
  // `most`.
  void keep(NodeId node, const Ask& ask, NeedLevel most);
  // What a path or pattern leads to from a folder, with the links on the way; what does not exist
  // is nothing. True if something was there.
  bool need_path(std::string_view path, NodeId base, const Ask& ask);
  // All files below a folder and what links among them lead to.
  void need_tree(NodeId folder, const Ask& ask);
  void problem(std::string text);

  // A command with its words, as a process would start it from the working directory.
  void need_command(const std::vector<std::string>& words, const Ask& ask);
  // A text for a shell.
  void need_shell_text(std::string_view text, const Ask& ask);
  // The library of a name, as the program or library `from` (kNoNode: anyone) would find it.
  bool need_library(std::string_view name, NodeId from, const Ask& ask);
  // A module of Python as an import statement in `from` writes it (kNoNode: python -m).
  bool need_python_module(std::string_view module, NodeId from, const Ask& ask);
  // A script of a package.json of the working directory: `npm start`.
  void need_package_script(std::string_view name, const Ask& ask);
  void need_locale(std::string_view name, const Ask& ask);

  // What a fact of a file asks for.
  Ask ask_of(const FollowedFile& file, const Fact& fact, NeedKind kind) const;
  // Whether a file is the image's own: of no package, in no language's folder of packages.
  bool is_application(NodeId node) const;
  // To the end of what is asked for.
  void run();
  // Links that lead to what is needed cost nothing, and names are put together at run time.
  void need_aliases();

  Reach take() { return std::move(reach_); }

  // The state of the parts of the walk, each in its own file.
  struct Libraries;
  struct Modules;
  Libraries& libraries();
  Modules& modules();

  ~Walk();

 private:
  std::string_view facts_of(EntryRef content) const;
  uint32_t note_of(const std::string& text);
  void mark(NodeId node, const Ask& ask);
  void follow(NodeId node, NeedLevel level);

  const ReachInput& input_;
  TreePaths paths_;
  Reach reach_;
  NodeId working_folder_ = kRootNode;
  std::deque<NodeId> must_;
  std::deque<NodeId> may_;
  std::vector<NeedLevel> to_follow_;  // by node: how much its facts count
  std::vector<NeedLevel> followed_;   // how much they counted so far
  std::vector<bool> is_left_out_;     // by node; empty: none
  std::unordered_map<std::string, uint32_t> notes_;
  std::unordered_map<uint32_t, std::unique_ptr<FileRecord>> records_;
  std::set<std::string> problems_;
  size_t nesting_ = 0;  // of commands
  std::unique_ptr<Libraries> libraries_;
  std::unique_ptr<Modules> modules_;
};

// Asks for what goes with a file that is needed, by the table in companions.cc.
void need_companions(Walk& walk, const FollowedFile& file);
void need_symbol_companions(Walk& walk, const FollowedFile& file, const Fact& symbol);
// What every program expects.
void need_basics(Walk& walk);
// The image's own files (application.cc).
void need_application(Walk& walk);
// After the walk: records of the Python distributions that are in use. True when it asked for more.
bool need_distributions(Walk& walk);

// The words of a Command fact.
std::vector<std::string> words_of(std::string_view fact);

}  // namespace whittle
