#include "base/result.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace whittle {

Error errno_error(std::string_view text, int error_number) {
  ErrorKind kind = ErrorKind::Failed;
  if (error_number == ENOENT || error_number == ENOTDIR) kind = ErrorKind::NotFound;
  if (error_number == ECANCELED) kind = ErrorKind::Cancelled;
  Error error(kind,
              std::string(text) + ": " + std::generic_category().message(error_number));
  if (error_number == ENOSPC) {
    return std::move(error).hint("Free space on the disk, or set TMPDIR to a folder that has room");
  }
  return error;
}

// The one place of the library that prints: the process is about to abort on a bug.
void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "whittle: internal error: CHECK(%s) failed at %s:%d\n", expression, file, line);
  std::abort();
}

}  // namespace whittle
