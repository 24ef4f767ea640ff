whittle_fuzz(keys whittle_tui)
