#include "net/curl.h"

#include <dlfcn.h>

#include <string>

namespace whittle {

namespace {

constexpr const char* kLibrary = "libcurl.so.4";

struct Loaded {
  CurlLibrary library;
  std::string problem;  // "" when all is well
};

// Never unloaded: its threads and tables live as long as the program.
Loaded load() {
  Loaded loaded;
  void* handle = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* why = ::dlerror();
    loaded.problem = why == nullptr ? kLibrary : why;
    return loaded;
  }
  auto find = [&]<typename Function>(const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(handle, name));
    if (function == nullptr) loaded.problem = std::string(kLibrary) + " has no " + name;
  };
  CurlLibrary& library = loaded.library;
  find("curl_easy_cleanup", library.easy_cleanup);
  find("curl_easy_getinfo", library.easy_getinfo);
  find("curl_easy_init", library.easy_init);
  find("curl_easy_pause", library.easy_pause);
  find("curl_easy_reset", library.easy_reset);
  find("curl_easy_setopt", library.easy_setopt);
  find("curl_easy_strerror", library.easy_strerror);
  find("curl_free", library.free);
  find("curl_global_init", library.global_init);
  find("curl_multi_add_handle", library.multi_add_handle);
  find("curl_multi_cleanup", library.multi_cleanup);
  find("curl_multi_info_read", library.multi_info_read);
  find("curl_multi_init", library.multi_init);
  find("curl_multi_perform", library.multi_perform);
  find("curl_multi_poll", library.multi_poll);
  find("curl_multi_remove_handle", library.multi_remove_handle);
  find("curl_slist_append", library.slist_append);
  find("curl_slist_free_all", library.slist_free_all);
  find("curl_url", library.url);
  find("curl_url_cleanup", library.url_cleanup);
  find("curl_url_get", library.url_get);
  find("curl_url_set", library.url_set);
  find("curl_version_info", library.version_info);
  if (loaded.problem.empty()) library.global_init(CURL_GLOBAL_DEFAULT);
  return loaded;
}

const Loaded& loaded_library() {
  static const Loaded& loaded = *new Loaded(load());  // pools of connections may end later
  return loaded;
}

}  // namespace

Status load_curl() {
  const std::string& problem = loaded_library().problem;
  if (problem.empty()) return {};
  return Error(ErrorKind::NotFound, "libcurl cannot be loaded: " + problem)
      .hint("install libcurl 4 (Debian: libcurl4)");
}

const CurlLibrary& curl() {
  CHECK(loaded_library().problem.empty());
  return loaded_library().library;
}

}  // namespace whittle
