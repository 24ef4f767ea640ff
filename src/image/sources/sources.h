// The table of image sources, and the front door: a target's text to an opened image.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "image/source.h"

namespace whittle {

// One row a source. `transport` is what stands before ':' in a target ("docker-archive").
struct SourceInfo {
  std::string_view transport;
  std::string_view what;  // one line for the help
  Result<std::vector<std::unique_ptr<Image>>> (*open)(std::string_view rest, const OpenOptions& options);
};

const std::vector<SourceInfo>& source_table();

// Opens a target: "TRANSPORT:REST" with a row of the table ("docker:REF", "registry:REF",
// "docker-archive:FILE[:REF]", "oci:DIR[:REF]", "containers-storage:[ROOT]REF", ...), a path or "-"
// whose kind its content tells, else a reference: in the running engines, then in the registry.
// `cancel` and `progress` of the options must outlive the image: sources fetch when they are asked.
// Exactly one image, or Usage naming the choices when the target holds several.
Result<std::unique_ptr<Image>> open_image(std::string_view target, const OpenOptions& options);
// All images of a target (a docker archive or layout may hold several).
Result<std::vector<std::unique_ptr<Image>>> open_images(std::string_view target, const OpenOptions& options);
// True for a folder that is an image by its content, or a root file system.
bool is_image_folder(const std::string& folder);

}  // namespace whittle
