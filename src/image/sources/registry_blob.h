// Inside of sources: a blob of a registry as a stream that outlives broken connections: it is asked
// for again from where it ended.
#pragma once

#include <memory>

#include "codec/byte_source.h"
#include "image/sources/registry_client.h"

namespace whittle {

// The request is made before this returns: NotFound and refused logins are told here. The client
// must outlive the stream.
Result<std::unique_ptr<ByteSource>> open_registry_blob(const RegistryClient& client,
                                                       const Descriptor& blob);

}  // namespace whittle
