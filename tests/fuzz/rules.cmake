whittle_fuzz(rules whittle_plan whittle_lint_rules)
target_include_directories(fuzz_rules PRIVATE "${PROJECT_SOURCE_DIR}/tests")
