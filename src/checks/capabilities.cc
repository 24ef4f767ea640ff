#include "checks/capabilities.h"

#include <array>

namespace whittle {

namespace {

constexpr auto kNames = std::to_array<std::string_view>({"CHOWN",
                                                         "DAC_OVERRIDE",
                                                         "DAC_READ_SEARCH",
                                                         "FOWNER",
                                                         "FSETID",
                                                         "KILL",
                                                         "SETGID",
                                                         "SETUID",
                                                         "SETPCAP",
                                                         "LINUX_IMMUTABLE",
                                                         "NET_BIND_SERVICE",
                                                         "NET_BROADCAST",
                                                         "NET_ADMIN",
                                                         "NET_RAW",
                                                         "IPC_LOCK",
                                                         "IPC_OWNER",
                                                         "SYS_MODULE",
                                                         "SYS_RAWIO",
                                                         "SYS_CHROOT",
                                                         "SYS_PTRACE",
                                                         "SYS_PACCT",
                                                         "SYS_ADMIN",
                                                         "SYS_BOOT",
                                                         "SYS_NICE",
                                                         "SYS_RESOURCE",
                                                         "SYS_TIME",
                                                         "SYS_TTY_CONFIG",
                                                         "MKNOD",
                                                         "LEASE",
                                                         "AUDIT_WRITE",
                                                         "AUDIT_CONTROL",
                                                         "SETFCAP",
                                                         "MAC_OVERRIDE",
                                                         "MAC_ADMIN",
                                                         "SYSLOG",
                                                         "WAKE_ALARM",
                                                         "BLOCK_SUSPEND",
                                                         "AUDIT_READ",
                                                         "PERFMON",
                                                         "BPF",
                                                         "CHECKPOINT_RESTORE"});

uint32_t word_at(std::string_view bytes, size_t at) {
  uint32_t word = 0;
  for (size_t i = 4; i-- > 0;)
    word = word << 8U | static_cast<unsigned char>(bytes[at + i]);  // little endian
  return word;
}

}  // namespace

FileCapabilities file_capabilities(const LayerIndex& layer, const Entry& entry) {
  FileCapabilities found;
  for (const Xattr& xattr : layer.xattrs_of(entry)) {
    std::string_view value = layer.name(xattr.value);
    constexpr size_t kLeastBytes = 12;
    constexpr size_t kTwoWords = 20;
    if (layer.name(xattr.name) != "security.capability" || value.size() < kLeastBytes) continue;
    found.is_effective = (word_at(value, 0) & 1U) != 0;
    found.permitted = word_at(value, 4);
    if (value.size() >= kTwoWords) found.permitted |= uint64_t{word_at(value, 12)} << 32U;
  }
  return found;
}

std::vector<std::string> capability_names(uint64_t bits) {
  std::vector<std::string> names;
  for (size_t i = 0; i < kNames.size(); ++i) {
    if ((bits >> i & 1U) != 0) names.push_back("CAP_" + std::string(kNames[i]));
  }
  return names;
}

std::vector<std::string> capabilities_of(const LayerIndex& layer, const Entry& entry) {
  return capability_names(file_capabilities(layer, entry).permitted);
}

}  // namespace whittle
