#include "report/formats/markdown_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/strings.h"

namespace whittle {

namespace {

// A code span around any text: the fence is longer than every run of backticks inside.
std::string fence_for(std::string_view text, size_t shortest) {
  size_t longest = 0;
  size_t run = 0;
  for (char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(std::max(shortest, longest + 1), '`');
}

}  // namespace

// Text outside of code spans.
std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '@') {
      out += "&#64;";
    } else {
      if (std::string_view("\\`*_[]|#~>").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

// House style puts names between backticks: such spans stay code, everything else is escaped.
std::string markdown(std::string_view foreign) {
  std::string safe = printable(foreign);
  std::vector<std::string_view> parts = split(safe, '`');
  if (parts.size() % 2 == 0) return escaped(safe);
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i % 2 == 0) {
      out += escaped(parts[i]);
    } else if (trim(parts[i]).empty()) {
      return escaped(safe);
    } else {
      out += "`" + std::string(parts[i]) + "`";
    }
  }
  return out;
}

std::string code(std::string_view foreign) {
  std::string safe = printable(foreign);
  if (safe.empty()) return "";
  std::string fence = fence_for(safe, 1);
  std::string blank = safe.front() == '`' || safe.back() == '`' ? " " : "";
  return fence + blank + safe + blank + fence;
}

std::string code_block(std::string_view text, std::string_view language, std::string_view indent) {
  std::string safe;
  for (std::string_view line : split_lines(text)) {
    // Tabs are harmless here and belong to the text.
    for (size_t i = 0; std::string_view part : split(line, '\t')) {
      safe += (i++ == 0 ? std::string(indent) : "\t") + printable(part);
    }
    safe += "\n";
  }
  std::string fence = fence_for(safe, 3);
  return fmt::format("{0}{1}{2}\n{3}{0}{1}\n", indent, fence, language, safe);
}

std::string details(std::string_view summary, std::string_view body) {
  return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n", summary, body);
}

std::string table_code(std::string_view foreign) {
  return replace_all(code(foreign), "|", "\\|");
}

}  // namespace whittle
