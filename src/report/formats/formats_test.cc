#include "report/formats/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/fs.h"
#include "base/strings.h"
#include "base/subprocess.h"
#include "report/text_layout.h"
#include "support/sample_report.h"

namespace whittle {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::string render(std::string_view format,
                   const OptimizeReport& report,
                   const RenderOptions& options = {}) {
  const FormatInfo* info = find_format(format);
  CHECK(info != nullptr);
  return info->optimize(report, options);
}

// Every foreign text of a report replaced by something that wants to break out.
OptimizeReport hostile_report() {
  static const std::string kEvil = "\x1b[31mred\x07 `\n``` | <b>@team</b> \xFF\xC2\x9B \r end";
  OptimizeReport report = sample_report();
  for (std::string* text : {&report.project,
                            &report.dockerfile,
                            &report.engine_description,
                            &report.touched_file,
                            &report.result_image,
                            &report.patch}) {
    *text = kEvil;
  }
  for (ReportedChange& change : report.changes) {
    change.why = kEvil;
    change.change.title = kEvil;
    change.change.id.rule = kEvil;
    change.change.finding.message = kEvil;
    if (change.change.finding.fix) change.change.finding.fix->ignore_lines = {{kEvil, 1, 1}};
  }
  report.shown[0].message = report.shown[0].help = report.shown[0].rule = kEvil;
  report.config_differences = report.notes = report.files = {kEvil};
  report.probe_after->checks = {{kEvil, false, kEvil, kEvil}};
  report.before.steps = {{1, kEvil, 1, false, {}}};
  report.dockerfile_text = kEvil + kEvil + kEvil + kEvil;
  return report;
}

bool has_control_bytes(std::string_view text) {
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte == 0x7F) return true;
  }
  return false;
}

TEST(Formats, TableNamesAreUnique) {
  EXPECT_GE(format_table().size(), 27U);
  for (const FormatInfo& info : format_table()) EXPECT_EQ(find_format(info.name), &info);
  EXPECT_EQ(find_format("yaml"), nullptr);
}

TEST(TextFormat, HasEveryPartOfTheReport) {
  RenderOptions options;
  options.width = 80;
  options.next_steps = {"take the changes:  patch -d . -p1 < whittle-out/changes.patch"};
  std::string text = render("text", sample_report(), options);
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "shop: 190.7 MiB -> 143.1 MiB (-25.0 %), and it still works");
  EXPECT_THAT(
      text, HasSubstr("  image size                190.7 MiB     143.1 MiB  -47.7 MiB  -25.0 %\n"));
  EXPECT_THAT(text, HasSubstr("  rebuild, main.py changed     21.5 s  not measured\n"));
  EXPECT_THAT(text, HasSubstr("Changes: 2 applied, 1 taken back\n"));
  EXPECT_THAT(text,
              HasSubstr("  applied    line 3: Delete the package lists in the same RUN\n"
                        "       3 | RUN apt-get install -y curl python3\n"));
  EXPECT_THAT(text, HasSubstr("      .git         120 files, 2.9 MiB\n"));
  EXPECT_THAT(text, HasSubstr("      | ModuleNotFoundError: No module named 'ssl'\n"));
  EXPECT_THAT(text, HasSubstr("-3.4 MiB of the image belong to no single change."));
  EXPECT_THAT(text, HasSubstr("Add a USER instruction (runs-as-root)"));
  EXPECT_THAT(text, HasSubstr("`Env` lost `DEBIAN_FRONTEND=noninteractive`"));
  EXPECT_THAT(
      text, HasSubstr("Probe (automatic), the same before and after\n  passed  GET /: status 200"));
  EXPECT_THAT(text, HasSubstr("  whittle-out/changes.patch\n"));
  EXPECT_THAT(text, HasSubstr("  take the changes:  patch -d . -p1 < whittle-out/changes.patch\n"));
  EXPECT_THAT(text, Not(HasSubstr("Steps before")));
  options.verbose = true;
  EXPECT_THAT(render("text", sample_report(), options), HasSubstr("Steps before"));
}

TEST(TextFormat, KeepsToTheWidth) {
  for (unsigned width : {50U, 72U, 80U, 120U, 200U}) {
    RenderOptions options;
    options.width = width;
    options.verbose = true;
    for (const OptimizeReport& report :
         {sample_report(), sample_slimmed_report(), sample_not_slimmed_report()}) {
      std::string text = render("text", report, options);
      for (std::string_view line : split_lines(text)) {
        EXPECT_LE(display_width(line), width) << line;
        EXPECT_EQ(line, trim_right(line));
      }
    }
  }
}

TEST(TextFormat, ASlimResultIsAThirdColumn) {
  RenderOptions options;
  options.width = 120;
  std::string text = render("text", sample_slimmed_report(), options);
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "shop: 190.7 MiB -> 143.1 MiB -> 47.7 MiB (-75.0 %), and it still works");
  EXPECT_THAT(text, HasSubstr("both images and the slim one passed the same automatic probe"));
  EXPECT_THAT(text, ContainsRegex("before +fixed +slim +change\n"));
  EXPECT_THAT(text,
              ContainsRegex("image size +190.7 MiB +143.1 MiB +47.7 MiB +-143.1 MiB +-75.0 %\n"));
  EXPECT_THAT(text, ContainsRegex("layers +4 +3 +3 +-1 +-25.0 %\n"));
  EXPECT_THAT(text, ContainsRegex("context files +200 +76 +-124"));
  EXPECT_THAT(text,
              HasSubstr("Slim, policy tight\n  900 of 4000 files stay, of 25 of 100 packages.\n"
                        "  Policy tight did not hold, balanced did.\n"
                        "  2 paths that a run of it missed were put back.\n"));
}

TEST(TextFormat, AnImageThatIsNotSlimSaysWhy) {
  std::string text = render("text", sample_not_slimmed_report());
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "shop: 190.7 MiB -> 143.1 MiB (-25.0 %), and it still works");
  EXPECT_THAT(text,
              HasSubstr("Slim, policy tight\n"
                        "  Not slim: no smaller image passes the probe: the probe failed\n"
                        "    | GET /: status 500\n"
                        "  The result is the image of the new Dockerfile.\n"));
  EXPECT_THAT(text, ContainsRegex("before +after +change\n"));
}

TEST(TextFormat, ColourAddsNothingButColour) {
  RenderOptions plain;
  plain.verbose = true;
  RenderOptions color = plain;
  color.color = true;
  std::string text = render("text", sample_report(), color);
  EXPECT_THAT(text, HasSubstr("\x1b[32m"));
  std::string stripped;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') i = text.find('m', i) + 1;
    if (i < text.size() && text[i] == '\x1b')
      --i;
    else if (i < text.size())
      stripped += text[i];
  }
  EXPECT_EQ(stripped, render("text", sample_report(), plain));
}

TEST(TextFormat, PlanHasOneSide) {
  OptimizeReport report = sample_report();
  report.verdict = Verdict::Planned;
  report.after.reset();
  report.engine.clear();
  report.before.image_bytes.reset();
  std::string text = render("text", report);
  EXPECT_THAT(text, HasSubstr("measured\n"));
  EXPECT_THAT(text, Not(HasSubstr("image size")));
  EXPECT_THAT(text, HasSubstr("savings are expected, not measured"));
}

TEST(Formats, ForeignTextStaysText) {
  OptimizeReport report = hostile_report();
  RenderOptions options;
  options.verbose = true;
  EXPECT_FALSE(has_control_bytes(render("text", report, options)));
  std::string markdown = render("markdown", report);
  EXPECT_FALSE(has_control_bytes(markdown));
  EXPECT_TRUE(is_valid_utf8(markdown));
  EXPECT_TRUE(is_valid_utf8(render("json", report)));
  // Outside of code, no tag and no mention. Fences of logs are longer than any fence in them.
  EXPECT_THAT(markdown, HasSubstr("&lt;b\\>&#64;team&lt;/b\\>"));
  EXPECT_THAT(markdown, HasSubstr("````text\n"));
}

TEST(MarkdownFormat, IsAComment) {
  std::string text = render("markdown", sample_report());
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "## shop: 190.7 MiB -\\> 143.1 MiB (-25.0 %), and it still works");
  EXPECT_THAT(text, HasSubstr("| image size | 190.7 MiB | 143.1 MiB | -47.7 MiB | -25.0 % |\n"));
  EXPECT_THAT(text, HasSubstr("| rebuild, main.py changed | 21.5 s | not measured |  |  |\n"));
  EXPECT_THAT(text, HasSubstr("- **Delete the package lists in the same RUN** (line 3, safe)"));
  EXPECT_THAT(text, HasSubstr("  - `.git`: 120 files, 2.9 MiB\n"));
  EXPECT_THAT(text, HasSubstr("```diff\n--- a/Dockerfile\n+++ b/Dockerfile\n"));
}

TEST(MarkdownFormat, ASlimResultIsAThirdColumn) {
  std::string text = render("markdown", sample_slimmed_report());
  EXPECT_THAT(text,
              HasSubstr("| | before | fixed | slim | change | |\n|---|--:|--:|--:|--:|--:|\n"));
  EXPECT_THAT(
      text, HasSubstr("| image size | 190.7 MiB | 143.1 MiB | 47.7 MiB | -143.1 MiB | -75.0 % |"));
  EXPECT_THAT(text, HasSubstr("### Slim, policy tight\n\n- 900 of 4000 files stay"));
  EXPECT_THAT(text, HasSubstr("- passed slim, `GET /`"));
  text = render("markdown", sample_not_slimmed_report());
  EXPECT_THAT(text, HasSubstr("- Not slim: no smaller image passes the probe: the probe failed\n"));
  EXPECT_THAT(text, HasSubstr("GET /: status 500"));
}

TEST(JsonFormat, UsesBytesSecondsAndNull) {
  nlohmann::json json = nlohmann::json::parse(render("json", sample_report()));
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["before"]["image_bytes"], 200'000'000);
  EXPECT_EQ(json["before"]["build_seconds"], 84.24);
  EXPECT_TRUE(json["after"]["rebuild_seconds"].is_null());
  EXPECT_EQ(json["changes"][0]["measured_saving_bytes"], 43'305'472);
  EXPECT_EQ(json["changes"][2]["status"], "taken-back");
  EXPECT_EQ(json["shown"][0]["line"], 5);
  EXPECT_EQ(json["patch"], sample_report().patch);
  EXPECT_TRUE(json["slim"].is_null());
  json = nlohmann::json::parse(render("json", sample_slimmed_report()));
  EXPECT_EQ(json["slim"]["image_bytes"], 50'000'000);
  EXPECT_EQ(json["slim"]["is_result"], true);
  json = nlohmann::json::parse(render("json", sample_not_slimmed_report()));
  EXPECT_TRUE(json["slim"]["policy"].is_null());
  EXPECT_EQ(json["slim"]["is_result"], false);
}

// By an independent validator: python3-jsonschema.
TEST(JsonFormat, MeetsItsSchema) {
  if (find_program("python3").empty()) GTEST_SKIP() << "python3 is not installed";
  const std::string root = WHITTLE_SOURCE_DIR;
  OptimizeReport bare;
  bare.project = "empty";
  std::vector<OptimizeReport> reports = {sample_report(),
                                         sample_slimmed_report(),
                                         sample_not_slimmed_report(),
                                         hostile_report(),
                                         bare};
  CancelToken cancel;
  for (const OptimizeReport& report : reports) {
    Command command;
    command.args = {"python3",
                    root + "/tests/cli/validate_json.py",
                    root + "/docs/json-schema/optimize-report.schema.json"};
    command.input = render("json", report);
    Result<CommandResult> result = run_command(command, cancel);
    ASSERT_TRUE(result.ok()) << result.error().message();
    if (result->exit_code == 77) GTEST_SKIP() << result->out;
    EXPECT_EQ(result->exit_code, 0) << result->out << result->err;
  }
}

}  // namespace
}  // namespace whittle
