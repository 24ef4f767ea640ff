#include "image/sources/select.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "image/config.h"

namespace whittle {

namespace {

// "app" and "library/app:latest" to "docker.io/library/app:latest".
std::string full_name(std::string_view reference) {
  std::string name(reference);
  size_t slash = name.find('/');
  std::string first = slash == std::string::npos ? "" : name.substr(0, slash);
  bool has_host = first.find_first_of(".:") != std::string::npos || first == "localhost";
  if (first == "index.docker.io") name.replace(0, first.size(), "docker.io");
  if (!has_host)
    name = "docker.io/" + std::string(slash == std::string::npos ? "library/" : "") + name;
  bool has_tag = name.find(':', name.rfind('/')) != std::string::npos;
  return has_tag || contains(name, "@") ? name : name + ":latest";
}

bool has_reference(const ImageInfo& info, std::string_view reference) {
  if (reference == info.manifest_digest || reference == info.config_digest) return true;
  for (const std::string& name : info.names) {
    if (name == reference || full_name(name) == full_name(reference)) return true;
  }
  return false;
}

// One line an image, for the hint of an error.
std::string describe(const Images& images) {
  constexpr size_t kShown = 20;
  std::vector<std::string> lines;
  for (const std::unique_ptr<Image>& image : images) {
    const ImageInfo& info = image->info();
    std::string name = info.names.empty() ? info.config_digest : join(info.names, " ");
    lines.push_back(printable(name) + " (" + printable(format_platform(info.config.platform)) +
                    ")");
    if (lines.size() == kShown) break;
  }
  return join(lines, ", ");
}

Images matching(Images& images, const Platform& wanted) {
  Images found;
  for (std::unique_ptr<Image>& image : images) {
    if (platform_matches(wanted, image->info().config.platform)) found.push_back(std::move(image));
  }
  return found;
}

}  // namespace

std::pair<std::string, std::string> split_file_reference(std::string_view rest) {
  std::error_code ignored;
  if (fs::exists(fs::path(rest), ignored)) return {std::string(rest), ""};
  for (size_t colon = rest.find(':'); colon != std::string_view::npos;
       colon = rest.find(':', colon + 1)) {
    if (fs::exists(fs::path(rest.substr(0, colon)), ignored)) {
      return {std::string(rest.substr(0, colon)), std::string(rest.substr(colon + 1))};
    }
  }
  return {std::string(rest), ""};
}

Result<Images> select_by_reference(Images images, std::string_view reference) {
  if (reference.empty()) return images;
  Images found;
  for (std::unique_ptr<Image>& image : images) {
    if (has_reference(image->info(), reference)) found.push_back(std::move(image));
  }
  if (!found.empty()) return found;
  return Error(ErrorKind::NotFound, fmt::format("there is no image `{}`", printable(reference)))
      .hint("It holds: " + describe(images));
}

Result<std::unique_ptr<Image>> select_one(Images images, const OpenOptions& options) {
  std::string choices = describe(images);
  size_t count = images.size();
  if (options.platform || count > 1) {
    Platform wanted = options.platform.value_or(host_platform());
    Images found = matching(images, wanted);
    if (found.empty()) {
      return Error(ErrorKind::NotFound,
                   fmt::format("there is no image for {}", format_platform(wanted)))
          .hint("It holds: " + choices);
    }
    images = std::move(found);
  }
  if (images.size() == 1) return std::move(images.front());
  return Error(ErrorKind::Usage, fmt::format("the target holds {}", count_of(count, "image")))
      .hint("Name one of: " + choices);
}

}  // namespace whittle
