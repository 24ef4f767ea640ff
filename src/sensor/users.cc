#include "sensor/users.h"

namespace whittle::sensor {

namespace {

using Word = Text<256>;
constexpr size_t kMaxFile = 1 << 20;

// Field `index` of a line with colons.
void field(const char* line, unsigned index, Word& to) {
  to.cut(0);
  for (; index > 0; --index) {
    while (*line != '\0' && *line != '\n' && *line != ':') ++line;
    if (*line != ':') return;
    ++line;
  }
  size_t n = 0;
  while (line[n] != '\0' && line[n] != '\n' && line[n] != ':') ++n;
  to.add(line, n);
}

bool lists(const char* members, const char* name) {
  size_t n = length(name);
  for (const char* at = members; *at != '\0';) {
    if (starts_with(at, name) && (at[n] == ',' || at[n] == '\0')) return true;
    while (*at != '\0' && *at != ',') ++at;
    if (*at == ',') ++at;
  }
  return false;
}

template <typename OnLine>
void each_line(const char* file, OnLine on_line) {
  auto* text = static_cast<char*>(allocate(kMaxFile));
  if (text == nullptr) return;
  if (read_whole(file, text, kMaxFile) > 0) {
    for (const char* line = text; *line != '\0';) {
      on_line(line);
      while (*line != '\0' && *line != '\n') ++line;
      if (*line == '\n') ++line;
    }
  }
  release(text, kMaxFile);
}

bool is_number(const char* text) {
  if (*text == '\0') return false;
  for (; *text != '\0'; ++text) {
    if (*text < '0' || *text > '9') return false;
  }
  return true;
}

// The line is of that name or number (in field 2).
bool is_line_of(const char* line, const char* wanted) {
  Word name;
  Word number;
  field(line, 0, name);
  field(line, 2, number);
  if (name.size() == 0 || !is_number(number.c_str())) return false;
  return same(name.c_str(), wanted) ||
         (is_number(wanted) && parse_number(wanted) == parse_number(number.c_str()));
}

uint32_t number_in(const char* line, unsigned index) {
  Word text;
  field(line, index, text);
  long number = parse_number(text.c_str());
  return number < 0 ? 0 : static_cast<uint32_t>(number);
}

}  // namespace

bool find_user(const char* words, User& user) {
  Word name;
  Word group;
  field(words, 0, name);
  field(words, 1, group);
  if (name.size() == 0) name.add("0");
  Word listed;
  bool found = false;
  each_line("/etc/passwd", [&](const char* line) {
    if (found || !is_line_of(line, name.c_str())) return;
    found = true;
    user.id = number_in(line, 2);
    user.group = number_in(line, 3);
    field(line, 0, listed);
    Word home;
    field(line, 5, home);
    if (home.size() > 0) {
      user.home.cut(0);
      user.home.add(home.c_str());
    }
  });
  if (!found && !is_number(name.c_str())) return false;
  if (!found) user.id = static_cast<uint32_t>(parse_number(name.c_str()));
  bool group_found = false;
  each_line("/etc/group", [&](const char* line) {
    if (group.size() > 0) {
      if (group_found || !is_line_of(line, group.c_str())) return;
      group_found = true;
      user.group = number_in(line, 2);
      return;
    }
    Word members;
    field(line, 3, members);
    if (found && user.group_count < 64 && lists(members.c_str(), listed.c_str()))
      user.groups[user.group_count++] = number_in(line, 2);
  });
  if (group.size() == 0 || group_found) return true;
  if (!is_number(group.c_str())) return false;
  user.group = static_cast<uint32_t>(parse_number(group.c_str()));
  return true;
}

long become(const User& user) {
  long result = call(__NR_setgroups, user.group_count, user.groups);
  if (result == 0) result = call(__NR_setgid, user.group);
  if (result == 0) result = call(__NR_setuid, user.id);
  return result;
}

}  // namespace whittle::sensor
