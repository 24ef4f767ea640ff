// A JDK in the last stage.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kJdkAtRunTime;

namespace {

// Programs that only a JDK has, or that call them.
constexpr std::string_view kBuilders =
    "javac jlink jdeps jar mvn mvnw gradle gradlew sbt ant lein jshell jmap jstack jcmd";

bool builds_there(const LintInput& input, uint32_t stage) {
  for (const RunText& run : run_texts(input)) {
    if (run.instruction->stage != stage) continue;
    for (const CommandRef& ref : *run.commands) {
      if (is_one_of(kBuilders, command_name(unwrapped(*ref.node)))) return true;
    }
  }
  return false;
}

bool starts_java(const LintInput& input) {
  return std::any_of(input.file->instructions.begin(),
                     input.file->instructions.end(),
                     [&](const Instruction& instruction) {
                       bool is_start = instruction.kind == InstructionKind::Cmd ||
                                       instruction.kind == InstructionKind::Entrypoint;
                       if (!is_start || !is_in_final_chain(input, instruction.stage)) return false;
                       std::string_view text = input.file->text(instruction.arguments);
                       return contains(text, "java") && !contains(text, "jshell");
                     });
}

// Where "-jdk" stands in the tag, or the name says JDK.
bool is_jdk(const ImageName& image) {
  std::string repository = image.repository.substr(image.repository.rfind('/') + 1);
  if (contains(image.tag, "jre")) return false;
  if (contains(image.tag, "jdk") && !contains(repository, "maven") &&
      !contains(repository, "gradle"))
    return true;
  return is_one_of("openjdk eclipse-temurin amazoncorretto ibm-semeru-runtimes sapmachine",
                   repository) &&
         !contains(image.tag, "headless") && !image.tag.empty();
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.file->stages.empty() || !starts_java(input)) return;
  auto stage = static_cast<uint32_t>(input.file->stages.size() - 1);
  if (builds_there(input, stage)) return;
  while (input.evaluation.parent_stage[stage] >= 0) {
    stage = static_cast<uint32_t>(input.evaluation.parent_stage[stage]);
    if (builds_there(input, stage)) return;
  }
  std::optional<std::string> base = known_base_image(input, stage);
  if (!base || !is_jdk(split_image_name(*base))) return;
  const Stage& at = input.file->stages[stage];
  Finding finding =
      make_finding(kJdkAtRunTime,
                   at.base_range,
                   in_ticks(*base) + " holds a JDK, of which the program uses the JRE alone",
                   "Take the JRE of the same release, or make one by `jlink`");
  size_t jdk = at.base.find("-jdk");
  bool is_temurin =
      at.base.find("eclipse-temurin:") != std::string::npos && !contains(at.base, "@");
  if (is_temurin && jdk != std::string::npos && at.base == *base) {
    uint32_t begin = at.base_range.begin + static_cast<uint32_t>(jdk);
    finding.fix = make_fix("Take the JRE", Applicability::Unsafe, {{{begin, begin + 4}, "-jre"}});
  }
  findings.push_back(std::move(finding));
}

}  // namespace

const Rule kJdkAtRunTime = {
    {.name = "jdk-at-run-time",
     .code = "WH3603",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "The image that runs holds a JDK",
     .why = "Compiler, debugger and sources of a JDK take some 200 MB, and nothing at run time "
            "reads them. The JRE of the same release runs the same programs; `jlink` makes one of "
            "the modules that the program uses.",
     .bad = "FROM eclipse-temurin:21-jdk\nCOPY app.jar /app.jar\nCMD [\"java\", \"-jar\", "
            "\"/app.jar\"]\n",
     .good = "FROM eclipse-temurin:21-jre\nCOPY app.jar /app.jar\nCMD [\"java\", \"-jar\", "
             "\"/app.jar\"]\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
