whittle_fuzz(builds whittle_builds)
