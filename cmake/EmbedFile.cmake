# Writes the bytes of a file as a C++ source with one function.
# usage: cmake -DSOURCE=file -DOUTPUT=x.cc -DHEADER=folder/x.h -DFUNCTION=name -P EmbedFile.cmake
file(READ "${SOURCE}" bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE "${OUTPUT}" "// Made by cmake/EmbedFile.cmake.
#include \"${HEADER}\"

namespace whittle {

namespace {

const unsigned char kBytes[] = {
${bytes}};

}  // namespace

std::string_view ${FUNCTION}() {
  return {reinterpret_cast<const char*>(kBytes), sizeof kBytes};
}

}  // namespace whittle
")
