// Becoming the image's user, as a container engine would have.
#pragma once

#include "sensor/system.h"

namespace whittle::sensor {

struct User {
  uint32_t id = 0;
  uint32_t group = 0;
  uint32_t groups[64] = {};
  unsigned group_count = 0;
  Text<512> home{"/"};
};

// "name", "name:group" or numbers, by the container's /etc/passwd and /etc/group (the image spec's
// `User`). False if it is not known there.
bool find_user(const char* words, User& user);

// Groups, group, user. 0 or -errno.
long become(const User& user);

}  // namespace whittle::sensor
