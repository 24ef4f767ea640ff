# Joins a page's parts and writes it as a C++ source that defines FUNCTION.
# usage: cmake -DSOURCE=data/html -DSHARED=data/html -DFUNCTION=html_page -DOUTPUT=page.cc -P EmbedPage.cmake
# SOURCE has page.html, page.css and js/*.js. Another page's SHARED gives what all pages have: page.css and js/1*.js.
file(READ "${SOURCE}/page.html" page)
file(GLOB scripts "${SOURCE}/js/*.js")
list(SORT scripts)
set(style "")
if(NOT SHARED STREQUAL SOURCE)
  file(READ "${SHARED}/page.css" style)
  file(GLOB shared_scripts "${SHARED}/js/1*.js")
  list(SORT shared_scripts)
  list(PREPEND scripts ${shared_scripts})
endif()
file(READ "${SOURCE}/page.css" own_style)
string(APPEND style "${own_style}")
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
file(WRITE "${OUTPUT}" "// Made from the parts in data/html by cmake/EmbedPage.cmake.
#include \"report/formats/html_page.h\"

namespace whittle {

namespace {

const unsigned char kPage[] = {
${bytes}};

}  // namespace

std::string_view ${FUNCTION}() {
  return {reinterpret_cast<const char*>(kPage), sizeof kPage};
}

}  // namespace whittle
")
