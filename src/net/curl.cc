#include "net/curl.h"

#include "base/late_library.h"

namespace whittle {

namespace {

struct Loaded {
  CurlLibrary library;
  Status status;
};

Loaded load() {
  Loaded loaded;
  LateLibrary late("libcurl.so.4", "install libcurl 4 (Debian: libcurl4)");
  CurlLibrary& library = loaded.library;
  late.find("curl_easy_cleanup", library.easy_cleanup);
  late.find("curl_easy_getinfo", library.easy_getinfo);
  late.find("curl_easy_init", library.easy_init);
  late.find("curl_easy_pause", library.easy_pause);
  late.find("curl_easy_reset", library.easy_reset);
  late.find("curl_easy_setopt", library.easy_setopt);
  late.find("curl_easy_strerror", library.easy_strerror);
  late.find("curl_free", library.free);
  late.find("curl_global_init", library.global_init);
  late.find("curl_multi_add_handle", library.multi_add_handle);
  late.find("curl_multi_cleanup", library.multi_cleanup);
  late.find("curl_multi_info_read", library.multi_info_read);
  late.find("curl_multi_init", library.multi_init);
  late.find("curl_multi_perform", library.multi_perform);
  late.find("curl_multi_poll", library.multi_poll);
  late.find("curl_multi_remove_handle", library.multi_remove_handle);
  late.find("curl_slist_append", library.slist_append);
  late.find("curl_slist_free_all", library.slist_free_all);
  late.find("curl_url", library.url);
  late.find("curl_url_cleanup", library.url_cleanup);
  late.find("curl_url_get", library.url_get);
  late.find("curl_url_set", library.url_set);
  late.find("curl_version_info", library.version_info);
  loaded.status = late.status();
  if (loaded.status.ok()) library.global_init(CURL_GLOBAL_DEFAULT);
  return loaded;
}

const Loaded& loaded_library() {
  static const Loaded& loaded = *new Loaded(load());  // pools of connections may end later
  return loaded;
}

}  // namespace

Status load_curl() {
  return loaded_library().status;
}

const CurlLibrary& curl() {
  CHECK(loaded_library().status.ok());
  return loaded_library().library;
}

}  // namespace whittle
