// Stripped programs held against those of binutils: what the compiler makes here, run and read
// before and after.
#include "slim/strip_elf.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fs.h"
#include "base/strings.h"
#include "support/programs.h"

namespace whittle {
namespace {

using test::Outcome;
using test::run;
using testing::HasSubstr;
using testing::Not;

constexpr uint64_t kMaxBytes = 64ULL << 20;

class StripElf : public testing::Test {
 protected:
  void SetUp() override {
    if (!run({"cc", "--version"}).ok || !run({"strip", "--version"}).ok)
      GTEST_SKIP() << "no compiler or binutils here";
    Result<TempDir> made = TempDir::make("strip");
    ASSERT_TRUE(made.ok());
    folder_.emplace(std::move(*made));
    save("main.c",
         "#include <stdio.h>\nint helper(int n);\nstatic int twice(int n) { return 2 * n; }\n"
         "int main(void) { printf(\"%d\\n\", twice(helper(20))); return 3; }\n");
    save("helper.c",
         "static int one(void) { return 1; }\nint helper(int n) { return n + one(); }\n");
  }

  std::string path(const std::string& name) const { return (folder_->path() / name).string(); }

  void save(const std::string& name, std::string_view content) const {
    ASSERT_TRUE(write_file_atomic(path(name), content).ok());
  }

  std::string load(const std::string& name) const {
    Result<std::string> content = read_file(path(name), kMaxBytes);
    EXPECT_TRUE(content.ok()) << name;
    return content.ok() ? *content : "";
  }

  // cc with these words and names of files in the folder.
  void compile(const std::string& out, std::vector<std::string> words) const {
    std::vector<std::string> args = {"cc", "-g", "-o", path(out)};
    for (std::string& word : words)
      args.push_back(word.ends_with(".c") || word.ends_with(".so") ? path(word) : word);
    Outcome done = run(args);
    ASSERT_TRUE(done.ok) << done.err;
  }

  // What our result and binutils' have to have in common.
  void compare(const std::string& name, const std::string& option) const {
    std::optional<std::string> stripped = strip_elf(load(name));
    ASSERT_TRUE(stripped) << name;
    save("ours", *stripped);
    ASSERT_TRUE(run({"strip", option, "-o", path("theirs"), path(name)}).ok);
    double theirs = static_cast<double>(load("theirs").size());
    EXPECT_NEAR(static_cast<double>(stripped->size()), theirs, 0.05 * theirs) << name;
    Outcome read = run({"readelf", "-aW", path("ours")});
    EXPECT_TRUE(read.ok);
    EXPECT_EQ(read.err, "") << name;
    EXPECT_THAT(read.out, Not(HasSubstr(".symtab")));
    EXPECT_THAT(read.out, Not(HasSubstr(".debug_info")));
    // What the loader reads, and the notes; a static program has no dynamic symbols.
    for (const std::vector<std::string>& asked :
         {std::vector<std::string>{"readelf", "-dW", "--dyn-syms"}, {"readelf", "-nW"}}) {
      EXPECT_EQ(answer(asked, "ours"), answer(asked, "theirs")) << name;
    }
    EXPECT_FALSE(strip_elf(*stripped)) << "something was left: " << name;
  }

  // What the program says of the file, without the file's name.
  std::string answer(std::vector<std::string> asked, const std::string& name) const {
    asked.push_back(path(name));
    Outcome done = run(asked);
    EXPECT_TRUE(done.ok) << done.err;
    EXPECT_NE(done.out, "");
    return replace_all(done.out, path(name), "FILE");
  }

  void expect_runs(const std::string& name) const {
    std::optional<std::string> stripped = strip_elf(load(name));
    ASSERT_TRUE(stripped);
    save("ours", *stripped);
    ASSERT_TRUE(run({"chmod", "755", path("ours")}).ok);
    Outcome done = run({path("ours")});
    EXPECT_EQ(done.exit_code, 3) << name;
    EXPECT_EQ(done.out, "42\n") << name;
  }

  std::optional<TempDir> folder_;
};

TEST_F(StripElf, ProgramsRunAsBefore) {
  compile("pie", {"main.c", "helper.c"});
  compile("fixed", {"-no-pie", "main.c", "helper.c"});
  compile("static", {"-static", "main.c", "helper.c"});
  compile("compressed", {"-gz=zlib", "main.c", "helper.c"});
  for (const char* name : {"pie", "fixed", "static", "compressed"}) {
    compare(name, "--strip-all");
    expect_runs(name);
  }
}

TEST_F(StripElf, LibrariesKeepWhatOthersLinkTo) {
  compile("libhelper.so", {"-shared", "-fPIC", "helper.c"});
  compile("main", {"main.c", "libhelper.so", "-Wl,-rpath," + folder_->path().string()});
  compare("libhelper.so", "--strip-unneeded");
  std::optional<std::string> library = strip_elf(load("libhelper.so"));
  ASSERT_TRUE(library);
  save("libhelper.so", *library);
  expect_runs("main");
}

TEST_F(StripElf, LeavesAloneWhatItCannotVouchFor) {
  compile("object", {"-c", "helper.c"});
  EXPECT_FALSE(strip_elf(load("object")));
  compile("main", {"main.c", "helper.c"});
  std::string program = load("main");
  EXPECT_FALSE(strip_elf(program + "PK\x03\x04 an archive behind the program"));
  EXPECT_FALSE(strip_elf(program + std::string(8192, '\0')));
  EXPECT_FALSE(strip_elf(program.substr(0, program.size() - 100)));
  EXPECT_FALSE(strip_elf(""));
  EXPECT_FALSE(strip_elf("#!/bin/sh\n"));
  ASSERT_TRUE(run({"objcopy", "--only-keep-debug", path("main"), path("main.debug")}).ok);
  EXPECT_FALSE(strip_elf(load("main.debug")));
}

// The headers of a 64-bit program as <elf.h> has them, to be changed.
struct Headers {
  Elf64_Ehdr file;
  std::vector<Elf64_Shdr> sections;

  Elf64_Shdr& symbols() {
    for (Elf64_Shdr& section : sections) {
      if (section.sh_type == SHT_SYMTAB) return section;
    }
    ADD_FAILURE() << "no symbol table";
    return sections.front();
  }

  Elf64_Shdr& names() { return sections.at(file.e_shstrndx); }
};

std::string changed(std::string program, const std::function<void(Headers&)>& change) {
  Headers headers;
  std::memcpy(&headers.file, program.data(), sizeof headers.file);
  headers.sections.resize(headers.file.e_shnum);
  size_t bytes = headers.sections.size() * sizeof(Elf64_Shdr);
  std::memcpy(headers.sections.data(), program.data() + headers.file.e_shoff, bytes);
  Elf64_Off table = headers.file.e_shoff;
  change(headers);
  std::memcpy(program.data() + table, headers.sections.data(), bytes);
  std::memcpy(program.data(), &headers.file, sizeof headers.file);
  return program;
}

TEST_F(StripElf, LeavesAloneHeadersThatContradictThemselves) {
  compile("main", {"main.c", "helper.c"});
  std::string program = load("main");
  ASSERT_EQ(program[EI_CLASS], ELFCLASS64);
  ASSERT_TRUE(strip_elf(changed(program, [](Headers&) {})));

  struct Case {
    const char* name;
    std::function<void(Headers&)> change;
  };

  for (const Case& c : {
           Case{"names in the table of headers",
                [](Headers& h) { h.names().sh_offset = h.file.e_shoff + 1; }},
           Case{"symbols over the names",
                [](Headers& h) { h.symbols().sh_offset = h.names().sh_offset; }},
           Case{"a section in the table of segments",
                [](Headers& h) { h.sections.at(1).sh_offset = h.file.e_phoff; }},
           Case{"a section over the file's header",
                [](Headers& h) { h.sections.at(1).sh_offset = 0; }},
           Case{"a section over the next",
                [](Headers& h) { h.sections.at(1).sh_size = h.sections.at(2).sh_offset; }},
           Case{"the first section is none",
                [](Headers& h) { h.sections.front().sh_type = SHT_STRTAB; }},
           Case{"names are symbols",
                [](Headers& h) {
                  h.names().sh_type = SHT_NOTE;
                  h.file.e_shstrndx = static_cast<Elf64_Half>(&h.symbols() - h.sections.data());
                }},
       }) {
    EXPECT_FALSE(strip_elf(changed(program, c.change))) << c.name;
  }
}

// The symbols do not stay for a table of strings that names them and goes with them.
TEST_F(StripElf, StringsReferToNothing) {
  compile("main", {"main.c", "helper.c"});
  std::string usual = strip_elf(load("main")).value_or("");
  ASSERT_NE(usual, "");
  std::string odd = changed(load("main"), [](Headers& h) {
    Elf64_Shdr& strings = h.sections.at(h.symbols().sh_link);
    strings.sh_link = static_cast<Elf64_Word>(&h.symbols() - h.sections.data());
  });
  EXPECT_EQ(strip_elf(odd), usual);
}

// Some programs find a section of their own by its place.
TEST_F(StripElf, SectionsOfUnknownNamesStayWhereTheyAre) {
  compile("main", {"main.c", "helper.c"});
  save("payload", "to be found at its place");
  // A section that is added comes behind the debug sections, before the symbols of .symtab.
  ASSERT_TRUE(
      run({"objcopy", "--add-section", ".payload=" + path("payload"), path("main"), path("with")})
          .ok);
  std::string before = load("with");
  std::optional<std::string> after = strip_elf(before);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->find("to be found at its place"), before.find("to be found at its place"));
  save("with", *after);
  expect_runs("main");
}

}  // namespace
}  // namespace whittle
