#include "image/sources/select.h"

#include <fmt/format.h>

#include <climits>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/config.h"

namespace whittle {

namespace {

std::string with_tag(std::string_view reference) {
  std::string name(reference);
  size_t slash = name.rfind('/');
  bool has_tag = name.find(':', slash == std::string::npos ? 0 : slash) != std::string::npos;
  return has_tag || contains(name, "@") ? name : name + ":latest";
}

// "app" and "library/app:latest" to "docker.io/library/app:latest".
std::string full_name(std::string_view reference) {
  std::string name(reference);
  size_t slash = name.find('/');
  std::string first = slash == std::string::npos ? "" : name.substr(0, slash);
  bool has_host = first.find_first_of(".:") != std::string::npos || first == "localhost";
  if (first == "index.docker.io") name.replace(0, first.size(), "docker.io");
  if (!has_host)
    name = "docker.io/" + std::string(slash == std::string::npos ? "library/" : "") + name;
  return with_tag(name);
}

// A digest's digits from the front, as engines show and take them.
bool is_short_id(std::string_view reference, const Digest& digest) {
  constexpr size_t kShortest = 4;
  return reference.size() >= kShortest &&
         reference.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         digest_hex(digest).starts_with(reference);
}

bool has_name(const ImageInfo& info, std::string_view reference) {
  if (reference == info.manifest_digest || reference == info.config_digest) return true;
  for (const std::string& name : info.names) {
    if (name == reference || full_name(name) == full_name(reference)) return true;
    if (name.starts_with("localhost/") && name == "localhost/" + with_tag(reference)) return true;
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

// Those at the smallest distance.
Images matching(Images& images, const Platform& wanted) {
  Images found;
  unsigned best = UINT_MAX;
  for (std::unique_ptr<Image>& image : images) {
    std::optional<unsigned> distance = platform_distance(wanted, image->info().config.platform);
    if (!distance || *distance > best) continue;
    if (*distance < best) found.clear();
    best = *distance;
    found.push_back(std::move(image));
  }
  return found;
}

// Several images for one platform in one index: the first one counts.
bool are_of_one_index(const Images& images) {
  const ImageInfo& first = images.front()->info();
  for (const std::unique_ptr<Image>& image : images) {
    const ImageInfo& info = image->info();
    if (info.platforms.empty() || info.platforms != first.platforms || info.names != first.names)
      return false;
  }
  return true;
}

// "v7" to 7; what a processor has that names no variant.
std::optional<unsigned> variant_level(const Platform& platform) {
  std::string_view variant = platform.variant;
  if (variant.empty()) {
    if (platform.architecture == "arm64") return 8;
    if (platform.architecture == "arm") return 7;
    return 1;
  }
  if (variant.starts_with('v')) variant.remove_prefix(1);
  std::optional<uint64_t> level = parse_u64(variant.substr(0, variant.find('.')));
  if (!level || *level > 1'000) return std::nullopt;
  return static_cast<unsigned>(*level);
}

// "10.0.17763" is what "10.0.17763.1234" is a build of.
bool os_version_matches(std::string_view wanted, std::string_view offered) {
  if (wanted.empty() || wanted == offered) return true;
  return offered.starts_with(wanted) && offered.substr(wanted.size()).starts_with('.');
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

std::pair<std::string, std::string> split_store_name(std::string_view rest) {
  size_t end = rest.find(']');
  if (rest.starts_with('[') && end != std::string_view::npos) {
    std::string_view path = rest.substr(1, end - 1);
    size_t at = path.find('@');
    if (at != std::string_view::npos && !contains(path.substr(0, at), "/"))
      path.remove_prefix(at + 1);
    return {std::string(path.substr(0, path.find('+'))), std::string(rest.substr(end + 1))};
  }
  if (rest.starts_with('/') || rest.starts_with("./") || rest.starts_with("../")) {
    std::error_code ignored;
    for (size_t at = rest.find('@'); at != std::string_view::npos; at = rest.find('@', at + 1)) {
      std::string_view path = rest.substr(0, at);
      if (fs::is_directory(fs::path(path), ignored))
        return {std::string(path), std::string(rest.substr(at + 1))};
    }
    return {std::string(rest), ""};
  }
  return {"", std::string(rest)};
}

bool has_reference(const ImageInfo& info, std::string_view reference) {
  return has_name(info, reference) || is_short_id(reference, info.config_digest);
}

Result<Images> select_by_reference(Images images, std::string_view reference) {
  if (reference.empty()) return images;
  Images found;
  for (std::unique_ptr<Image>& image : images) {
    if (has_name(image->info(), reference)) found.push_back(std::move(image));
  }
  if (!found.empty()) return found;
  for (std::unique_ptr<Image>& image : images) {
    if (is_short_id(reference, image->info().config_digest)) found.push_back(std::move(image));
  }
  if (!found.empty()) return found;
  return Error(ErrorKind::NotFound, fmt::format("there is no image `{}`", printable(reference)))
      .hint("It holds: " + describe(images));
}

std::optional<size_t> parse_position(std::string_view reference) {
  if (!reference.starts_with('@')) return std::nullopt;
  std::optional<uint64_t> position = parse_u64(reference.substr(1));
  if (!position) return std::nullopt;
  return static_cast<size_t>(*position);
}

std::optional<unsigned> platform_distance(const Platform& wanted, const Platform& offered) {
  if (wanted.os != offered.os || wanted.architecture != offered.architecture) return std::nullopt;
  if (!os_version_matches(wanted.os_version, offered.os_version)) return std::nullopt;
  constexpr unsigned kNewer = 100'000;
  std::optional<unsigned> level = variant_level(wanted);
  std::optional<unsigned> other = variant_level(offered);
  if (!level || !other) {
    if (wanted.variant == offered.variant) return 0;
    return wanted.variant.empty() ? std::optional<unsigned>(kNewer) : std::nullopt;
  }
  if (*other <= *level) return *level - *other;
  return wanted.variant.empty() ? std::optional<unsigned>(kNewer + *other) : std::nullopt;
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
  if (images.size() > 1 && are_of_one_index(images)) images.resize(1);
  if (images.size() == 1) return std::move(images.front());
  return Error(ErrorKind::Usage, fmt::format("the target holds {}", count_of(count, "image")))
      .hint("Name one of: " + choices);
}

}  // namespace whittle
