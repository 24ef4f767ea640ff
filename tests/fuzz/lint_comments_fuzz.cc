// Any text as a Dockerfile: the comments that keep findings back are read without harm, and what
// they say lies in the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "dockerfile/parser.h"
#include "lint/suppress.h"

namespace whittle {

namespace {

void require(bool is_true) {
  if (!is_true) std::abort();
}

void check(const std::string& text) {
  Result<Dockerfile> file = parse_dockerfile(text, "Dockerfile", Limits());
  if (!file.ok()) return;
  auto rules_of = [](std::string_view id) { return std::vector<std::string>{std::string(id)}; };
  Suppressions suppressions = find_suppressions(*file, rules_of);
  for (const Suppression& one : suppressions.list) {
    require(!one.ids.empty());
    require(one.lines.contains(one.comment));
    require(one.lines.end <= text.size());
    require(text[one.comment.begin] == '#');
    for (Range target : one.targets) require(target.end <= text.size());
    require(one.overlapped.end <= text.size());
    for (const Instruction& instruction : file->instructions) {
      Finding finding;
      finding.range = instruction.range;
      for (const SuppressedId& id : one.ids) {
        if (!id.rules.empty()) finding.rule = *id.rules.begin();
        bool is_kept_back = suppresses(one, id, finding);
        require(!one.covers_file || is_kept_back || id.rules.empty());
      }
    }
  }
  LintInput input = make_lint_input(*file, {}, Limits());
  require(input.evaluation.states.size() <= file->instructions.size());
}

}  // namespace

}  // namespace whittle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whittle::check(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
