#include "sensor/permissions.h"

#include <asm/statfs.h>
#include <linux/errno.h>

namespace whittle::sensor {

namespace {

constexpr uint64_t kOverride = 1ULL << 1;  // CAP_DAC_OVERRIDE
constexpr uint64_t kOwner = 1ULL << 3;     // CAP_FOWNER
constexpr long kReadOnly = 1;              // ST_RDONLY
constexpr unsigned kSticky = 01000;

bool may_write(const Rights& rights, const Found& found) {
  if ((rights.capabilities & kOverride) != 0) return true;
  if (rights.user == found.user) return (found.mode & 0200) != 0;
  if (rights.has_group(found.group)) return (found.mode & 0020) != 0;
  return (found.mode & 0002) != 0;
}

}  // namespace

long may_change(
    const Target& target, const Path& root, const Path& path, const Found& found, Use use) {
  static Path full;
  full.cut(0);
  full.add(root.c_str()).add(path.c_str());
  struct statfs system = {};
  if (call(__NR_statfs, full.c_str(), &system) == 0 && (system.f_flags & kReadOnly) != 0)
    return EROFS;
  Rights rights = target.rights();
  if (!rights.is_known) return 0;
  if (use == Use::Change) {
    bool owns = rights.user == found.user || (rights.capabilities & kOwner) != 0;
    return owns ? 0 : EPERM;
  }
  if (use == Use::Write) return may_write(rights, found) ? 0 : EACCES;
  static Path folder;
  folder_of(path, folder);
  full.cut(0);
  full.add(root.c_str()).add(folder.c_str());
  Found above = look_up(full.c_str(), true);
  if (above.error != 0) return above.error;
  if (!may_write(rights, above)) return EACCES;
  bool owns =
      rights.user == found.user || rights.user == above.user || (rights.capabilities & kOwner) != 0;
  return (above.mode & kSticky) != 0 && !owns ? EPERM : 0;
}

}  // namespace whittle::sensor
