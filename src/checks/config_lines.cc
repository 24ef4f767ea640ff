#include "checks/config_lines.h"

#include <algorithm>
#include <array>
#include <memory>

#include "base/limits.h"
#include "base/strings.h"
#include "dockerfile/shell.h"

namespace whittle {

namespace {

constexpr uint32_t kVersion = 1;
constexpr uint64_t kMaxFileBytes = 1 << 20;
constexpr size_t kMaxLines = 100'000;   // of one file
constexpr size_t kMaxWordBytes = 4096;  // longer ones are cut
constexpr char kWordEnd = '\t';

class LineWriter {
 public:
  void add(std::string_view kind, uint32_t line, const std::vector<std::string_view>& words) {
    if (++count_ > kMaxLines) return;
    text_ += kind;
    text_ += kWordEnd + std::to_string(line);
    for (std::string_view word : words) {
      text_ += kWordEnd;
      text_ += printable(word.substr(0, kMaxWordBytes));
    }
    text_ += '\n';
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  size_t count_ = 0;
};

std::string_view password_word(std::string_view field) {
  if (field.empty()) return kNoPassword;
  if (field == "x") return kOtherPassword;
  if (field[0] == '!' || field[0] == '*') return kLockedPassword;
  bool is_modern = field.starts_with("$5$") || field.starts_with("$6$") ||
                   field.starts_with("$y$") || field.starts_with("$7$") ||
                   field.starts_with("$2") || field.starts_with("$gy$");
  // 13 letters are DES', "$1$" MD5's; everything else fits no password.
  constexpr size_t kDesLetters = 13;
  if (is_modern) return kHashedPassword;
  return field[0] == '$' || field.size() >= kDesLetters ? kWeakPassword : kLockedPassword;
}

// "NAME:..." a line, '#' begins a comment in none of these files.
template <typename Take>
void each_record(std::string_view content, const Take& take) {
  uint32_t number = 0;
  for (std::string_view line : split_lines(content)) {
    ++number;
    line = trim(line);
    if (line.empty() || line[0] == '#' || line[0] == '+' || line[0] == '-') continue;
    std::vector<std::string_view> fields = split(line, ':');
    fields.resize(std::max<size_t>(fields.size(), 7));
    take(number, fields);
  }
}

void read_passwd(std::string_view content, LineWriter& out) {
  each_record(content, [&](uint32_t number, const std::vector<std::string_view>& f) {
    out.add(kUserLine, number, {f[0], f[2], f[3], f[5], f[6], password_word(f[1])});
  });
}

void read_group(std::string_view content, LineWriter& out) {
  each_record(content, [&](uint32_t number, const std::vector<std::string_view>& f) {
    out.add(kGroupLine, number, {f[0], f[2], f[3], password_word(f[1])});
  });
}

void read_shadow(std::string_view content, LineWriter& out) {
  each_record(content, [&](uint32_t number, const std::vector<std::string_view>& f) {
    out.add(kShadowLine, number, {f[0], password_word(f[1])});
  });
}

template <typename Take>
void each_line(std::string_view content, const Take& take) {
  uint32_t number = 0;
  for (std::string_view line : split_lines(content)) {
    ++number;
    line = trim(line);
    if (!line.empty() && line[0] != '#' && line[0] != ';') take(number, line);
  }
}

// "app ALL=(ALL) NOPASSWD: ALL"
void read_sudoers(std::string_view content, LineWriter& out) {
  each_line(content, [&](uint32_t number, std::string_view line) {
    size_t tag = line.find("NOPASSWD:");
    if (tag == std::string_view::npos || line.starts_with("Defaults")) return;
    std::string_view commands = trim(line.substr(tag + 9));
    if (commands == "ALL" || commands.starts_with("ALL,"))
      out.add(kSudoLine, number, {line.substr(0, line.find_first_of(" \t"))});
  });
}

void read_sshd(std::string_view content, LineWriter& out) {
  each_line(content, [&](uint32_t number, std::string_view line) {
    std::vector<std::string_view> words = split_blanks(line);
    if (words.size() < 2) return;
    std::string key = to_lower(words[0]);
    bool is_yes = equals_ignoring_case(words[1], "yes");
    bool is_of_interest = key == "permitrootlogin" || key == "permitemptypasswords";
    if (is_yes && is_of_interest) out.add(kSshdLine, number, {words[0], words[1]});
  });
}

constexpr auto kTrustWords = std::to_array<std::string_view>({"trusted=yes",
                                                              "allow-insecure=yes",
                                                              "allowinsecurerepositories\"true\"",
                                                              "allowunauthenticated\"true\"",
                                                              "allow-insecure-repositories\"true\"",
                                                              "gpgcheck=0",
                                                              "gpgcheck=no",
                                                              "gpgcheck=false",
                                                              "sslverify=0",
                                                              "sslverify=no",
                                                              "sslverify=false",
                                                              "verify-peer\"false\"",
                                                              "strict-ssl=false",
                                                              "trusted-host="});

// One form for "Acquire::https::Verify-Peer "false";" and "gpgcheck = 0".
std::string squeezed(std::string_view line) {
  std::string out;
  for (char c : to_lower(line)) {
    if (!is_blank(c)) out += c;
  }
  return out;
}

void read_trust(std::string_view content, LineWriter& out) {
  each_line(content, [&](uint32_t number, std::string_view line) {
    std::string text = squeezed(line);
    for (std::string_view word : kTrustWords) {
      size_t at = text.find(word);
      if (at == std::string::npos) continue;
      bool is_other_key = at > 0 && (is_alpha(text[at - 1]) || text[at - 1] == '_');
      if (is_other_key && word == "gpgcheck=0") continue;  // "repo_gpgcheck=0" is the default
      out.add(kTrustLine, number, {word});
    }
  });
}

constexpr auto kWritingCommands = std::to_array<std::string_view>(
    {">", "chown", "chmod", "mkdir", "install", "touch", "ln", "cp", "mv", "rm", "tee", "sed"});
// They need rights of their own.
constexpr auto kRootCommands = std::to_array<std::string_view>({"chroot", "mknod", "mount"});
// They stand in front of another command.
constexpr auto kUserChangers =
    std::to_array<std::string_view>({"gosu", "su", "su-exec", "sudo", "runuser", "setpriv"});

template <size_t kCount>
bool is_one_of(const std::array<std::string_view, kCount>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view base_name(const ShellWord& word) {
  std::string_view name = word.value ? std::string_view(*word.value) : std::string_view();
  return name.substr(name.rfind('/') + 1);
}

void read_script_command(const ShellNode& node, LineWriter& out, uint32_t line) {
  for (const ShellRedirect& redirect : node.redirects) {
    bool writes = redirect.op.starts_with('>') || redirect.op == "&>";
    const std::optional<std::string>& target = redirect.target.value;
    if (!writes || !target || !target->starts_with('/') || target->starts_with("/dev/")) continue;
    out.add(kScriptLine, line, {">", *target});
  }
  std::vector<const ShellWord*> words = unwrapped(node);
  for (const ShellWord& word : node.words) {
    if (is_one_of(kUserChangers, base_name(word))) out.add(kScriptLine, line, {base_name(word)});
    if (!words.empty() && &word == words[0]) break;
  }
  if (words.empty()) return;
  std::string_view name = base_name(*words[0]);
  if (!writes_to_paths(name) && !is_one_of(kRootCommands, name)) return;
  std::vector<std::string_view> found = {name};
  for (size_t i = 1; i < words.size(); ++i) {
    const ShellWord& word = *words[i];
    if (word.value && word.value->starts_with('/')) found.emplace_back(*word.value);
  }
  out.add(kScriptLine, line, found);
}

void read_script(std::string_view content, LineWriter& out) {
  if (!content.starts_with("#!")) return;
  std::string_view first = content.substr(0, content.find('\n'));
  if (!contains(first, "sh")) return;
  ShellScript script = parse_shell(content, 0, Limits());
  size_t counted = 0;
  uint32_t line = 1;
  for (const CommandRef& command : simple_commands(script)) {
    size_t begin = command.node->range.begin;
    if (begin < counted) {  // a substitution comes after the command that holds it
      counted = 0;
      line = 1;
    }
    std::string_view between = content.substr(counted, begin - counted);
    line += static_cast<uint32_t>(std::count(between.begin(), between.end(), '\n'));
    counted = begin;
    read_script_command(*command.node, out, line);
  }
}

// What of a path: one name, or for a pattern that ends with '/' everything in it.
struct ConfigFileRow {
  std::string_view path;
  std::string_view end;  // of the name, where the path is a folder
  void (*read)(std::string_view content, LineWriter& out);
};

constexpr ConfigFileRow kFiles[] = {{"etc/passwd", "", read_passwd},
                                    {"etc/group", "", read_group},
                                    {"etc/shadow", "", read_shadow},
                                    {"etc/sudoers", "", read_sudoers},
                                    {"etc/sudoers.d/", "", read_sudoers},
                                    {"etc/ssh/sshd_config", "", read_sshd},
                                    {"etc/ssh/sshd_config.d/", ".conf", read_sshd},
                                    {"etc/apt/sources.list", "", read_trust},
                                    {"etc/apt/sources.list.d/", "", read_trust},
                                    {"etc/apt/apt.conf", "", read_trust},
                                    {"etc/apt/apt.conf.d/", "", read_trust},
                                    {"etc/yum.conf", "", read_trust},
                                    {"etc/dnf/dnf.conf", "", read_trust},
                                    {"etc/yum.repos.d/", ".repo", read_trust},
                                    {"etc/zypp/repos.d/", ".repo", read_trust},
                                    {"etc/pip.conf", "", read_trust},
                                    {"root/.pip/pip.conf", "", read_trust},
                                    {"root/.config/pip/pip.conf", "", read_trust},
                                    {"root/.npmrc", "", read_trust},
                                    {"etc/npmrc", "", read_trust},
                                    {"", ".sh", read_script},
                                    {"", "entrypoint", read_script},
                                    {"usr/local/bin/", "", read_script},
                                    {"usr/bin/", "entrypoint", read_script},
                                    {"usr/bin/", "entrypoint.sh", read_script},
                                    {"docker-entrypoint.d/", ".sh", read_script},
                                    {"app/", ".sh", read_script},
                                    {"app/", "entrypoint", read_script},
                                    {"opt/", ".sh", read_script}};

const ConfigFileRow* row_of(std::string_view path) {
  size_t name = path.rfind('/') + 1;  // 0 for a file of the root
  for (const ConfigFileRow& row : kFiles) {
    bool is_folder = row.path.empty() || row.path.ends_with('/');
    if (is_folder ? path.substr(0, name) == row.path && path.ends_with(row.end) : path == row.path)
      return &row;
  }
  return nullptr;
}

}  // namespace

bool writes_to_paths(std::string_view command) {
  return is_one_of(kWritingCommands, command);
}

ContentWish check_contents() {
  static const std::shared_ptr<const ContentTopic> topic = [] {
    auto made = std::make_shared<ContentTopic>();
    made->id = TopicId::Checks;
    made->version = kVersion;
    made->wants = [](const FileFacts& file, uint8_t /*sets*/) {
      bool is_wanted = file.size_bytes <= kMaxFileBytes && row_of(file.path) != nullptr;
      return is_wanted ? Keep::Extract : Keep::Nothing;
    };
    made->is_worth_reading = [](const FileFacts& file, std::string_view beginning) {
      return row_of(file.path)->read != read_script || beginning.starts_with("#!");
    };
    made->extract = [](const FileFacts& file, std::string_view content) {
      return config_lines_of(file.path, content);
    };
    return made;
  }();
  return {topic, 1};
}

std::string config_lines_of(std::string_view path, std::string_view content) {
  const ConfigFileRow* row = row_of(path);
  if (row == nullptr) return {};
  LineWriter out;
  row->read(content, out);
  return out.take();
}

std::string_view kept_config_lines(const LayerIndex& layer, EntryId file) {
  return layer.kept_content(file, TopicId::Checks).value_or(std::string_view());
}

std::vector<ConfigLine> read_config_lines(std::string_view text) {
  std::vector<ConfigLine> lines;
  for (std::string_view line : split_lines(text)) {
    std::vector<std::string_view> words = split(line, kWordEnd);
    std::optional<uint64_t> number = words.size() > 2 ? parse_u64(words[1]) : std::nullopt;
    if (!number || *number > UINT32_MAX) continue;
    lines.push_back({words[0], static_cast<uint32_t>(*number), {words.begin() + 2, words.end()}});
  }
  return lines;
}

}  // namespace whittle
