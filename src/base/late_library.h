// A shared library that is loaded when it is first needed. Linked as usual, libraries for rare work
// cost every start of the program more than a look at a Dockerfile takes.
#pragma once

#include <string>

#include "base/result.h"

namespace whittle {

// Never unloaded: a library's threads and tables live as long as the program. Not thread-safe; the
// object is made inside the initialisation of a static.
class LateLibrary {
 public:
  // `file`: what the loader looks for, as "libcurl.so.4". `install`: how to get it, for people.
  LateLibrary(const char* file, const char* install);

  // Sets a pointer to the function of that name; nullptr, and status() says so, if there is none.
  template <typename Function>
  void find(const char* name, Function*& function) {
    function = reinterpret_cast<Function*>(symbol(name));
  }

  // Error: NotFound where the library, or a function asked for so far, is missing.
  Status status() const;

 private:
  void* symbol(const char* name);

  const char* file_;
  const char* install_;
  void* handle_ = nullptr;
  std::string problem_;  // "" when all is well
};

}  // namespace whittle
