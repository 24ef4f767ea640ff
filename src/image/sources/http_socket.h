// Inside of sources: HTTP GET over a Unix socket. The only user of libcurl here.
#pragma once

#include <cstdint>
#include <string>

#include "image/source.h"

namespace whittle {

struct SocketReply {
  long status = 0;
  std::string body;         // of a small answer, or of an error; at most 1 MiB
  std::string api_version;  // header Api-Version
};

// GET http://localhost/PATH. A body that comes with status 200 goes to `body_fd` if that is not -1,
// with progress. Errors: NotFound if nobody answers at the socket, Failed for a broken transfer,
// Cancelled.
Result<SocketReply> socket_get(const std::string& socket,
                               const std::string& path,
                               int body_fd,
                               const OpenOptions& options);
// For a path: everything but letters, digits and -._~/:@ as %NN.
std::string url_encode(std::string_view text);

}  // namespace whittle
