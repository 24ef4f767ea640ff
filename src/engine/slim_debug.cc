#include "engine/slim_debug.h"

#include "base/fs.h"
#include "base/strings.h"
#include "image/content.h"
#include "slim/debug_image.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxBytes = 32ULL << 20;
constexpr std::string_view kPlaces[] = {"bin/busybox",
                                        "usr/bin/busybox",
                                        "bin/busybox.static",
                                        "usr/bin/busybox.static",
                                        "usr/local/bin/busybox"};

}  // namespace

Result<DebugTools> find_debug_tools(const SlimSource& source,
                                    const TreePaths& paths,
                                    const OpenOptions& open) {
  const std::string& architecture = source.image->info().config.platform.architecture;
  ContentOptions reading;
  reading.limits = open.limits;
  reading.max_bytes = kMaxBytes;
  reading.cancel = open.cancel;
  for (std::string_view place : kPlaces) {
    NodeId node = paths.resolve(place, kRootNode);
    if (node == kNoNode || !paths.is_file(node) || paths.size_of(node) > kMaxBytes) continue;
    EntryRef content = paths.tree().content(node);
    const LayerIndex& layer = *paths.tree().layers[content.layer];
    TRY_ASSIGN(std::string program,
               read_content(*source.image, layer, content.layer, content.entry, reading));
    if (is_static_program(program, architecture))
      return DebugTools{std::move(program), "the image's " + printable(place)};
  }
  for (std::string_view place : kPlaces) {
    Result<std::string> program = read_file("/" + std::string(place), kMaxBytes);
    if (program.ok() && is_static_program(*program, architecture))
      return DebugTools{std::move(*program), "this machine's /" + std::string(place)};
  }
  return Error(ErrorKind::NotFound,
               "no static busybox for " + printable(architecture) +
                   " is in the image or on this machine, so there are no tools to debug with")
      .hint("Install busybox-static, or leave --debug-companion out");
}

}  // namespace whittle
