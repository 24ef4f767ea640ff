#include "container/exec_user.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxId = INT32_MAX;  // as the engines have it

std::optional<uint32_t> parse_id(std::string_view text) {
  std::optional<uint64_t> id = parse_u64(text);
  if (!id || *id > kMaxId) return std::nullopt;
  return static_cast<uint32_t>(*id);
}

struct PasswdLine {
  std::string_view name;
  uint32_t uid;
  uint32_t gid;
  std::string_view home;
};

struct GroupLine {
  std::string_view name;
  uint32_t gid;
  std::vector<std::string_view> members;
};

// name:password:uid:gid:gecos:home:shell
std::optional<PasswdLine> parse_passwd_line(std::string_view line) {
  std::vector<std::string_view> fields = split(trim(line), ':');
  if (fields.size() < 4 || fields[0].empty() || fields[0].front() == '#') return std::nullopt;
  std::optional<uint32_t> uid = parse_id(fields[2]);
  std::optional<uint32_t> gid = parse_id(fields[3]);
  if (!uid || !gid) return std::nullopt;
  return PasswdLine{fields[0], *uid, *gid, fields.size() > 5 ? fields[5] : ""};
}

// name:password:gid:member,member
std::optional<GroupLine> parse_group_line(std::string_view line) {
  std::vector<std::string_view> fields = split(trim(line), ':');
  if (fields.size() < 3 || fields[0].empty() || fields[0].front() == '#') return std::nullopt;
  std::optional<uint32_t> gid = parse_id(fields[2]);
  if (!gid) return std::nullopt;
  return GroupLine{fields[0], *gid, split(fields.size() > 3 ? fields[3] : "", ',')};
}

std::optional<PasswdLine> find_user(std::string_view wanted, std::string_view passwd) {
  std::optional<uint32_t> id = wanted.empty() ? 0U : parse_id(wanted);
  for (std::string_view line : split_lines(passwd)) {
    std::optional<PasswdLine> entry = parse_passwd_line(line);
    if (entry && (entry->name == wanted || (id && entry->uid == *id))) return entry;
  }
  return std::nullopt;
}

Result<uint32_t> find_group(std::string_view wanted, std::string_view group) {
  std::optional<uint32_t> id = parse_id(wanted);
  for (std::string_view line : split_lines(group)) {
    std::optional<GroupLine> entry = parse_group_line(line);
    if (entry && (entry->name == wanted || (id && entry->gid == *id))) return entry->gid;
  }
  if (id) return *id;
  return Error(ErrorKind::Invalid, fmt::format("the image has no group `{}`", printable(wanted)));
}

}  // namespace

Result<ExecUser> resolve_user(std::string_view user,
                              std::string_view passwd,
                              std::string_view group) {
  size_t colon = user.find(':');
  std::string_view name = user.substr(0, colon);
  std::string_view group_name =
      colon == std::string_view::npos ? std::string_view() : user.substr(colon + 1);
  ExecUser out;
  std::optional<PasswdLine> entry = find_user(name, passwd);
  if (entry) {
    out.uid = entry->uid;
    out.gid = entry->gid;
    if (!entry->home.empty()) out.home = entry->home;
  } else if (!name.empty()) {
    std::optional<uint32_t> uid = parse_id(name);
    if (!uid)
      return Error(ErrorKind::Invalid, fmt::format("the image has no user `{}`", printable(name)));
    out.uid = *uid;
  }
  if (!group_name.empty()) {
    TRY_ASSIGN(out.gid, find_group(group_name, group));
    return out;
  }
  for (std::string_view line : split_lines(group)) {
    std::optional<GroupLine> listed = parse_group_line(line);
    if (!entry || !listed) continue;
    const auto& members = listed->members;
    if (std::find(members.begin(), members.end(), entry->name) != members.end())
      out.groups.push_back(listed->gid);
  }
  return out;
}

}  // namespace whittle
