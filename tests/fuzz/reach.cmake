whittle_fuzz(reach whittle_reach)
