// All of a stage copied over all of another.
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kCopyRootToRoot;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Copy)) {
    const Instruction& copy = *place.instruction;
    if (!copy.flag("from") || copy.words.size() != 2) continue;
    if (known_value(input, place.index, copy.words[0].text) != "/" ||
        known_value(input, place.index, copy.words[1].text) != "/")
      continue;
    findings.push_back(make_finding(kCopyRootToRoot,
                                    {copy.words[0].range.begin, copy.words[1].range.end},
                                    "The whole file system of the other stage becomes one layer",
                                    "Copy the folders that are needed"));
  }
}

}  // namespace

const Rule kCopyRootToRoot = {
    {.name = "copy-root-to-root",
     .code = "WH2106",
     .aliases = "DL3067",
     .severity = Severity::Warning,
     .summary = "COPY --from of `/` to `/`",
     .why = "The whole file system becomes one layer. What the base image has already is stored a "
            "second time, and any change in the other stage makes the layer new. From scratch it "
            "makes one image of one layer, which loses what was shared with other images.",
     .bad = "FROM debian:bookworm AS build\nFROM debian:bookworm\nCOPY --from=build / /\n",
     .good = "FROM debian:bookworm AS build\nFROM debian:bookworm\nCOPY --from=build /usr/local "
             "/usr/local\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
