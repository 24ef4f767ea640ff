// Full images where slim ones do.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kBaseImageLarge;

namespace {

struct LargeImage {
  std::string_view repository;
  std::string_view smaller;      // what to take
  std::string_view slim_suffix;  // of the same image; "" if there is none
};

constexpr std::array<LargeImage, 12> kImages = {{
    {"python", "`python:VERSION-slim` is smaller, `-alpine` smaller still (musl)", "-slim"},
    {"node", "`node:VERSION-slim` is smaller, `-alpine` smaller still (musl)", "-slim"},
    {"ruby", "`ruby:VERSION-slim` is smaller, `-alpine` smaller still (musl)", "-slim"},
    {"perl", "`perl:VERSION-slim` is smaller", "-slim"},
    {"golang", "a program of Go runs on `scratch` or `gcr.io/distroless/static`", ""},
    {"rust", "a program of Rust runs on `debian:bookworm-slim` or `gcr.io/distroless/cc`", ""},
    {"gcc", "a program runs on `debian:bookworm-slim` or `gcr.io/distroless/cc`", ""},
    {"buildpack-deps", "`debian:bookworm-slim` has none of the headers and compilers", ""},
    {"maven", "a program of Java runs on `eclipse-temurin:VERSION-jre`", ""},
    {"gradle", "a program of Java runs on `eclipse-temurin:VERSION-jre`", ""},
    {"debian", "`debian:VERSION-slim` leaves documentation and translations out", "-slim"},
    {"haskell", "a program of Haskell runs on `debian:bookworm-slim`", ""},
}};

// "3.12", "22-bookworm", "": a variant of its own is none of the full ones.
bool is_full_variant(std::string_view tag) {
  constexpr std::string_view kSmaller[] = {
      "slim", "alpine", "windows", "nanoserver", "servercore", "onbuild", "curl", "scm"};
  return std::none_of(std::begin(kSmaller), std::end(kSmaller), [&](std::string_view part) {
    return contains(tag, part);
  });
}

// A RUN that builds needs what the slim variant leaves out.
bool needs_full(const LintInput& input, uint32_t stage) {
  constexpr std::string_view kBuilds[] = {"gcc",
                                          "make",
                                          "node-gyp",
                                          "pip install",
                                          "bundle install",
                                          "gem install",
                                          "git ",
                                          "npm ",
                                          "yarn ",
                                          "cpan",
                                          "curl",
                                          "wget"};
  return std::any_of(input.file->instructions.begin(),
                     input.file->instructions.end(),
                     [&](const Instruction& instruction) {
                       if (instruction.kind != InstructionKind::Run || instruction.stage != stage)
                         return false;
                       return std::any_of(
                           std::begin(kBuilds), std::end(kBuilds), [&](std::string_view part) {
                             return contains(input.file->text(instruction.range), part);
                           });
                     });
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.file->stages.empty()) return;
  // A stage to work in holds what people work with.
  std::string last = input.file->stages.back().name;
  if (contains(last, "dev") || contains(last, "test") || contains(last, "build")) return;
  auto stage = static_cast<uint32_t>(input.file->stages.size() - 1);
  while (input.evaluation.parent_stage[stage] >= 0)
    stage = static_cast<uint32_t>(input.evaluation.parent_stage[stage]);
  std::optional<std::string> base = known_base_image(input, stage);
  if (!base) return;
  ImageName name = split_image_name(*base);
  std::string_view repository = name.repository;
  if (repository.substr(0, 8) == "library/") repository = repository.substr(8);
  auto large = std::find_if(kImages.begin(), kImages.end(), [&](const LargeImage& image) {
    return image.repository == repository;
  });
  bool is_official = name.registry == "docker.io" && large != kImages.end();
  if (!is_official || !is_full_variant(name.tag)) return;
  const Stage& at = input.file->stages[stage];
  Finding finding =
      make_finding(kBaseImageLarge,
                   at.base_range,
                   in_ticks(*base) + " is a full image; " + std::string(large->smaller),
                   "Take the smaller one if the program runs on it");
  bool is_literal = at.base == *base && name.digest.empty() && !name.tag.empty();
  if (is_literal && !large->slim_suffix.empty() && name.tag != "latest" &&
      !needs_full(input, stage))
    finding.fix = make_fix("Take the slim variant",
                           Applicability::Unsafe,
                           {insert_at(at.base_range.end, std::string(large->slim_suffix))});
  findings.push_back(std::move(finding));
}

}  // namespace

const Rule kBaseImageLarge = {
    {.name = "base-image-large",
     .code = "WH3602",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "The base image is larger than what runs on it needs",
     .why =
         "The full variants of the official images of languages hold compilers, headers and "
         "version control for whoever installs extensions; their slim variants hold the language "
         "alone. Alpine is smaller still, with musl as its C library, which prebuilt packages for "
         "glibc do not run on.",
     .bad = "FROM python:3.12\nCMD [\"python3\", \"app.py\"]\n",
     .good = "FROM python:3.12-slim\nCMD [\"python3\", \"app.py\"]\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
