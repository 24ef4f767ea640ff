whittle_fuzz(sbom whittle_packages)
