// The options of the commands that look at images (analyze, diff, explore): where the image comes
// from, what is asked of it, and what is remembered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "engine/inspect.h"
#include "image/cache.h"

namespace whittle {

struct CacheSettings {
  std::string folder;  // "": the default
  uint64_t max_bytes = LayerCache::kDefaultMaxBytes;
  bool is_off = false;
};

// --cache-dir and --cache-size.
const std::vector<OptionRowGroup<CacheSettings>>& cache_rows();
fs::path cache_folder(const CacheSettings& settings);

// The groups of a command's options that stand behind its own.
std::vector<OptionGroup> inspect_option_groups();
// The command's own groups and these.
std::vector<OptionGroup> with_inspect_options(std::vector<OptionGroup> own);

// Those of them that a command needs which takes an image as it is: how it is opened, and what
// `more` names.
std::vector<OptionGroup> open_option_groups(const std::vector<std::string_view>& more);

// What these options say, for one target. The invocation must outlive the result.
Result<InspectOptions> inspect_options(const Invocation& invocation, const std::string& target);

// TARGET, or what the command calls it.
Positional target_positional(std::string name, std::string help);
// A paragraph for the command's description: how a target is written, with every transport.
const std::string& target_paragraph();

// "layer (...), package (...)": the dimensions of -d, for descriptions.
std::string dimension_list();

// "os/architecture[/variant][:os.version]"; Usage error otherwise.
Result<Platform> parse_platform(std::string_view text);

}  // namespace whittle
