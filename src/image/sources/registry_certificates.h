// Inside of sources: certificates that Docker and Podman keep for a registry.
#pragma once

#include <string>

#include "base/result.h"
#include "net/http.h"

namespace whittle {

// What certs.d/HOST[:PORT]/ holds: *.crt are authorities, NAME.cert with NAME.key is who we are
// (the first pair by name). The first folder there is of ~/.config/containers, ~/.config/docker,
// /etc/containers and /etc/docker counts. `ca_file` ("": none) is trusted as well. Errors: Invalid
// for half a pair. Sources: Docker's "Verify repository client with certificates",
// containers-certs.d(5).
Result<TlsOptions> registry_certificates(const std::string& host, const std::string& ca_file);

}  // namespace whittle
