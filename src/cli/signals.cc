#include "cli/signals.h"

#include <csignal>
#include <initializer_list>

namespace whittle {

namespace {

CancelToken* g_token = nullptr;  // set before the handlers are

extern "C" void on_signal(int /*number*/) {
  g_token->cancel();
}

}  // namespace

void install_signal_handlers(CancelToken& token) {
  g_token = &token;
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction old {};

    if (::sigaction(number, nullptr, &old) == 0 && old.sa_handler == SIG_IGN) continue;

    struct sigaction action {};

    action.sa_handler = on_signal;
    ::sigemptyset(&action.sa_mask);
    // Without SA_RESTART: a blocking call returns EINTR, and its loop looks at the token.
    ::sigaction(number, &action, nullptr);
  }

  struct sigaction ignore {};

  ignore.sa_handler = SIG_IGN;
  ::sigemptyset(&ignore.sa_mask);
  ::sigaction(SIGPIPE, &ignore, nullptr);
}

}  // namespace whittle
