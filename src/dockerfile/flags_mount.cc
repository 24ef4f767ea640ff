#include "dockerfile/flags_mount.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace whittle {

namespace {

struct TypeName {
  std::string_view name;
  MountType type;
};

constexpr std::array<TypeName, 5> kTypes = {{
    {"bind", MountType::Bind},
    {"cache", MountType::Cache},
    {"tmpfs", MountType::Tmpfs},
    {"secret", MountType::Secret},
    {"ssh", MountType::Ssh},
}};

struct TextKey {
  std::string_view name;
  std::string Mount::*member;
};

constexpr std::array<TextKey, 13> kTextKeys = {{
    {"from", &Mount::from},
    {"source", &Mount::source},
    {"src", &Mount::source},
    {"target", &Mount::target},
    {"dst", &Mount::target},
    {"destination", &Mount::target},
    {"id", &Mount::id},
    {"sharing", &Mount::sharing},
    {"env", &Mount::env},
    {"mode", &Mount::mode},
    {"uid", &Mount::uid},
    {"gid", &Mount::gid},
    {"size", &Mount::size},
}};

Error bad(std::string message) {
  return Error(ErrorKind::Invalid, std::move(message));
}

bool has_variable(std::string_view text) {
  return contains(text, "$");
}

// Comma-separated values (RFC 4180) of one line.
Result<std::vector<std::string>> split_csv(std::string_view text) {
  std::vector<std::string> fields(1);
  for (size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == ',') {
      fields.emplace_back();
    } else if (c != '"') {
      fields.back() += c;
    } else {
      bool at_begin = at == 0 || text[at - 1] == ',';
      if (!at_begin) return bad("a quote stands inside of a field");
      for (++at; at < text.size(); ++at) {
        bool is_doubled = text.substr(at, 2) == "\"\"";
        if (text[at] == '"' && !is_doubled) break;
        fields.back() += text[at];
        if (is_doubled) ++at;
      }
      bool is_closed = at < text.size() && (at + 1 == text.size() || text[at + 1] == ',');
      if (!is_closed) return bad("a quoted field is not closed");
    }
  }
  return fields;
}

// As Go reads a bool.
std::optional<bool> parse_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "false", "FALSE", "False"};
  if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return true;
  if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return false;
  return std::nullopt;
}

class MountParser {
 public:
  Result<Mount> run(std::string_view text) {
    TRY_ASSIGN(auto fields, split_csv(text));
    for (const std::string& field : fields) TRY(take(field));
    TRY(check());
    bool is_writable = mount_.type == MountType::Cache || mount_.type == MountType::Tmpfs;
    mount_.read_only = read_only_.value_or(!is_writable);
    if (mount_.type == MountType::Cache && mount_.sharing.empty()) mount_.sharing = "shared";
    return std::move(mount_);
  }

 private:
  Status take(const std::string& field) {
    size_t equals = field.find('=');
    bool has_value = equals != std::string::npos;
    std::string key = to_lower(std::string_view(field).substr(0, equals));
    std::string value = has_value ? field.substr(equals + 1) : "";
    bool is_bool =
        key == "readonly" || key == "ro" || key == "readwrite" || key == "rw" || key == "required";
    if (is_bool) return take_bool(key, has_value ? value : "true");
    if (!has_value) return bad("`" + printable(field) + "` has no value");
    if (key == "type") return take_type(value);
    for (const TextKey& known : kTextKeys) {
      if (known.name != key) continue;
      if (key == "from" && has_variable(value)) return bad("`from` takes no variables");
      mount_.*known.member = std::move(value);
      return {};
    }
    return bad("`" + printable(key) + "` is no key of a mount");
  }

  Status take_bool(std::string_view key, const std::string& value) {
    auto flag = parse_bool(value);
    if (!flag && !has_variable(value)) {
      return bad("`" + std::string(key) + "` takes `true` or `false`, not `" + printable(value) +
                 "`");
    }
    if (key == "required") {
      mount_.required = flag.value_or(true);
    } else {
      bool is_write = key == "readwrite" || key == "rw";
      read_only_ = flag.value_or(true) != is_write;
    }
    return {};
  }

  Status take_type(const std::string& value) {
    if (has_variable(value)) {
      mount_.has_variable_type = true;
      return {};
    }
    for (const TypeName& known : kTypes) {
      if (known.name != to_lower(value)) continue;
      mount_.type = known.type;
      return {};
    }
    return bad("`" + printable(value) + "` is no type of mount");
  }

  Status check() const {
    if (mount_.has_variable_type) return {};
    bool is_cache = mount_.type == MountType::Cache;
    bool is_private = mount_.type == MountType::Secret || mount_.type == MountType::Ssh;
    bool has_owner = !mount_.mode.empty() || !mount_.uid.empty() || !mount_.gid.empty();
    if (has_owner && !is_cache && !is_private) {
      return bad("this type of mount takes no `mode`, `uid` or `gid`");
    }
    if (!mount_.sharing.empty() && !is_cache) return bad("only a cache takes `sharing`");
    constexpr std::array<std::string_view, 3> kSharing = {"shared", "private", "locked"};
    bool is_known = mount_.sharing.empty() || has_variable(mount_.sharing) ||
                    std::find(kSharing.begin(), kSharing.end(), mount_.sharing) != kSharing.end();
    if (!is_known) return bad("`sharing` takes `shared`, `private` or `locked`");
    return {};
  }

  Mount mount_;
  std::optional<bool> read_only_;
};

}  // namespace

Result<Mount> parse_mount(std::string_view value) {
  return MountParser().run(value);
}

std::string mount_syntax_problem(std::string_view value) {
  auto fields = split_csv(value);
  if (!fields.ok()) return "`--mount`: " + fields.error().message();
  for (std::string_view field : *fields) {
    bool is_from = equals_ignoring_case(field.substr(0, 5), "from=");
    if (is_from && has_variable(field)) return "`--mount`: `from` takes no variables";
  }
  return "";
}

}  // namespace whittle
