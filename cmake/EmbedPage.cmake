# Joins data/html into one page and writes it as a C++ source.
# usage: cmake -DSOURCE=data/html -DOUTPUT=page.cc -P EmbedPage.cmake
file(READ "${SOURCE}/page.html" page)
file(READ "${SOURCE}/page.css" style)
file(GLOB scripts "${SOURCE}/js/*.js")
list(SORT scripts)
set(script "")
foreach(path IN LISTS scripts)
  file(READ "${path}" part)
  string(APPEND script "${part}")
endforeach()
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")
file(WRITE "${OUTPUT}.html" "${page}")
file(READ "${OUTPUT}.html" bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE "${OUTPUT}" "// Made from data/html by cmake/EmbedPage.cmake.
#include \"report/formats/html_page.h\"

namespace whittle {

namespace {

const unsigned char kPage[] = {
${bytes}};

}  // namespace

std::string_view html_page() {
  return {reinterpret_cast<const char*>(kPage), sizeof kPage};
}

}  // namespace whittle
")
