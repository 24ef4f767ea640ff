#include "vuln/kernel_packages.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace whittle {

namespace {

struct KernelRow {
  std::string_view type;
  std::string_view begins;    // of the package's name
  std::string_view contains;  // in what follows; "" nothing is asked for
  KernelPart part;
};

using enum KernelPart;

constexpr KernelRow kRows[] = {
    {"deb", "linux-libc-dev", "", Headers},
    {"deb", "linux-headers", "", Headers},
    {"deb", "linux-", "-headers-", Headers},  // linux-azure-headers-6.5.0-1007
    {"deb", "linux-kbuild-", "", Headers},
    {"deb", "linux-compiler-", "", Headers},
    {"deb", "linux-source", "", Headers},
    {"deb", "linux-doc", "", Headers},
    {"deb", "linux-perf", "", Tools},
    {"deb", "linux-tools-", "", Tools},
    {"deb", "linux-", "-tools-", Tools},
    {"deb", "linux-cpupower", "", Tools},
    {"deb", "libcpupower", "", Tools},
    {"deb", "bpftool", "", Tools},
    {"deb", "usbip", "", Tools},
    {"deb", "hyperv-daemons", "", Tools},
    {"deb", "rtla", "", Tools},
    {"rpm", "kernel-headers", "", Headers},
    {"rpm", "kernel-cross-headers", "", Headers},
    {"rpm", "kernel-doc", "", Headers},
    {"rpm", "kernel-macros", "", Headers},
    {"rpm", "kernel-source", "", Headers},
    {"rpm", "kernel-", "devel", Headers},  // kernel-devel, kernel-default-devel
    {"rpm", "linux-glibc-devel", "", Headers},
    {"rpm", "kernel-tools", "", Tools},
    {"rpm", "perf", "", Tools},
    {"rpm", "python3-perf", "", Tools},
    {"rpm", "bpftool", "", Tools},
    {"apk", "linux-headers", "", Headers},
};

// A name is not enough: perf and usbip could be anybody's.
bool is_of_kernel_source(const Package& package) {
  std::string_view source = package.source_name.empty() ? package.name : package.source_name;
  return source == "linux" || source.starts_with("linux-") || source == "kernel" ||
         source.starts_with("kernel-");
}

}  // namespace

KernelPart kernel_part(const Package& package) {
  std::string_view name = package.name;
  auto is_row = [&](const KernelRow& row) {
    return row.type == package.type && name.starts_with(row.begins) &&
           (row.contains.empty() ||
            name.find(row.contains, row.begins.size() - 1) != std::string_view::npos);
  };
  auto row = std::find_if(std::begin(kRows), std::end(kRows), is_row);
  return row != std::end(kRows) && is_of_kernel_source(package) ? row->part : None;
}

}  // namespace whittle
