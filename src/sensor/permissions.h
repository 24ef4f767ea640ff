// Whether a program may change something: the call itself goes on after it was recorded, so its
// result is not seen.
#pragma once

#include "sensor/calls.h"
#include "sensor/paths.h"

namespace whittle::sensor {

// 0, EROFS, EACCES or EPERM by mode bits, owner and capabilities; access control lists and security
// modules are not asked. `use` Create and Remove ask for the right to change the folder `found`
// lies in.
long may_change(
    const Target& target, const Path& root, const Path& path, const Found& found, Use use);

}  // namespace whittle::sensor
