// Documents as other tools write them.
#include "packages/read_sbom.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whittle {
namespace {

using testing::ElementsAre;

PackageCatalog read(std::string_view text) {
  Result<PackageCatalog> catalog = read_sbom(text);
  CHECK(catalog.ok());
  return std::move(*catalog);
}

TEST(ReadSbom, takes_cyclonedx_of_trivy) {
  PackageCatalog catalog = read(R"({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
    {"type": "operating-system", "name": "debian", "version": "12.5", "bom-ref": "os"},
    {"type": "library", "name": "libc6", "version": "2.36-9+deb12u4",
     "purl": "pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12.5",
     "licenses": [{"license": {"name": "LGPL-2.1"}}, {"license": {"id": "MIT"}}],
     "properties": [{"name": "aquasecurity:trivy:SrcName", "value": "glibc"},
                    {"name": "aquasecurity:trivy:SrcVersion", "value": "2.36"},
                    {"name": "aquasecurity:trivy:SrcRelease", "value": "9+deb12u4"}]},
    {"type": "application", "name": "app", "components": [
      {"type": "library", "name": "core", "group": "@angular", "purl": "pkg:npm/%40angular/core@17.0.0"}]}
  ]})");
  EXPECT_EQ(catalog.distribution.id + " " + catalog.distribution.version, "debian 12.5");
  ASSERT_EQ(catalog.packages.size(), 2U);
  const Package& libc = catalog.packages[0];
  EXPECT_EQ(libc.type + " " + libc.name + " " + libc.version, "deb libc6 2.36-9+deb12u4");
  EXPECT_EQ(libc.architecture, "amd64");
  EXPECT_EQ(libc.source_name, "glibc");
  EXPECT_EQ(libc.source_version, "");  // the package's own
  EXPECT_THAT(libc.licenses, ElementsAre("LGPL-2.1", "MIT"));
  EXPECT_EQ(catalog.packages[1].name, "@angular/core");
}

TEST(ReadSbom, takes_spdx_of_syft) {
  PackageCatalog catalog = read(R"({"spdxVersion": "SPDX-2.3", "packages": [
    {"name": "image", "SPDXID": "SPDXRef-Image", "externalRefs": [
      {"referenceType": "purl", "referenceLocator": "pkg:oci/x@sha256:00"}]},
    {"name": "bash", "licenseDeclared": "GPL-3.0-or-later", "externalRefs": [
      {"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:x"},
      {"referenceType": "purl", "referenceLocator":
       "pkg:rpm/rhel/bash@5.1.8-6.el9?arch=x86_64&epoch=1&upstream=bash-5.1.8-6.el9.src.rpm&distro=rhel-9.2"}]},
    {"name": "libssl3", "licenseDeclared": "NOASSERTION", "externalRefs": [
      {"referenceType": "purl", "referenceLocator":
       "pkg:rpm/rhel/openssl-libs@3.0.7-1.el9?upstream=openssl-3.0.7-1.el9.src.rpm&distro=rhel-9.2"}]}
  ]})");
  EXPECT_EQ(catalog.distribution.id + " " + catalog.distribution.version, "rhel 9.2");
  ASSERT_EQ(catalog.packages.size(), 2U);
  EXPECT_EQ(catalog.packages[0].version, "1:5.1.8-6.el9");
  EXPECT_EQ(catalog.packages[0].source_name, "");
  EXPECT_THAT(catalog.packages[0].licenses, ElementsAre("GPL-3.0-or-later"));
  EXPECT_EQ(catalog.packages[1].source_name, "openssl");
  EXPECT_THAT(catalog.packages[1].licenses, ElementsAre());
}

TEST(ReadSbom, looks_into_statements) {
  PackageCatalog catalog = read(R"({"predicateType": "https://cyclonedx.org/bom", "predicate":
    {"bomFormat": "CycloneDX", "components": [{"purl": "pkg:cargo/rand@0.8.5"}, {"purl": 1}, 3]}})");
  ASSERT_EQ(catalog.packages.size(), 1U);
  EXPECT_EQ(catalog.packages[0].type, "cargo");
}

TEST(ReadSbom, says_what_it_does_not_take) {
  EXPECT_EQ(read_sbom("<bom/>").error().kind(), ErrorKind::Invalid);
  EXPECT_EQ(read_sbom(std::string(100'000, '[')).error().kind(), ErrorKind::Invalid);
  EXPECT_EQ(read_sbom("{\"spdxVersion\": \"SPDX-3.0\"}").error().kind(), ErrorKind::Unsupported);
  EXPECT_TRUE(is_sbom("\n {\"$schema\": \"x\", \"bomFormat\": \"CycloneDX\""));
  EXPECT_FALSE(is_sbom("[\"CycloneDX\"]"));
  EXPECT_FALSE(is_sbom("{\"schemaVersion\": 2}"));
}

}  // namespace
}  // namespace whittle
