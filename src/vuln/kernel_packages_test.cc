#include "vuln/kernel_packages.h"

#include <gtest/gtest.h>

namespace whittle {
namespace {

KernelPart part(const char* type, const char* name, const char* source) {
  Package package;
  package.type = type;
  package.name = name;
  package.source_name = source;
  return kernel_part(package);
}

TEST(KernelPackages, HeadersHoldNoCodeOfIt) {
  EXPECT_EQ(part("deb", "linux-libc-dev", "linux"), KernelPart::Headers);
  EXPECT_EQ(part("deb", "linux-headers-6.1.0-18-amd64", "linux"), KernelPart::Headers);
  EXPECT_EQ(part("deb", "linux-azure-6.5-headers-6.5.0-1007", "linux-azure-6.5"),
            KernelPart::Headers);
  EXPECT_EQ(part("deb", "linux-kbuild-6.1", "linux"), KernelPart::Headers);
  EXPECT_EQ(part("rpm", "kernel-headers", "kernel"), KernelPart::Headers);
  EXPECT_EQ(part("rpm", "kernel-default-devel", "kernel-default"), KernelPart::Headers);
  EXPECT_EQ(part("rpm", "linux-glibc-devel", ""), KernelPart::Headers);
  EXPECT_EQ(part("apk", "linux-headers", "linux-headers"), KernelPart::Headers);
}

TEST(KernelPackages, ToolsAreProgramsOfTheirOwn) {
  EXPECT_EQ(part("deb", "linux-perf", "linux"), KernelPart::Tools);
  EXPECT_EQ(part("deb", "linux-hwe-6.5-tools-6.5.0-14", "linux-hwe-6.5"), KernelPart::Tools);
  EXPECT_EQ(part("deb", "bpftool", "linux"), KernelPart::Tools);
  EXPECT_EQ(part("rpm", "perf", "kernel"), KernelPart::Tools);
  EXPECT_EQ(part("rpm", "kernel-tools-libs", "kernel"), KernelPart::Tools);
}

TEST(KernelPackages, KernelsAndNamesakesAreNeither) {
  EXPECT_EQ(part("deb", "linux-image-6.1.0-18-amd64", "linux-signed-amd64"), KernelPart::None);
  EXPECT_EQ(part("deb", "linux-modules-6.5.0-14-generic", "linux"), KernelPart::None);
  EXPECT_EQ(part("deb", "linux-base", "linux-base"), KernelPart::None);
  EXPECT_EQ(part("rpm", "kernel-core", "kernel"), KernelPart::None);
  EXPECT_EQ(part("rpm", "kernel", ""), KernelPart::None);
  EXPECT_EQ(part("rpm", "perf", "somebody"), KernelPart::None);
  EXPECT_EQ(part("deb", "usbip", ""), KernelPart::None);
  EXPECT_EQ(part("npm", "linux-libc-dev", ""), KernelPart::None);
}

}  // namespace
}  // namespace whittle
