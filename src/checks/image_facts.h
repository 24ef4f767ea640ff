// What the checks of an image look at, gathered once: accounts, the user that runs, commands of the
// history, settings in files, programs.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/analysis.h"
#include "model/tree_paths.h"

namespace whittle {

// An instruction of the history.
struct ImageStep {
  int history_index = -1;
  uint32_t layer = UINT32_MAX;  // that it made; UINT32_MAX for none
  bool is_base = false;
  std::string keyword;  // "RUN"
  std::string text;     // behind the keyword
  // Of RUN: the words of each simple command, without wrappers such as `exec`; "" for a word that
  // is not constant. "sudo" stays.
  std::vector<std::vector<std::string>> commands;
};

// What is given to the checks beside the analysis.
struct CheckInput {
  const Analysis& analysis;
  // By entry of the history: the instruction as a Dockerfile would say it, secrets masked.
  std::vector<std::string> commands;
  std::string today;  // "2026-11-21"; "": nothing has ended
  // Variables that hold a secret, where nothing else reports them.
  std::vector<std::string> secret_variables;
  std::set<std::string> known_secret_files;  // paths that are reported as secrets already
};

// A line of /etc/passwd, /etc/group or /etc/shadow.
struct ImageAccount {
  std::string name;
  std::optional<uint32_t> id;  // uid or gid
  std::optional<uint32_t> group;
  std::string home;
  std::string shell;
  std::string members;   // of a group
  std::string password;  // one of config_lines.h
  uint32_t line = 0;
};

struct AccountFile {
  std::string path;
  uint32_t layer = UINT32_MAX;
  bool is_there = false;
  std::vector<ImageAccount> accounts;
};

// A setting in a file.
struct ImageSetting {
  std::string kind;  // of config_lines.h
  std::string path;
  uint32_t layer = 0;
  uint32_t line = 0;
  std::vector<std::string> words;
};

// The user of the configuration, as a container engine finds it in the image.
struct ImageUser {
  std::string text;  // as it is configured
  bool is_root = true;
  bool is_number = false;
  bool is_known = true;         // a name that /etc/passwd has, or a number
  std::optional<uint32_t> uid;  // nullopt: a name that is not known
  std::set<uint32_t> groups;
  std::string home;
};

// What programs of interest are.
enum class ToolKind : uint8_t { Shell, Interpreter, PackageManager, Compiler, NetworkTool, Other };
inline constexpr size_t kToolKinds = 6;

struct FoundProgram {
  ToolKind kind = ToolKind::Other;
  NodeId node = kNoNode;
  std::string name;
};

class ImageFacts {
 public:
  // The input must outlive it.
  explicit ImageFacts(const CheckInput& input);

  const CheckInput& input() const { return input_; }

  const Analysis& analysis() const { return input_.analysis; }

  const MergedTree& tree() const { return *input_.analysis.tree; }

  const TreePaths& paths() const { return paths_; }

  const RunConfig& config() const { return input_.analysis.info.config.run; }

  const std::vector<ImageStep>& steps() const { return steps_; }

  const AccountFile& users() const { return users_; }

  const AccountFile& groups() const { return groups_; }

  const AccountFile& shadow() const { return shadow_; }

  const std::vector<ImageSetting>& settings() const { return settings_; }

  const ImageUser& user() const { return user_; }

  // In folders for programs, by kind, then by path; a name counts once a folder.
  const std::vector<FoundProgram>& programs() const { return programs_; }

  // Calls for every entry of the merged tree but implied folders: call(id, attributes).
  template <typename Call>
  void each_entry(const Call& call) const {
    for (uint32_t i = 0; i < tree().nodes.size(); ++i) {
      const Entry* entry = paths().entry(NodeId{i});
      if (entry != nullptr) call(NodeId{i}, *entry);
    }
  }

  // Of the node's own entry.
  uint32_t layer_of(NodeId id) const { return paths().at(id).entry.layer; }

  // The installed package of the system that owns it; null without one.
  const Package* owner_of(NodeId id) const;

  // What the configured command runs, found as the engine would; kNoNode.
  NodeId entry_program() const { return entry_program_; }

  enum class Access : uint32_t { Read = 4, Write = 2, Execute = 1 };
  // Whether somebody without capabilities may, by the mode alone.
  bool may(const ImageUser& user, NodeId id, Access access) const;

 private:
  void add_steps();
  void add_files();
  void add_settings(uint32_t layer);
  void find_user();
  void find_programs();
  void find_entry();

  const CheckInput& input_;
  TreePaths paths_;
  std::vector<ImageStep> steps_;
  AccountFile users_{"etc/passwd", UINT32_MAX, false, {}};
  AccountFile groups_{"etc/group", UINT32_MAX, false, {}};
  AccountFile shadow_{"etc/shadow", UINT32_MAX, false, {}};
  std::vector<ImageSetting> settings_;
  ImageUser user_;
  std::vector<FoundProgram> programs_;
  NodeId entry_program_ = kNoNode;
};

// What a program of that name is; nullopt for one of no interest.
std::optional<ToolKind> tool_kind(std::string_view name);

// "/usr/bin:/bin" of the configuration's PATH, or Docker's default.
std::string search_path(const RunConfig& config);

}  // namespace whittle
