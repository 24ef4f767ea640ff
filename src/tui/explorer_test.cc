#include "tui/explorer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tui/tui_test_support.h"

namespace whittle::tui {
namespace {

using test::FakeExploration;
using test::screen;
using test::screen_lines;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const char* const kShop =
    "layer\n"
    "dir etc\nfile etc/passwd text=root mode=0644\nfile usr/bin/bash size=1200000 mode=0755\n"
    "file var/cache/apt/pkg.bin size=3000000\nsymlink bin -> usr/bin\n"
    "layer\n"
    "file etc/passwd text=root_and_more\nfile app/main.py size=4000\nfile app/data.bin "
    "size=900000\n"
    "layer\n"
    "whiteout var/cache/apt\nfile app/main.py size=4000 mode=0755\n";

// What `analyze` would say of it, as far as the screen shows it.
std::shared_ptr<const Analysis> analysis_of(const FakeExploration& image) {
  auto analysis = std::make_shared<Analysis>();
  std::vector<const LayerIndex*> indexes;
  for (const auto& layer : image.layers()) indexes.push_back(layer.get());
  auto tree = std::make_shared<MergedTree>(std::move(merge_layers(indexes)).value());
  analysis->info = image.info();
  for (size_t i = 0; i < indexes.size(); ++i) {
    LayerFacts& facts = analysis->layers.emplace_back();
    std::vector<EntryAccount>& accounts =
        analysis->accounts.emplace_back(indexes[i]->entries.size());
    analysis->packages.owners.emplace_back(indexes[i]->entries.size(), kNoPackage);
    for (size_t k = 0; k < accounts.size(); ++k) {
      uint64_t bytes = indexes[i]->entries[k].size_bytes;
      facts.content_bytes += bytes;
      if (tree->loss[i][k] == Loss::Kept) continue;
      accounts[k].cause =
          tree->loss[i][k] == Loss::Deleted ? LossCause::Deleted : LossCause::MetadataOnly;
      accounts[k].killer = tree->killer[i][k];
      facts.lost_bytes += bytes;
    }
    facts.command = "RUN step " + std::to_string(i + 1);
    facts.is_base = i == 0;
    facts.place =
        SourcePlace{"Dockerfile", static_cast<uint32_t>(i) + 3, static_cast<uint32_t>(i) + 3};
    analysis->total.stored += facts.content_bytes;
    analysis->total.reclaimable += facts.lost_bytes;
  }
  analysis->total.final = analysis->total.stored - analysis->total.reclaimable;
  WasteItem& waste = analysis->waste.emplace_back();
  waste.title = "apt packages, deleted in a later layer";
  waste.path = "/var/cache/apt";
  waste.cause = LossCause::Deleted;
  waste.killer_layer = 2;
  waste.bytes = 3000000;
  waste.file_count = 1;
  waste.remedy = "Delete it in the same RUN";
  Package& bash = analysis->packages.packages.emplace_back();
  bash.type = "deb";
  bash.name = "bash";
  bash.version = "5.2";
  bash.architecture = "amd64";
  bash.database = "var/lib/dpkg/status";
  for (size_t k = 0; k < indexes[0]->entries.size(); ++k) {
    if (indexes[0]->path(indexes[0]->entries[k]) == "usr/bin/bash")
      analysis->packages.owners[0][k] = 0;
  }
  analysis->tree = std::move(tree);
  return analysis;
}

class ExplorerTest : public testing::Test {
 protected:
  ExplorerTest()
      : image_(std::make_shared<FakeExploration>(kShop)),
        explorer_("shop:1", KeyMap(), test::services()) {}

  void open_all() {
    image_->finish(analysis_of(*image_));
    explorer_.attach(image_);
    explorer_.poll();
  }

  void keys(std::initializer_list<const char*> keys) { test::type(explorer_, keys); }

  std::string screen_at(size_t width, size_t height) { return screen(explorer_, width, height); }

  // The line that has the text, "" if none has.
  std::string line_with(const std::string& text, size_t width = 100) {
    for (const std::string& line : screen_lines(explorer_, width, 30)) {
      if (contains(line, text)) return line;
    }
    return "";
  }

  std::shared_ptr<FakeExploration> image_;
  Explorer explorer_;
};

TEST_F(ExplorerTest, FillsInAsLayersArrive) {
  EXPECT_THAT(screen(explorer_), AllOf(HasSubstr("shop:1"), HasSubstr("opening")));
  explorer_.attach(image_);
  EXPECT_THAT(screen(explorer_),
              AllOf(HasSubstr("0 of 3 layers read"),
                    HasSubstr("layer 1 is being read"),
                    HasSubstr("layer 3")));
  EXPECT_FALSE(explorer_.poll());
  image_->arrive(1);
  EXPECT_TRUE(explorer_.poll());
  EXPECT_THAT(screen(explorer_), AllOf(HasSubstr("1 of 3 layers read"), HasSubstr("▸ usr")));
  image_->finish(analysis_of(*image_));
  EXPECT_TRUE(explorer_.poll());
  EXPECT_THAT(screen(explorer_),
              AllOf(HasSubstr("4.9 MiB, 41 % efficient"),
                    HasSubstr("RUN step 2"),
                    Not(HasSubstr("of 3 layers read"))));
}

TEST_F(ExplorerTest, SaysWhatEndedTheReading) {
  explorer_.attach(image_);
  image_->fail(Error("layer 2: gzip: unexpected end of data"));
  explorer_.poll();
  EXPECT_THAT(
      screen(explorer_),
      AllOf(HasSubstr("not read to the end"), HasSubstr("layer 2: gzip: unexpected end of data")));
}

TEST_F(ExplorerTest, EverySizeIsDrawnWhole) {
  open_all();
  for (const char* key : {"1", "2", "3", "4", "5", "H", "?", "esc", "/", "esc", "z", "tab", "P"}) {
    explorer_.key(key);
    for (size_t width : {1U, 2U, 7U, 19U, 39U, 59U, 60U, 80U, 131U, 300U}) {
      for (size_t height : {1U, 2U, 3U, 5U, 10U, 24U, 70U}) screen_lines(explorer_, width, height);
    }
  }
}

TEST_F(ExplorerTest, ShowsTheChangesOfTheSelectedLayer) {
  open_all();
  keys({"down"});
  EXPECT_THAT(line_with("+ ▸ app"), HasSubstr("883 KiB + ▸ app"));
  EXPECT_THAT(line_with("~ ▸ etc"), HasSubstr("13 B ~ ▸ etc"));
  keys({"down"});
  EXPECT_THAT(line_with("▸ var"), HasSubstr("0 ~ ▸ var"));
}

TEST_F(ExplorerTest, ComparesAllLayersAndAnyRange) {
  open_all();
  keys({"down", "down", "ctrl+a"});
  EXPECT_THAT(screen(explorer_),
              AllOf(HasSubstr("all changes"), HasSubstr("+ ▸ app"), HasSubstr("~ ▸ var")));
  keys({"ctrl+l"});
  EXPECT_THAT(screen(explorer_), HasSubstr("~ ▸ app"));
  keys({"v", "up"});
  EXPECT_THAT(screen(explorer_), AllOf(HasSubstr("range 2 to 3"), HasSubstr("+ ▸ app")));
  keys({"esc", "[", "down", "]", "up", "up"});
  EXPECT_THAT(screen(explorer_), AllOf(HasSubstr("range 2 to 3"), HasSubstr("+ ▸ app")));
  keys({"esc"});
  EXPECT_THAT(screen(explorer_), AllOf(Not(HasSubstr("range 2")), HasSubstr("  ▸ usr")));
}

TEST_F(ExplorerTest, OpensSortsAndHides) {
  open_all();
  keys({"down", "tab", "ctrl+space"});
  std::string all = screen(explorer_);
  EXPECT_LT(all.find("data.bin"), all.find("main.py"));
  EXPECT_LT(all.find("▾ usr"), all.find("▾ app"));
  keys({"s"});
  all = screen(explorer_);
  EXPECT_LT(all.find("▾ app"), all.find("▾ usr"));
  EXPECT_THAT(all, HasSubstr("bin → usr/bin"));
  keys({"u"});
  EXPECT_THAT(screen(explorer_),
              AllOf(Not(HasSubstr("bash")), HasSubstr("passwd"), HasSubstr("without =")));
  keys({"a"});
  EXPECT_THAT(screen(explorer_), AllOf(Not(HasSubstr("main.py")), HasSubstr("passwd")));
  keys({"a", "u", "ctrl+space"});
  EXPECT_THAT(screen(explorer_), AllOf(HasSubstr("▸ app"), Not(HasSubstr("main.py"))));
}

TEST_F(ExplorerTest, MovesInTheTree) {
  open_all();
  keys({"tab", "s", "home", "right"});  // app is not there yet: bin is the first
  keys({"down", "right", "down"});
  EXPECT_THAT(line_with("passwd"), HasSubstr("4 B"));
  keys({"left", "left"});
  EXPECT_THAT(screen(explorer_), AllOf(HasSubstr("▸ etc"), Not(HasSubstr("passwd"))));
}

TEST_F(ExplorerTest, FiltersWhileOneTypes) {
  open_all();
  keys({"ctrl+f", "p", "a", "s"});
  EXPECT_THAT(screen(explorer_),
              AllOf(HasSubstr("filter pas"),
                    HasSubstr("passwd"),
                    HasSubstr("2 rows"),
                    Not(HasSubstr("▸ usr"))));
  keys({"backspace", "backspace", "backspace", "\\", ".", "b", "i", "n", "$"});
  EXPECT_THAT(screen(explorer_), AllOf(HasSubstr("pkg.bin"), Not(HasSubstr("passwd"))));
  keys({"enter", "esc"});
  EXPECT_THAT(screen(explorer_), AllOf(HasSubstr("▸ usr"), Not(HasSubstr("filter \\"))));
  keys({"ctrl+f", "z", "z", "z"});
  EXPECT_THAT(screen(explorer_), HasSubstr("nothing matches the filter"));
  keys({"esc"});
  EXPECT_THAT(screen(explorer_), HasSubstr("▸ usr"));
}

TEST_F(ExplorerTest, FindsAndGoesOn) {
  open_all();
  keys({"/", "b", "i", "n"});
  EXPECT_THAT(screen(explorer_), AllOf(HasSubstr("find bin"), HasSubstr("/usr/bin/bash")));
  keys({"enter"});
  EXPECT_THAT(screen(explorer_), HasSubstr("  bin → usr/bin"));
  keys({"n"});
  EXPECT_THAT(screen(explorer_), HasSubstr("2 of "));
  keys({"N"});
  EXPECT_THAT(screen(explorer_), HasSubstr("1 of "));
}

TEST_F(ExplorerTest, JumpsFromWasteToTheFileAndItsHistory) {
  open_all();
  keys({"2"});
  EXPECT_THAT(
      screen(explorer_),
      AllOf(HasSubstr("2.9 MiB    1→3  /var/cache/apt"), HasSubstr("Delete it in the same RUN")));
  keys({"enter"});
  EXPECT_THAT(line_with("▸ apt"), HasSubstr("2.9 MiB -     ▸ apt"));
  keys({"right", "down", "H"});
  EXPECT_THAT(screen(explorer_),
              AllOf(HasSubstr("/var/cache/apt/pkg.bin"),
                    HasSubstr("layer 1   2.9 MiB  made"),
                    HasSubstr("layer 3            deleted"),
                    HasSubstr("RUN step 3")));
  keys({"k", "enter"});
  EXPECT_THAT(screen(explorer_), AllOf(HasSubstr("pkg.bin"), HasSubstr("1 Files")));
  EXPECT_THAT(line_with("pkg.bin"), HasSubstr("2.9 MiB"));
}

TEST_F(ExplorerTest, HistorySaysWhatChanged) {
  open_all();
  keys({"down", "down", "tab", "/", "m", "a", "i", "n", ".", "p", "y", "enter", "H"});
  EXPECT_THAT(screen(explorer_, 120), HasSubstr("mode 0644 → 0755, the same content stored again"));
  keys({"esc", "/", "p", "a", "s", "s", "w", "d", "enter", "H"});
  EXPECT_THAT(screen(explorer_, 120), HasSubstr("other content"));
}

TEST_F(ExplorerTest, ShowsContentBytesAndDifferences) {
  open_all();
  image_->contents["etc/passwd@0"] = "root:x:0\nuser:x:1\n";
  image_->contents["etc/passwd@1"] = "root:x:0\nuser:\x1b[31mx:2\n";
  keys({"down", "/", "p", "a", "s", "s", "w", "d", "enter", "f"});
  EXPECT_THAT(screen(explorer_),
              AllOf(HasSubstr("/etc/passwd in layer 2"),
                    HasSubstr("  1  root:x:0"),
                    HasSubstr("  2  user:\\x1b[31mx:2")));
  keys({"x"});
  EXPECT_THAT(screen(explorer_), HasSubstr("00000000  72 6f 6f 74 3a 78 3a 30  0a"));
  keys({"q", "D"});
  EXPECT_THAT(screen(explorer_), AllOf(HasSubstr("-user:x:1"), HasSubstr("+user:\\x1b[31mx:2")));
  keys({"esc"});
  EXPECT_FALSE(explorer_.wants_to_quit());
}

TEST_F(ExplorerTest, BinariesOpenAsBytes) {
  open_all();
  image_->contents["usr/bin/bash@0"] = std::string(
      "\x7f"
      "ELF\0\0\0\1",
      8);
  keys({"/", "b", "a", "s", "h", "enter", "enter"});
  EXPECT_THAT(screen(explorer_),
              AllOf(HasSubstr("7f 45 4c 46 00 00 00 01"), HasSubstr(".ELF....")));
}

TEST_F(ExplorerTest, ExtractsAFolderAndAsksBeforeItReplaces) {
  open_all();
  TempDir dir = std::move(TempDir::make("tui")).value();
  std::string target = dir.path() / "out";
  keys({"down", "/", "d", "a", "t", "a", ".", "b", "i", "n", "enter", "left", "e", "ctrl+u"});
  for (char c : target) explorer_.key(std::string(1, c));
  keys({"enter"});
  EXPECT_THAT(screen(explorer_, 140), HasSubstr("2 files, 882.8 KiB"));
  EXPECT_EQ(fs::file_size(dir.path() / "out/app/data.bin"), 900000U);
  keys({"e", "ctrl+u"});
  for (char c : target) explorer_.key(std::string(1, c));
  keys({"enter"});
  EXPECT_THAT(screen(explorer_), HasSubstr("2 files are there already. Replace?"));
  keys({"n"});
  EXPECT_THAT(screen(explorer_), HasSubstr("nothing was written"));
}

TEST_F(ExplorerTest, ListsPackagesWithTheirFiles) {
  open_all();
  keys({"3"});
  EXPECT_THAT(screen(explorer_),
              AllOf(HasSubstr("1.1 MiB ▸ bash 5.2  deb"), HasSubstr("1 package")));
  keys({"enter", "down"});
  EXPECT_THAT(screen(explorer_), HasSubstr("1.1 MiB    /usr/bin/bash"));
  keys({"enter"});
  EXPECT_THAT(screen(explorer_), HasSubstr("▾ usr"));
}

TEST_F(ExplorerTest, ShowsGroupsAsTheServiceMakesThem) {
  Services services = test::services();
  services.group = [](const Analysis&, const GroupOptions& options) {
    GroupRow inner{"/var/cache/apt", {3000000, 0, 0, 1}, {}};
    GroupRow outer{options.only_lost ? "deleted-later" : "apt-lists", {3000000, 0, 0, 1}, {inner}};
    return std::vector<GroupRow>{outer};
  };
  Explorer explorer("shop", KeyMap(), services);
  image_->finish(analysis_of(*image_));
  explorer.attach(image_);
  explorer.poll();
  test::type(explorer, {"4"});
  EXPECT_THAT(screen(explorer, 120),
              AllOf(HasSubstr("2.9 MiB 100 %  2.9 MiB"), HasSubstr("▸ deleted in a later layer")));
  test::type(explorer, {"enter", "down"});
  EXPECT_THAT(screen(explorer, 120), HasSubstr("/var/cache/apt"));
  test::type(explorer, {"t"});
  EXPECT_THAT(screen(explorer, 120), AllOf(HasSubstr("apt package lists"), HasSubstr("by kind")));
}

TEST_F(ExplorerTest, OpensAnotherPlatform) {
  auto other = std::make_shared<FakeExploration>("layer\nfile arm size=1");
  image_->mutable_info().platforms = {{"linux", "amd64", "", ""}, {"linux", "arm64", "v8", ""}};
  Services services = test::services();
  Platform asked;
  services.reopen = [&](const Platform& platform) -> Result<std::unique_ptr<Exploration>> {
    asked = platform;
    if (platform.architecture == "amd64") return Error("gone");
    auto opened = std::make_unique<FakeExploration>("layer\nfile arm size=1");
    opened->arrive_all();
    return std::unique_ptr<Exploration>(std::move(opened));
  };
  Explorer explorer("shop", KeyMap(), services);
  explorer.attach(image_);
  test::type(explorer, {"P"});
  EXPECT_THAT(screen(explorer), AllOf(HasSubstr("linux/amd64  open"), HasSubstr("linux/arm64/v8")));
  test::type(explorer, {"enter"});
  EXPECT_THAT(screen(explorer), HasSubstr("gone"));
  test::type(explorer, {"P", "down", "enter"});
  EXPECT_EQ(asked.architecture, "arm64");
  EXPECT_THAT(screen(explorer), HasSubstr("1 B     arm"));
}

TEST_F(ExplorerTest, TheMouseSelectsOpensAndScrolls) {
  open_all();
  std::vector<std::string> lines = screen_lines(explorer_, 100, 30);
  auto row = static_cast<size_t>(
      std::find_if(lines.begin(),
                   lines.end(),
                   [](const std::string& line) { return contains(line, "RUN step 2"); }) -
      lines.begin());
  explorer_.mouse({Mouse::Kind::Click, 5, row});
  EXPECT_THAT(screen(explorer_), HasSubstr("+ ▸ app"));
  lines = screen_lines(explorer_, 100, 30);
  row = static_cast<size_t>(
      std::find_if(lines.begin(),
                   lines.end(),
                   [](const std::string& line) { return contains(line, "▸ app"); }) -
      lines.begin());
  explorer_.mouse({Mouse::Kind::Click, 70, row});
  EXPECT_THAT(screen(explorer_), HasSubstr("data.bin"));
  explorer_.mouse({Mouse::Kind::WheelDown, 70, row});
  explorer_.mouse({Mouse::Kind::Click, 55, 1});
  EXPECT_THAT(screen(explorer_), HasSubstr("/var/cache/apt"));
}

TEST_F(ExplorerTest, QuitsSuspendsHelps) {
  open_all();
  keys({"?"});
  EXPECT_THAT(screen(explorer_, 100, 60),
              AllOf(HasSubstr("ctrl+f ctrl+/"), HasSubstr("the file through all layers")));
  keys({"q"});
  EXPECT_FALSE(explorer_.wants_to_quit());
  keys({"ctrl+z"});
  EXPECT_TRUE(explorer_.take_suspend());
  EXPECT_FALSE(explorer_.take_suspend());
  keys({"q"});
  EXPECT_TRUE(explorer_.wants_to_quit());
}

TEST_F(ExplorerTest, ForeignTextCannotDriveTheTerminal) {
  auto image =
      std::make_shared<FakeExploration>("layer\nfile a\x1b[31m\xe2\x80\xae/b\xff size=3\n");
  image->mutable_info().config.history[0].created_by = "RUN \x1b]0;title\x07";
  image->arrive_all();
  explorer_.attach(image);
  explorer_.poll();
  keys({"tab", "ctrl+space"});
  std::string all = screen(explorer_, 120);
  EXPECT_EQ(all.find('\x1b'), std::string::npos);
  EXPECT_EQ(all.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_THAT(
      all,
      AllOf(
          HasSubstr("a\\x1b[31m\\xe2\\x80\\xae"), HasSubstr("b\\xff"), HasSubstr("\\x1b]0;title")));
}

}  // namespace
}  // namespace whittle::tui
