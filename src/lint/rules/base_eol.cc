// Base images of releases that get no more fixes.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/rules/rules.h"
#include "model/end_of_life.h"

namespace whittle {

extern const Rule kBaseEol;

namespace {

// What the table calls the product of an official image; "" for others.
std::string product_of(const ImageName& image) {
  if (image.registry == "mcr.microsoft.com")
    return image.repository.substr(0, 7) == "dotnet/" ? "dotnet" : "";
  if (image.registry != "docker.io") return "";
  std::string_view repository = image.repository;
  if (repository.substr(0, 8) == "library/") repository = repository.substr(8);
  return std::string(repository);
}

// The first of what the tag names, the product itself and the system below it, that was over by
// `today`; null if all is well or unknown.
const EndOfLife* ended(const ImageName& image, const std::string& today) {
  std::string product = product_of(image);
  if (product.empty()) return nullptr;
  const EndOfLife* own = find_end_of_life(product, image.tag);
  if (own != nullptr && own->date < today) return own;
  std::vector<std::string_view> parts = split(image.tag, '-');
  for (size_t i = 1; i < parts.size(); ++i) {
    const EndOfLife* below = find_release(parts[i]);
    if (below != nullptr && below->date < today) return below;
  }
  return nullptr;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  const std::string& today = input.settings.today;
  if (today.empty()) return;
  for (const Stage& stage : input.file->stages) {
    std::optional<std::string> name = known_base_image(input, stage.index);
    if (!name) continue;
    const EndOfLife* over = ended(split_image_name(*name), today);
    if (over == nullptr) continue;
    std::string release = std::string(over->product) + " " + std::string(over->cycle);
    findings.push_back(make_finding(kBaseEol,
                                    stage.base_range,
                                    in_ticks(*name) + " stands on " + release +
                                        ", which has had no fixes since " + std::string(over->date),
                                    "Move to a release that is still maintained"));
  }
}

}  // namespace

const Rule kBaseEol = {
    {.name = "base-eol",
     .code = "WH2208",
     .aliases = "eol-ruby-version",
     .severity = Severity::Warning,
     .summary = "The base image is of a release that gets no more fixes",
     .why = "After the end of a release's life nobody mends what is found in it, and its packages "
            "move to archives, so that `apt-get update` fails one day. Official images of "
            "distributions, languages and databases are looked up in a table of dates; the day is "
            "that of the run, or of `SOURCE_DATE_EPOCH` where that is set. The system in a tag "
            "(`3.12-buster`) counts, too.",
     .bad = "FROM python:3.7\n",
     .good = "FROM python:3.12-slim-bookworm\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
