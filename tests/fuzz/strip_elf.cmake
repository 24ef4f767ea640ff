whittle_fuzz(strip_elf whittle_slim)
