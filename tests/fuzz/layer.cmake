whittle_fuzz(layer whittle_image)
