// The one program inside the images that the engine tests build: static, so that it runs from
// scratch. test_app MODE ARGUMENTS; modes are the functions below.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using Words = std::vector<std::string>;

void say(const std::string& text) {
  std::fputs((text + "\n").c_str(), stdout);
  std::fflush(stdout);
}

int listen_on(int port) {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  const void* raw = &address;
  if (::bind(fd, static_cast<const sockaddr*>(raw), sizeof address) != 0 || ::listen(fd, 16) != 0) {
    std::perror("listen");
    std::exit(1);
  }
  return fd;
}

// serve PORT STATUS MEDIA_TYPE BODY: HTTP, the same answer to everything; "/env" answers with
// $GREETING, "/exit" ends.
int serve(const Words& words) {
  int listener = listen_on(std::atoi(words[1].c_str()));
  say("listening");
  for (;;) {
    int peer = ::accept(listener, nullptr, nullptr);
    if (peer < 0) continue;
    char request[4096];
    ssize_t n = ::read(peer, request, sizeof request - 1);
    if (n > 0) {
      request[n] = '\0';
      std::string body = words[4];
      const char* greeting = std::getenv("GREETING");
      if (std::strstr(request, " /env ") != nullptr) body = greeting == nullptr ? "none" : greeting;
      std::string answer =
          "HTTP/1.1 " + words[2] + " X\r\nContent-Type: " + words[3] +
          "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
          body;
      if (::write(peer, answer.data(), answer.size()) < 0) std::perror("write");
    }
    bool ends = n > 0 && std::strstr(request, " /exit ") != nullptr;
    ::close(peer);
    if (ends) return 5;
  }
}

// raw PORT: answers every byte it gets with "what?" and closes, as servers of other protocols do.
int raw(const Words& words) {
  int listener = listen_on(std::atoi(words[1].c_str()));
  for (;;) {
    int peer = ::accept(listener, nullptr, nullptr);
    char byte = 0;
    if (::read(peer, &byte, 1) == 1 && ::write(peer, "-ERR what?\r\n", 12) < 0)
      std::perror("write");
    ::close(peer);
  }
}

// print CODE WORD...: one line on stdout, one on stderr, then the exit code.
int print(const Words& words) {
  std::string line;
  for (size_t i = 2; i < words.size(); ++i) line += (i > 2 ? " " : "") + words[i];
  say(line);
  return std::atoi(words[1].c_str());
}

// identity: user, group, folder and process id, one line; it fails without a host name.
int identity(const Words&) {
  char folder[4096];
  char host[256] = "";
  if (::getcwd(folder, sizeof folder) == nullptr) folder[0] = '\0';
  ::gethostname(host, sizeof host - 1);
  say("uid=" + std::to_string(::getuid()) + " gid=" + std::to_string(::getgid()) +
      " cwd=" + folder + " pid=" + std::to_string(::getpid()));
  return host[0] == '\0' ? 1 : 0;
}

// allocate MIB: touches that much memory.
int allocate(const Words& words) {
  size_t bytes = static_cast<size_t>(std::atoi(words[1].c_str())) << 20;
  auto* memory = static_cast<volatile char*>(std::malloc(bytes));
  for (size_t i = 0; i < bytes; i += 4096) memory[i] = 1;
  say("allocated");
  return 0;
}

// wait SECONDS
int wait_seconds(const Words& words) {
  say("waiting");
  ::sleep(static_cast<unsigned>(std::atoi(words[1].c_str())));
  return 0;
}

// write FILE TEXT
int write_file(const Words& words) {
  std::FILE* file = std::fopen(words[1].c_str(), "w");
  if (file == nullptr) return 1;
  std::fputs(words[2].c_str(), file);
  return std::fclose(file);
}

// read FILE
int read_file(const Words& words) {
  std::FILE* file = std::fopen(words[1].c_str(), "r");
  char text[4096] = "";
  if (file == nullptr || std::fgets(text, sizeof text, file) == nullptr) {
    std::fprintf(stderr, "cannot read %s\n", words[1].c_str());
    return 1;
  }
  say(text);
  return 0;
}

struct Mode {
  const char* name;
  size_t words;
  int (*run)(const Words&);
};

constexpr Mode kModes[] = {
    {"serve", 5, serve},
    {"raw", 2, raw},
    {"print", 2, print},
    {"identity", 1, identity},
    {"allocate", 2, allocate},
    {"wait", 2, wait_seconds},
    {"write", 3, write_file},
    {"read", 2, read_file},
};

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGTERM, [](int) { ::_exit(0); });
  Words words(argv + 1, argv + argc);
  for (const Mode& mode : kModes) {
    if (!words.empty() && words[0] == mode.name && words.size() >= mode.words)
      return mode.run(words);
  }
  std::fprintf(stderr, "test_app: what?\n");
  return 2;
}
