#include "base/late_library.h"

#include <dlfcn.h>

namespace whittle {

LateLibrary::LateLibrary(const char* file, const char* install) : file_(file), install_(install) {
  handle_ = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (handle_ != nullptr) return;
  const char* why = ::dlerror();
  problem_ = why == nullptr ? file : why;
}

void* LateLibrary::symbol(const char* name) {
  if (handle_ == nullptr) return nullptr;
  void* found = ::dlsym(handle_, name);
  if (found == nullptr) problem_ = std::string(file_) + " has no " + name;
  return found;
}

Status LateLibrary::status() const {
  if (problem_.empty()) return {};
  return Error(ErrorKind::NotFound, "a library cannot be loaded: " + problem_).hint(install_);
}

}  // namespace whittle
