whittle_fuzz(jimage whittle_slim)
