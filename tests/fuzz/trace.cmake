whittle_fuzz(trace whittle_trace)
