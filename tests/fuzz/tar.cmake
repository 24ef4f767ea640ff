whittle_fuzz(tar whittle_codec)
