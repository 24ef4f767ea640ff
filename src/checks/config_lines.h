// What files of the system's configuration say that a check asks for: accounts, sudo, sshd, package
// managers that trust anything, start scripts. Taken when a layer is read; of passwords only
// whether there is one is kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/content_topic.h"

namespace whittle {

// One thing that a file says.
struct ConfigLine {
  std::string_view kind;                // one of those below
  uint32_t line = 0;                    // 1-based
  std::vector<std::string_view> words;  // as the kind has them
};

inline constexpr std::string_view kUserLine = "user";      // name, uid, gid, home, shell, password
inline constexpr std::string_view kGroupLine = "group";    // name, gid, members, password
inline constexpr std::string_view kShadowLine = "shadow";  // name, password
inline constexpr std::string_view kSudoLine = "sudo";      // who may do anything without a password
inline constexpr std::string_view kSshdLine = "sshd";      // a setting of sshd, its value
inline constexpr std::string_view kTrustLine = "trust";    // what switches a signature check off
inline constexpr std::string_view kScriptLine = "script";  // a command and its absolute paths

// What stands for a password.
inline constexpr std::string_view kNoPassword = "none";        // none is asked for
inline constexpr std::string_view kLockedPassword = "locked";  // nothing fits
inline constexpr std::string_view kOtherPassword = "other";    // is elsewhere ("x")
inline constexpr std::string_view kHashedPassword = "hash";
inline constexpr std::string_view kWeakPassword = "weak";  // a hash that is guessed quickly

// Whether the command of a script's line changes what its paths name; ">" is a redirect.
bool writes_to_paths(std::string_view command);

// What the pass over a layer keeps of those files; the same for every image.
ContentWish check_contents();

// The lines of a file, as they are kept; "" for a file without any. Never fails. The path says what
// is read: passwd(5), group(5), shadow(5), sudoers(5), sshd_config(5), apt's, yum's, pip's and
// npm's configuration, POSIX shell.
std::string config_lines_of(std::string_view path, std::string_view content);

// What was kept of a file; "" for nothing.
std::string_view kept_config_lines(const LayerIndex& layer, EntryId file);

// Views into the text. Lines that are none are passed over.
std::vector<ConfigLine> read_config_lines(std::string_view text);

}  // namespace whittle
