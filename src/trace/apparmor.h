// An AppArmor profile that a traced program keeps. Source: apparmor.d(5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/image.h"
#include "model/trace.h"

namespace whittle {

// The rules of a profile: programs are run from the folders that some were run from, files are
// written in the folders that some were written in and in volumes, the network is used if it was.
// Reading stays free: a trace names paths as programs do, and AppArmor judges where their links
// lead. `capabilities`: "NET_BIND_SERVICE".
std::string apparmor_rules(const Trace& trace,
                           const RunConfig& config,
                           const std::vector<std::string>& capabilities);

// "whittle-shop-1.4": what the profile of an image is called.
std::string apparmor_name(std::string_view image);

// The whole profile, with how it is loaded and used.
std::string apparmor_profile(std::string_view rules, std::string_view image);

}  // namespace whittle
