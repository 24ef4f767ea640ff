whittle_fuzz(tar whittle_codec)
target_include_directories(fuzz_tar PRIVATE "${PROJECT_SOURCE_DIR}/tests")
