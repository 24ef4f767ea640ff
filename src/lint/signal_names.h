// Names of signals as STOPSIGNAL takes them: "SIGTERM", "term" and "15" are one.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

// "SIGTERM" of each of its forms; the text as it stands, in upper case, for what is no signal of
// Linux. Source: signal(7), numbers of x86 and ARM.
std::string canonical_signal(std::string_view text);

// True for a name or number of signal(7), "RTMIN+3" and "SIGRTMAX-1" too.
bool is_signal(std::string_view text);

}  // namespace whittle
