// The formats of analyze and diff.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/fs.h"
#include "base/strings.h"
#include "base/subprocess.h"
#include "report/analysis_summary.h"
#include "report/formats/formats.h"
#include "report/page_tree.h"
#include "report/text_layout.h"
#include "support/hostile_analysis.h"
#include "support/sample_analysis.h"

namespace whittle {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

AnalyzeReport report_of(Analysis analysis) {
  AnalyzeReport report;
  report.most = 10;
  report.analysis = std::make_shared<const Analysis>(std::move(analysis));
  return report;
}

std::string render(std::string_view format, const AnalyzeReport& report, unsigned width = 80) {
  const FormatInfo* info = find_format(format);
  CHECK(info != nullptr && info->analyze != nullptr);
  RenderOptions options;
  options.width = width;
  return info->analyze(report, options);
}

std::string render(std::string_view format, const DiffReport& report, unsigned width = 80) {
  const FormatInfo* info = find_format(format);
  CHECK(info != nullptr && info->diff != nullptr);
  RenderOptions options;
  options.width = width;
  return info->diff(report, options);
}

bool has_control_bytes(std::string_view text) {
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte == 0x7F) return true;
  }
  return false;
}

void expect_lines_within(std::string_view text, size_t width) {
  for (std::string_view line : split_lines(text)) {
    EXPECT_LE(display_width(line), width) << line;
    EXPECT_EQ(trim_right(line), line) << "blanks at the end: " << line;
  }
}

// Without the code spans of texts that hold three backticks: nothing in them is markup.
std::string without_code(const std::string& markdown) {
  std::string out;
  for (size_t at = 0; at < markdown.size();) {
    size_t fence = markdown.find("````", at);
    out += markdown.substr(at, fence - at);
    if (fence == std::string::npos) break;
    at = markdown.find("````", fence + 4);
    CHECK(at != std::string::npos);
    at += 4;
  }
  return out;
}

GroupRow row(std::string key, uint64_t stored, uint64_t final, std::vector<GroupRow> rows = {}) {
  return {std::move(key), {stored, final, stored / 2, 1}, std::move(rows)};
}

AnalyzeReport grouped_report() {
  AnalyzeReport report = report_of(test::sample_analysis());
  report.dimensions = {Dimension::Layer, Dimension::Dir};
  report.groups = {
      row("layer 2", 3000, 1000, {row("/var", 2000, 0), row("/etc, \"x\"", 1000, 1000)}),
      row("[2 Others]", 1000, 1000)};
  report.groups_total = {4000, 2000, 2000, 3};
  return report;
}

DiffReport sample_diff() {
  DiffReport report;
  ImageDiff& diff = report.diff;
  Analysis after = test::sample_analysis();
  after.info.names = {"registry.example/shop:1.5"};
  diff.before = std::make_shared<const Analysis>(test::sample_analysis());
  diff.after = std::make_shared<const Analysis>(std::move(after));
  diff.shared_layers = 2;
  diff.dimensions = {Dimension::Package};
  diff.before_bytes = {4000, 4000, 2000, 4};
  diff.after_bytes = {5000, 5000, 2500, 5};
  diff.groups = {{"curl", {1000, 1000, 500, 1}, {3000, 3000, 1500, 2}, false, false, {}},
                 {"vim", {2000, 2000, 1000, 2}, {}, false, true, {}},
                 {"jq", {}, {1000, 1000, 500, 1}, true, false, {}},
                 {"libc6", {1000, 1000, 500, 1}, {1000, 1000, 500, 1}, false, false, {}}};
  diff.config = {{"Env MODE", "production", "test"}, {"Label new", std::nullopt, "x"}};
  diff.packages = {{"deb", "curl", "7.88.1-10", "7.88.1-11"},
                   {"deb", "vim", "9.0", ""},
                   {"deb", "jq", "", "1.6"}};
  FileChange mode{"/etc/passwd",
                  ChangeKind::Modified,
                  {},
                  EntryType::File,
                  EntryType::File,
                  900,
                  900,
                  "mode 0644 -> 0600"};
  mode.what.mode = true;
  FileChange content{
      "/usr/bin/curl", ChangeKind::Modified, {}, EntryType::File, EntryType::File, 1000, 3000, ""};
  content.what.content = true;
  diff.files = {
      mode,
      content,
      {"/usr/bin/jq", ChangeKind::Added, {}, EntryType::File, EntryType::File, 0, 1000, ""},
      {"/usr/bin/vim", ChangeKind::Removed, {}, EntryType::File, EntryType::File, 2000, 0, ""}};
  return report;
}

TEST(AnalyzeText, HasEveryPart) {
  std::string text = render("text", report_of(test::sample_analysis()));
  expect_lines_within(text, 80);
  EXPECT_THAT(
      text,
      testing::StartsWith("registry.example/shop:1.4\n  linux/amd64, 6 layers, 2 packages, "));
  // 68,164,400 / 1024 / 1024 = 65.0; 52,316,000 = 49.9; 15,848,400 / 68,164,400 = 23.25 %
  EXPECT_THAT(text, HasSubstr("  stored            65.0 MiB  59.4 MiB  5.6 MiB\n"));
  EXPECT_THAT(text, HasSubstr("  efficiency          23.2 %    16.0 %  100.0 %\n"));
  EXPECT_THAT(text,
              HasSubstr("\n    3    41.3 MiB    13.4 MiB  100.0 %     3  RUN apt-get update\n"));
  EXPECT_THAT(text, HasSubstr("\n  -- above: debian:bookworm; below: own layers ---"));
  EXPECT_LT(text.find("-- above"), text.find("RUN apt-get update"));
  EXPECT_GT(text.find("-- above"), text.find("RUN echo deb"));
  EXPECT_THAT(text, HasSubstr("layer 3 (Dockerfile:3), ended by layer 4 (Dockerfile:4)\n"));
  EXPECT_THAT(text, HasSubstr("    41.3 MiB   82.8 %  deleted in a later layer\n"));
  EXPECT_THAT(text, HasSubstr("49.9 MiB of 65.0 MiB (76.7 %) are stored and never seen.\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(AnalyzeText, FitsEveryWidth) {
  AnalyzeReport report = report_of(test::sample_analysis());
  report.gates = {
      {"max-size", GateStatus::Fail, "65.0 MiB (68164400 bytes)", "10.0 MiB (10485760 bytes)"}};
  for (unsigned width : {50U, 60U, 80U, 120U, 200U}) {
    expect_lines_within(render("text", report, width), width);
    expect_lines_within(render("text", grouped_report(), width), width);
    expect_lines_within(render("text", sample_diff(), std::max(width, 70U)), std::max(width, 70U));
  }
}

TEST(AnalyzeText, MarksLayersThatWereNotRead) {
  Analysis analysis = test::sample_analysis();
  analysis.layers[4].problem = "encrypted for 2 recipients";
  analysis.layers[4].is_compressed_estimated = true;
  std::string text = render("text", report_of(std::move(analysis)));
  EXPECT_THAT(text,
              HasSubstr("\n    5           ?    ~8.3 MiB              7  COPY . /app\n"
                        "       not read: encrypted for 2 recipients\n"));
  EXPECT_THAT(replace_all(text, "\n", " "),
              HasSubstr("; 1 layer could not be read and is not counted."));
}

TEST(AnalyzeText, OwnLayersAlone) {
  Analysis analysis = test::sample_analysis();
  analysis.waste[0].is_base = true;
  AnalyzeReport report = report_of(std::move(analysis));
  report.only_own = true;
  std::string text = render("text", report);
  EXPECT_THAT(text, Not(HasSubstr("RUN echo deb")));
  EXPECT_THAT(text, Not(HasSubstr("What could go\n    41.3 MiB")));
  EXPECT_THAT(text,
              HasSubstr("49.9 MiB of 59.4 MiB of own layers (84.0 %) are stored and never seen."));
}

TEST(AnalyzeText, SaysWhenNothingIsLost) {
  Analysis analysis;
  analysis.target = "empty.tar";
  analysis.tree = test::sample_tree({"file a 2048"});
  analysis.layers.resize(1);
  test::account_sample(analysis);
  EXPECT_THAT(render("text", report_of(std::move(analysis))),
              HasSubstr("all of 2.0 KiB is in the container, nothing is stored in vain."));
}

TEST(AnalyzeText, DimensionsInsteadOfTheReport) {
  std::string text = render("text", grouped_report());
  EXPECT_EQ(text,
            "               stored        lost  compressed\n"
            "   75.0 %     2.9 KiB     2.0 KiB     1.5 KiB  layer 2\n"
            "   66.7 %     2.0 KiB     2.0 KiB      1000 B    /var\n"
            "   33.3 %      1000 B                   500 B    /etc, \"x\"\n"
            "   25.0 %      1000 B                   500 B  [2 Others]\n"
            "  100.0 %     3.9 KiB     2.0 KiB     2.0 KiB  TOTAL\n");
}

TEST(AnalyzeText, GatesAreShown) {
  AnalyzeReport report = report_of(test::sample_analysis());
  report.gates = {{"lowest-efficiency", GateStatus::Fail, "0.7345", "0.9"},
                  {"max-size", GateStatus::Skip, "", ""}};
  std::string text = render("text", report);
  EXPECT_THAT(
      text,
      HasSubstr(
          "\nGates\n  FAIL lowest-efficiency: 0.7345, limit 0.9\n  SKIP max-size: disabled\n"));
  EXPECT_TRUE(has_failed(report.gates));
  report.gates[0].status = GateStatus::Pass;
  EXPECT_FALSE(has_failed(report.gates));
}

TEST(AnalyzeFormats, NothingHostileGetsThrough) {
  AnalyzeReport report = report_of(test::hostile_analysis());
  report.groups = report.lost_by_line = {row(test::evil_text(), 10, 5)};
  report.gates = {{"x", GateStatus::Fail, "1", "2"}};
  for (std::string_view format : {"text", "markdown", "csv"}) {
    EXPECT_FALSE(has_control_bytes(render(format, report))) << format;
    report.dimensions = {Dimension::Line};
    EXPECT_FALSE(has_control_bytes(render(format, report))) << format;
    report.dimensions.clear();
  }
  std::string markdown = without_code(render("markdown", report));
  EXPECT_THAT(markdown, Not(HasSubstr("<b>@team")));
  EXPECT_THAT(markdown, Not(HasSubstr("\n```")));
  // The summaries of the report's own <details> are the only markup.
  EXPECT_THAT(replace_all(markdown, "<details><summary>", ""),
              Not(testing::ContainsRegex("\n<[a-ce-z]")));
  for (std::string_view format : {"json", "dive-json"}) {
    EXPECT_FALSE(json::parse(render(format, report)).empty()) << format;
  }
}

TEST(AnalyzeJson, HasTheFigures) {
  json out = json::parse(render("json", report_of(test::sample_analysis())));
  EXPECT_EQ(out["size"]["stored"], 68'164'400);
  EXPECT_EQ(out["size"]["final"], 15'848'400);
  EXPECT_EQ(out["size"]["own"]["reclaimable"], 52'316'000);
  EXPECT_EQ(out["size"]["base"]["stored"], 5'852'400);
  uint64_t causes = 0;
  for (const json& cause : out["causes"]) causes += cause["bytes"].get<uint64_t>();
  EXPECT_EQ(causes, 52'316'000U);
  EXPECT_EQ(out["layers"].size(), 6U);
  EXPECT_EQ(out["layers"][2]["place"],
            json::parse(R"({"file": "Dockerfile", "first_line": 3, "last_line": 3})"));
  EXPECT_EQ(out["layers"][0]["place"], nullptr);
  EXPECT_EQ(out["waste"][0]["cause"], "deleted-later");
  EXPECT_EQ(out["waste"][0]["kind"], "apt-lists");
  EXPECT_EQ(out["packages"]["types"], json::parse(R"([{"type": "deb", "count": 2}])"));
  EXPECT_EQ(out["groups"], nullptr);
}

TEST(AnalyzeJson, IsNeverNotANumber) {
  for (double odd : {std::nan(""), HUGE_VAL}) {
    Analysis analysis = test::sample_analysis();
    analysis.dive.wasted_user_percent = odd;
    json out = json::parse(render("json", report_of(std::move(analysis))));
    EXPECT_EQ(out["dive_compat"]["wasted_user_percent"], nullptr);
    EXPECT_THAT(out["dive_compat"]["note"].get<std::string>(),
                HasSubstr("nothing is stored above"));
  }
}

void expect_valid(std::string_view schema, const std::string& text) {
  if (find_program("python3").empty()) GTEST_SKIP() << "python3 is not installed";
  const std::string root = WHITTLE_SOURCE_DIR;
  CancelToken cancel;
  Command command;
  command.args = {"python3",
                  root + "/tests/cli/validate_json.py",
                  root + "/docs/json-schema/" + std::string(schema)};
  command.input = text;
  Result<CommandResult> result = run_command(command, cancel);
  ASSERT_TRUE(result.ok()) << result.error().message();
  if (result->exit_code == 77) GTEST_SKIP() << result->out;
  EXPECT_EQ(result->exit_code, 0) << result->out << result->err;
}

TEST(AnalyzeJson, MeetsItsSchema) {
  AnalyzeReport rich = grouped_report();
  rich.gates = {{"max-size", GateStatus::Pass, "1", "2"}, {"x", GateStatus::Skip, "", ""}};
  expect_valid("analyze.schema.json", render("json", rich));
  expect_valid("analyze.schema.json", render("json", report_of(test::hostile_analysis())));
  Analysis bare;
  bare.tree = test::sample_tree({""});
  bare.layers.resize(1);
  bare.layers[0].problem = "it is not here";
  bare.dive.wasted_user_percent = std::nan("");
  test::account_sample(bare);
  expect_valid("analyze.schema.json", render("json", report_of(std::move(bare))));
}

TEST(DiffJson, MeetsItsSchema) {
  expect_valid("diff.schema.json", render("json", sample_diff()));
  DiffReport equal = sample_diff();
  equal.diff = {
      equal.diff.before, equal.diff.after, true, 6, {}, {}, {}, {}, {}, {}, {}, true, {"note"}};
  expect_valid("diff.schema.json", render("json", equal));
}

TEST(AnalyzeCsv, LayersAndGroups) {
  std::string layers = render("csv", report_of(test::sample_analysis()));
  std::vector<std::string_view> lines = split_lines(layers);
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_EQ(lines[0],
            "layer,size,compressed,lost,files,base,file,first_line,last_line,diff_id,command");
  EXPECT_EQ(lines[3],
            "3,43300000,14000000,43300000,1,no,Dockerfile,3,3,sha256:" + std::string(64, '2') +
                ",RUN apt-get update");
  EXPECT_EQ(render("csv", grouped_report()),
            "layer,dir,stored,final,compressed,files\n"
            "layer 2,/var,2000,0,1000,1\n"
            "layer 2,\"/etc, \"\"x\"\"\",1000,1000,500,1\n"
            "[2 Others],,1000,1000,500,1\n");
  AnalyzeReport formula = grouped_report();
  formula.groups[1].key = "=HYPERLINK(1)";
  EXPECT_THAT(render("csv", formula), HasSubstr("\n'=HYPERLINK(1),,1000"));
}

TEST(DiffText, ShowsWhatChanged) {
  std::string text = render("text", sample_diff());
  expect_lines_within(text, 80);
  EXPECT_THAT(text,
              testing::StartsWith(
                  "registry.example/shop:1.4 -> registry.example/shop:1.5: 3.9 KiB -> 4.9 KiB\n"
                  "(+1000 B, +25.0 %)\n  6 layers and 6 layers, the first 2 shared\n"));
  EXPECT_THAT(text, HasSubstr("      1000 B     2.9 KiB     +2.0 KiB    +200.0 %  curl\n"));
  EXPECT_THAT(text, HasSubstr("     2.0 KiB                 -2.0 KiB       [DEL]  vim\n"));
  EXPECT_THAT(text, HasSubstr("                  1000 B      +1000 B       [NEW]  jq\n"));
  EXPECT_THAT(text, HasSubstr("  Env MODE\n    - production\n    + test\n  Label new\n    + x\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "  deb   curl 7.88.1-10 -> 7.88.1-11\n  deb   vim 9.0 [DEL]\n  deb   jq 1.6 [NEW]\n"));
  EXPECT_THAT(text, HasSubstr("Files: 1 added, 1 removed, 2 modified\n"));
  // By the bytes that changed: 3000 of new content, 2000 gone, 1000 come, none.
  size_t curl = text.find("~    +2.0 KiB  /usr/bin/curl (content)");
  size_t vim = text.find("-    -2.0 KiB  /usr/bin/vim");
  size_t jq = text.find("+     +1000 B  /usr/bin/jq");
  size_t passwd = text.find("~              /etc/passwd (mode 0644 -> 0600)");
  EXPECT_LT(curl, vim) << text;
  EXPECT_LT(vim, jq) << text;
  EXPECT_LT(jq, passwd) << text;
  EXPECT_NE(passwd, std::string::npos) << text;
}

TEST(DiffText, EqualImages) {
  DiffReport report = sample_diff();
  report.diff.is_equal = true;
  EXPECT_THAT(render("text", report), HasSubstr("shop:1.5: equal\n"));
  report.diff.is_semantic = true;
  EXPECT_THAT(replace_all(render("text", report), "\n", " "),
              HasSubstr("equal but for times, order and packing "));
}

TEST(DiffFormats, NothingHostileGetsThrough) {
  DiffReport report = sample_diff();
  const std::string& evil = test::evil_text();
  report.diff.groups[0].key = evil;
  report.diff.config = {{evil, evil, evil}};
  report.diff.packages = {{evil, evil, evil, evil}};
  for (FileChange& file : report.diff.files) file.path = file.details = evil;
  report.diff.notes = {evil};
  for (std::string_view format : {"text", "markdown", "csv"}) {
    EXPECT_FALSE(has_control_bytes(render(format, report))) << format;
  }
  EXPECT_THAT(without_code(render("markdown", report)), Not(HasSubstr("<b>@team")));
}

// Against what dive v0.13 writes, by hand: docs/dive.md.
TEST(DiveJson, HasDivesQuirks) {
  Analysis analysis = test::sample_analysis();
  analysis.tree = test::sample_tree({"dir bin\nfile bin/sh 5 7\nsymlink bin/a sh\nfile etc/x 3\n",
                                     "whiteout etc/x\nopaque bin\nfile b 1\nhardlink b.txt b\n"});
  analysis.layers.resize(2);
  analysis.info.config.history = {{"", "/bin/sh -c echo <a> & b", "", "", false}};
  analysis.layers[0].history_index = 0;
  analysis.layers[1].history_index = -1;
  analysis.dive = {0.5, 9, 1, 6, 6.0, {8, 1}, {{"/etc/x", 2, 6}}};
  std::string text = render("dive-json", report_of(std::move(analysis)));
  EXPECT_THAT(text, HasSubstr("\"command\": \"echo \\u003ca\\u003e \\u0026 b\""));
  json out = json::parse(text);
  std::vector<std::string> first;
  for (const json& file : out["layer"][0]["fileList"]) first.push_back(file["path"]);
  EXPECT_THAT(first, testing::ElementsAre("bin/a", "bin/sh", "bin", "etc/x", ""));
  EXPECT_EQ(
      out["layer"][0]["fileList"][0],
      json::parse(
          R"({"path": "bin/a", "typeFlag": 50, "linkName": "sh", "size": 0, "fileMode": 134218239, "uid": 0, "gid": 0, "isDir": false})"));
  EXPECT_EQ(out["layer"][0]["fileList"][2]["fileMode"], 2147484141U);
  EXPECT_EQ(out["layer"][0]["fileList"][2]["isDir"], true);
  EXPECT_EQ(out["layer"][0]["fileList"][1]["uid"], 7);
  std::vector<std::string> second;
  for (const json& file : out["layer"][1]["fileList"]) second.push_back(file["path"]);
  // b, b.txt, bin (made for the opaque marker), etc/.wh.x, etc (implied)
  EXPECT_THAT(second, testing::ElementsAre("b", "b.txt", "", "etc/.wh.x", ""));
  EXPECT_EQ(out["layer"][1]["command"], "(missing)");
  EXPECT_EQ(out["layer"][1]["digestId"], "");
  EXPECT_EQ(out["image"],
            json::parse(R"({"sizeBytes": 9, "inefficientBytes": 6, "efficiencyScore": 0.5,
                                          "fileReference": [{"count": 2, "sizeBytes": 6, "file": "/etc/x"}]})"));
}

// Sums of the columns of a page's tree.
struct Sums {
  uint64_t final = 0;
  uint64_t lost = 0;
  size_t own = 0;  // nodes that are no summary
  uint64_t folded = 0;
};

Sums sums_of(const PageTree& page) {
  Sums sums;
  json tree = json::parse(page.json);
  size_t count = tree["names"].size();
  for (const char* column :
       {"depth", "type", "final", "lost", "layer", "kind", "cause", "mode", "owner", "files"}) {
    EXPECT_EQ(tree[column].size(), count) << column;
  }
  size_t depth = 0;
  for (size_t i = 0; i < count; ++i) {
    size_t own = tree["depth"][i];
    EXPECT_LE(own, i == 0 ? 0 : depth + 1);
    depth = own;
    sums.final += tree["final"][i].get<uint64_t>();
    sums.lost += tree["lost"][i].get<uint64_t>();
    bool is_folded = tree["type"][i] == 5;
    sums.own += is_folded ? 0 : 1;
    sums.folded += tree["files"][i].get<uint64_t>();
  }
  return sums;
}

TEST(PageTree, KeepsEveryByteHoweverMuchIsFolded) {
  Analysis analysis = test::sample_analysis();
  for (size_t most : {1U, 2U, 3U, 5U, 8U, 13U, 1000U}) {
    PageTree page = page_tree(analysis, most, 1 << 20);
    Sums sums = sums_of(page);
    EXPECT_EQ(sums.final, 15'848'400U) << most;
    EXPECT_EQ(sums.lost, 52'316'000U) << most;
    EXPECT_LE(sums.own, most);
    EXPECT_EQ(sums.folded, page.folded);
    // Root, 14 paths of files and links, 17 folders.
    EXPECT_EQ(sums.own + page.folded, sums_of(page_tree(analysis, 1000, 1 << 20)).own) << most;
  }
}

TEST(PageTree, NamesEachPathOnce) {
  Analysis analysis;
  analysis.tree = test::sample_tree(
      {"file a-b 1\ndir a\nfile a/b 2\nfile a/b.c 3\nfile ab/x/y 4\n", "file a/b 5\n"});
  analysis.layers.resize(2);
  test::account_sample(analysis);
  json tree = json::parse(page_tree(analysis, 100, 1 << 20).json);
  EXPECT_EQ(tree["names"], json::parse(R"(["", "a", "b", "b.c", "a-b", "ab", "x", "y"])"));
  EXPECT_EQ(tree["depth"], json::parse("[0, 1, 2, 2, 1, 1, 2, 3]"));
  EXPECT_EQ(tree["final"], json::parse("[0, 0, 5, 3, 1, 0, 0, 4]"));
  EXPECT_EQ(tree["lost"], json::parse("[0, 0, 2, 0, 0, 0, 0, 0]"));
  EXPECT_EQ(tree["layer"][2], 1);
  EXPECT_EQ(tree["versions"]["2"].size(), 2U);
}

TEST(PageTree, StaysSmall) {
  Analysis analysis;
  std::string layer;
  for (int i = 0; i < 20'000; ++i)
    layer += "file d" + std::to_string(i % 37) + "/f" + std::to_string(i) + " " +
             std::to_string(i) + "\n";
  analysis.tree = test::sample_tree({layer});
  analysis.layers.resize(1);
  test::account_sample(analysis);
  PageTree page = page_tree(analysis, 100'000, 50'000);
  EXPECT_LE(page.json.size(), 50'000U);
  EXPECT_EQ(sums_of(page).final, 19'999ULL * 20'000 / 2);
}

TEST(AnalyzeHtml, DataCannotEndItsElement) {
  std::string html = render("html", report_of(test::hostile_analysis()));
  size_t begin = html.find("id=\"data\">");
  ASSERT_NE(begin, std::string::npos);
  begin += std::string_view("id=\"data\">").size();
  std::string text = html.substr(begin, html.find("</script>", begin) - begin);
  EXPECT_EQ(text.find_first_of("<>&"), std::string::npos);
  EXPECT_THAT(text, Not(HasSubstr("\xE2\x80\xA8")));
  json out = json::parse(text);
  EXPECT_THAT(out["report"]["image"]["names"][0].get<std::string>(),
              HasSubstr("</script><script>"));
  EXPECT_EQ(out["tree"]["names"][0], "");
  for (std::string_view address : {"http://", "https://", "//cdn", "@import", "url("}) {
    EXPECT_THAT(html.substr(0, begin), Not(HasSubstr(std::string(address))));
  }
}

TEST(AnalyzeMarkdown, IsFitForAComment) {
  AnalyzeReport report = report_of(test::sample_analysis());
  report.lost_by_line = {row("Dockerfile:3", 43'300'000, 0)};
  report.gates = {{"lowest-efficiency", GateStatus::Fail, "0.7345", "0.9"}};
  std::string text = render("markdown", report);
  EXPECT_THAT(text,
              testing::StartsWith("## registry.example/shop:1.4\n\n**49.9 MiB of 65.0 MiB (76.7 %) "
                                  "are stored and never seen.**\n\n"));
  EXPECT_THAT(text, HasSubstr("| lowest-efficiency | **FAIL** | 0.7345 | 0.9 |\n"));
  EXPECT_THAT(text,
              HasSubstr("- **41.3 MiB** apt package lists, deleted in a later layer: "
                        "`/var/lib/apt/lists`, 1 file  \n"));
  EXPECT_THAT(text, HasSubstr("<details><summary>Layers</summary>\n\n| # | size |"));
  EXPECT_THAT(
      text,
      HasSubstr("| 3 | 41.3 MiB | 13.4 MiB | 100.0 % | Dockerfile:3 | `RUN apt-get update` |\n"));
  EXPECT_THAT(text, HasSubstr("| `Dockerfile:3` | 41.3 MiB | 41.3 MiB | 20.6 MiB |\n"));
}

}  // namespace
}  // namespace whittle
