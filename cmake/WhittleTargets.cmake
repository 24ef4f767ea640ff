# How a folder under src/ becomes a library and its tests a program.

add_library(whittle_flags INTERFACE)
target_compile_features(whittle_flags INTERFACE cxx_std_20)
target_compile_options(whittle_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  $<$<BOOL:${WHITTLE_WERROR}>:-Werror>
  # GCC 12 warns wrongly about std::string's own operator+ when it optimises (GCC bug 105329).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
target_compile_definitions(whittle_flags INTERFACE $<$<NOT:$<CONFIG:Release>>:_GLIBCXX_ASSERTIONS>)
if(WHITTLE_SANITIZE)
  target_compile_options(whittle_flags INTERFACE
    -fsanitize=${WHITTLE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(whittle_flags INTERFACE -fsanitize=${WHITTLE_SANITIZE})
endif()
if(WHITTLE_FUZZ)
  target_compile_options(whittle_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(WHITTLE_UNITY)
  # A local name may be another file's function; what stands in an included file may be no header's.
  target_compile_options(whittle_flags INTERFACE
    -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
set(CMAKE_CXX_EXTENSIONS OFF)

# whittle_units(OUT TARGET SOURCE...)
# OUT: the sources, or with WHITTLE_UNITY the few translation units that hold them (cmake/unity.py).
function(whittle_units out target)
  set(units ${ARGN})
  if(WHITTLE_UNITY)
    find_package(Python3 REQUIRED COMPONENTS Interpreter)
    set(alone "")
    set(joined "")
    foreach(source IN LISTS ARGN)
      get_source_file_property(is_alone "${source}" SKIP_UNITY_BUILD_INCLUSION)
      if(is_alone)
        list(APPEND alone "${source}")
      else()
        list(APPEND joined "${source}")
      endif()
    endforeach()
    execute_process(
      COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/cmake/unity.py"
        "${CMAKE_CURRENT_BINARY_DIR}/units/${target}" "${PROJECT_SOURCE_DIR}" 12 ${joined}
      OUTPUT_VARIABLE units OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    string(REPLACE "\n" ";" units "${units}")
    list(APPEND units ${alone})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARGN} "${PROJECT_SOURCE_DIR}/cmake/unity.py")
  endif()
  set(${out} ${units} PARENT_SCOPE)
endfunction()

# whittle_library(NAME [PUBLIC lib...] [PRIVATE lib...])
# Library whittle_NAME from all *.cc of the current folder; the *_test.cc become whittle_NAME_test.
# PUBLIC: what the headers need. PRIVATE: what only the .cc files need.
function(whittle_library name)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(NOT sources)
    message(WARNING "whittle_${name} has no sources yet")
    add_library(whittle_${name} INTERFACE)
    target_link_libraries(whittle_${name} INTERFACE whittle_flags ${ARG_PUBLIC})
    return()
  endif()
  whittle_units(units whittle_${name} ${sources})
  add_library(whittle_${name} STATIC ${units})
  target_include_directories(whittle_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(whittle_${name} PUBLIC whittle_flags ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  set_property(GLOBAL APPEND PROPERTY WHITTLE_LIBRARIES whittle_${name})
  if(tests AND WHITTLE_TESTS)
    whittle_units(units whittle_${name}_test ${tests})
    add_executable(whittle_${name}_test ${units})
    target_link_libraries(whittle_${name}_test
      PRIVATE whittle_${name} ${ARG_PRIVATE} GTest::gmock GTest::gtest_main)
    target_include_directories(whittle_${name}_test PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_compile_definitions(whittle_${name}_test
      PRIVATE WHITTLE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND whittle_${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 600)
  endif()
endfunction()
