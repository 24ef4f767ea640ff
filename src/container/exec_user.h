// Who a container runs as: an image's USER looked up in the image's own passwd and group files.
// Rules: moby/sys user.GetExecUser, which Docker, Podman and containerd share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whittle {

struct ExecUser {
  uint32_t uid = 0;
  uint32_t gid = 0;
  std::vector<uint32_t> groups;  // additional ones, in the order of the group file
  std::string home = "/";
};

// `user`: "", "name", "uid", "name:group", "uid:gid". Malformed lines are skipped.
// ErrorKind::Invalid for a name that is in neither file.
Result<ExecUser> resolve_user(std::string_view user,
                              std::string_view passwd,
                              std::string_view group);

}  // namespace whittle
