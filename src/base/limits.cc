#include "base/limits.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace whittle {

const std::vector<LimitInfo>& limit_table() {
  static const std::vector<LimitInfo> table = {
      {"entries", &Limits::max_entries, "tar entries in one layer"},
      {"name-bytes", &Limits::max_name_bytes, "bytes of one path or link target"},
      {"expansion-ratio", &Limits::max_expansion_ratio, "decompressed to compressed bytes"},
      {"layer-bytes", &Limits::max_layer_bytes, "decompressed bytes of one layer"},
      {"json-bytes", &Limits::max_json_bytes, "bytes of one manifest, index or config"},
      {"json-depth", &Limits::max_json_depth, "nesting of one manifest, index or config"},
      {"pax-bytes", &Limits::max_pax_bytes, "bytes of the PAX records of one entry"},
      {"layers", &Limits::max_layers, "layers of one image"},
      {"dockerfile-bytes", &Limits::max_dockerfile_bytes, "bytes of a Dockerfile"},
      {"instructions", &Limits::max_instructions, "instructions of a Dockerfile"},
      {"ignore-bytes", &Limits::max_ignore_bytes, "bytes of a .dockerignore"},
      {"ignore-patterns", &Limits::max_ignore_patterns, "patterns of a .dockerignore"},
      {"context-files", &Limits::max_context_files, "files in the build context"},
      {"shell-depth", &Limits::max_shell_depth, "nesting of shell constructs"},
      {"output-bytes", &Limits::max_output_bytes, "kept output of one outside program"},
  };
  return table;
}

Status set_limit(Limits& limits, std::string_view assignment) {
  size_t equals = assignment.find('=');
  std::string_view name = assignment.substr(0, equals);
  for (const LimitInfo& info : limit_table()) {
    if (info.name != name) continue;
    std::optional<uint64_t> value;
    if (equals != std::string_view::npos) value = parse_size(assignment.substr(equals + 1));
    if (!value || *value == 0) {
      return Error(ErrorKind::Usage, fmt::format("limit `{}` needs a number above 0", name))
          .hint(fmt::format("Write --limit {}=NUMBER", name));
    }
    limits.*info.member = *value;
    return {};
  }
  std::vector<std::string> names;
  for (const LimitInfo& info : limit_table()) names.emplace_back(info.name);
  return Error(ErrorKind::Usage, fmt::format("there is no limit `{}`", printable(name)))
      .hint("Limits: " + join(names, ", "));
}

Error limit_error(std::string_view what, uint64_t Limits::*member, const Limits& limits) {
  for (const LimitInfo& info : limit_table()) {
    if (info.member != member) continue;
    return Error(ErrorKind::Limit,
                 fmt::format("{}: over the limit of {} {}", what, limits.*member, info.what))
        .hint(fmt::format("If the input is to be trusted, raise it with --limit {}=N", info.name));
  }
  return Error(ErrorKind::Limit, std::string(what));
}

}  // namespace whittle
