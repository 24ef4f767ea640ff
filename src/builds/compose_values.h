// The short forms of Compose: commands, ports and volumes as one text.
// Source: Compose specification, services: command, ports, volumes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/services.h"

namespace whittle {

// Ports of one range that are looked at.
inline constexpr size_t kMaxPortRange = 64;

// `server --name "a b"` to words, with the quotes and backslashes of a shell and nothing else of
// it. Invalid for a quote that is not closed.
Result<std::vector<std::string>> split_command(std::string_view text);

// The container's TCP ports of "[[IP:]HOST:]CONTAINER[/PROTOCOL]", where ports may be ranges; none
// for other protocols. Invalid for what is no port.
Result<std::vector<uint16_t>> parse_ports(std::string_view text);

// "[SOURCE:]TARGET[:MODE]". A source that begins with `/`, `.` or `~` is a path, as it is written.
// Invalid for anything without a target.
Result<ServiceMount> parse_volume(std::string_view text);

}  // namespace whittle
