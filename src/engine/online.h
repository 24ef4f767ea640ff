// Who asks registries and web servers for lint. Made only where the user wants the network to be
// asked.
#pragma once

#include <memory>

#include "base/cancel.h"
#include "base/limits.h"
#include "image/source.h"
#include "lint/online.h"

namespace whittle {

// `options` as for opening images: credentials, mirrors and hosts for plain HTTP count here, too.
// `cancel` and `progress` of it must outlive what is made; what could not be had is a note there.
std::shared_ptr<OnlineFacts> make_online_facts(OpenOptions options);

}  // namespace whittle
