#include "cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/help_text.h"
#include "report/text_layout.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Outcome> run_nothing(const Invocation& /*invocation*/) {
  return Outcome{""};
}

// A command with one option of each kind.
const CommandInfo kPaint = {
    .name = "paint",
    .summary = "paint a thing",
    .description = "First paragraph,\nstill the first.\n\nSecond.",
    .positionals = {{"THING", "what to paint", true},
                    {"TOOL", "with what", false, {"brush", "roller"}}},
    .options =
        [] {
          return std::vector<OptionGroup>{
              {"Paint",
               {{"coat", 'c', "NAME", "A coat", true},
                {"dry", 0, "", "Let it dry"},
                {"gloss", 'g', "LEVEL", "How it shines", false, {"matt", "silk"}}}}};
        },
    .examples = {{"whittle paint door", "Paint the door"}},
    .exit_codes = "",
    .run = run_nothing,
};

const std::vector<const CommandInfo*> kCommands = {&kPaint};

CommandLine parsed(const std::vector<std::string>& words) {
  Result<CommandLine> line = parse_command_line(words, kCommands);
  EXPECT_TRUE(line.ok()) << line.error().message();
  return line.ok() ? *line : CommandLine();
}

std::string error_of(const std::vector<std::string>& words) {
  Result<CommandLine> line = parse_command_line(words, kCommands);
  if (line.ok()) return "no error";
  EXPECT_EQ(line.error().kind(), ErrorKind::Usage);
  return line.error().message() + " | " + line.error().hint();
}

TEST(Options, TakesEveryForm) {
  CommandLine line =
      parsed({"paint", "-cred", "--coat=blue", "--coat", "green", "--dry", "door", "brush"});
  EXPECT_EQ(line.command, &kPaint);
  EXPECT_THAT(line.arguments.values["coat"], ElementsAre("red", "blue", "green"));
  EXPECT_TRUE(line.arguments.has("dry"));
  EXPECT_FALSE(line.arguments.has("gloss"));
  EXPECT_THAT(line.arguments.positionals, ElementsAre("door", "brush"));
}

TEST(Options, AnEmptyValueDoesNotTakeTheNextWord) {
  EXPECT_THAT(error_of({"paint", "--coat=", "door"}), HasSubstr("option `--coat` needs a value"));
  EXPECT_THAT(parsed({"paint", "--coat=a=", "door"}).arguments.values["coat"], ElementsAre("a="));
}

TEST(Options, AnOptionTakesOneWord) {
  CommandLine line = parsed({"paint", "--coat", "red", "door"});
  EXPECT_THAT(line.arguments.values["coat"], ElementsAre("red"));
  EXPECT_THAT(line.arguments.positionals, ElementsAre("door"));
}

TEST(Options, TheLastOneCountsUnlessRepeatable) {
  CommandLine line = parsed({"paint", "door", "-g", "matt", "--gloss", "silk"});
  EXPECT_EQ(line.arguments.last("gloss"), "silk");
  EXPECT_EQ(line.arguments.last("coat"), std::nullopt);
}

TEST(Options, CommonOptionsStandAnywhere) {
  EXPECT_TRUE(parsed({"--quiet", "paint", "door"}).common.quiet);
  EXPECT_TRUE(parsed({"paint", "door", "-q"}).common.quiet);
  EXPECT_EQ(parsed({"paint", "door", "--color", "never"}).common.color, ColorMode::Never);
  EXPECT_EQ(parsed({"paint", "door", "--threads", "3"}).common.threads, 3U);
  EXPECT_GE(parsed({"paint", "door"}).common.threads, 1U);
}

TEST(Options, ACommandsNameMayBeAnArgument) {
  CommandLine line = parsed({"--color", "never", "paint", "paint"});
  EXPECT_EQ(line.command, &kPaint);
  EXPECT_THAT(line.arguments.positionals, ElementsAre("paint"));
}

TEST(Options, WordsAfterTwoDashesAreArguments) {
  EXPECT_THAT(parsed({"paint", "--", "--dry"}).arguments.positionals, ElementsAre("--dry"));
}

TEST(Options, HelpAndVersionNeedNothingElse) {
  EXPECT_TRUE(parsed({"paint", "--help"}).common.help);
  EXPECT_TRUE(parsed({"-V"}).common.version);
  EXPECT_EQ(parsed({}).command, nullptr);
}

TEST(Options, SaysWhatIsWrong) {
  EXPECT_EQ(error_of({"pant", "door"}), "there is no command `pant` | Did you mean `paint`?");
  EXPECT_EQ(error_of({"frobnicate"}),
            "there is no command `frobnicate` | `whittle --help` lists them");
  EXPECT_EQ(error_of({"paint", "door", "--glos", "silk"}),
            "there is no option `--glos` | Did you mean `--gloss`?");
  EXPECT_EQ(error_of({"paint", "door", "--xyzzy=1"}),
            "there is no option `--xyzzy` | `whittle paint --help` lists them");
  EXPECT_EQ(error_of({"--vrbose"}), "there is no option `--vrbose` | Did you mean `--verbose`?");
  EXPECT_EQ(error_of({"paint"}), "THING is missing | For example: whittle paint door");
  EXPECT_EQ(error_of({"paint", "a", "brush", "c"}),
            "`c` is one argument too many | `whittle paint --help` shows what it takes");
  EXPECT_EQ(error_of({"paint", "door", "-g", "sillk"}),
            "--gloss: `sillk` is none of matt, silk | Did you mean `silk`?");
  EXPECT_EQ(error_of({"paint", "door", "hammer"}),
            "TOOL: `hammer` is none of brush, roller | Take one of those");
  EXPECT_THAT(error_of({"paint", "door", "--coat"}), HasSubstr("option `--coat` needs a value"));
  EXPECT_THAT(error_of({"paint", "door", "--threads", "0"}),
              HasSubstr("--threads: `0` is not a number"));
  EXPECT_THAT(error_of({"\x1b[31m"}), HasSubstr("`\\x1b[31m`"));
}

TEST(Options, NearestName) {
  EXPECT_EQ(nearest_name("optimise", {"optimize", "help"}), "optimize");
  EXPECT_EQ(nearest_name("--unsafe-rul", {"--unsafe", "--unsafe-rule"}), "--unsafe-rule");
  EXPECT_EQ(nearest_name("x", {"optimize", "help"}), "");
  EXPECT_EQ(nearest_name("", {}), "");
}

TEST(Help, ShowsEveryRow) {
  std::string text = command_help(kPaint, 80, false);
  EXPECT_THAT(text, HasSubstr("  whittle paint [OPTIONS] THING [TOOL]\n"));
  EXPECT_THAT(text, HasSubstr("First paragraph, still the first.\n\nSecond.\n"));
  EXPECT_THAT(text, HasSubstr("  -c, --coat NAME             A coat (may be repeated)\n"));
  EXPECT_THAT(text, HasSubstr("  -g, --gloss LEVEL           How it shines: matt, silk\n"));
  EXPECT_THAT(text, HasSubstr("      --dry                   Let it dry\n"));
  EXPECT_THAT(text, HasSubstr("  -h, --help                  Print this help\n"));
  EXPECT_THAT(text, HasSubstr("  2  it could not be done; stderr says why\n"));
  EXPECT_THAT(text, HasSubstr("  whittle paint door\n      Paint the door\n"));
  EXPECT_THAT(program_help(kCommands, 80, false), HasSubstr("  paint         paint a thing\n"));
}

}  // namespace
}  // namespace whittle
