// Uses files in every way that tracers are known to miss. Run in an empty folder that is given as
// the argument; prints the names of what it touched, one on each line.
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr int kThreads = 4;
constexpr int kFilesOfAThread = 5000;
std::string g_root;

void touched(const std::string& name) {
  std::printf("%s/%s\n", g_root.c_str(), name.c_str());
}

std::string make(const std::string& name) {
  std::string path = g_root + "/" + name;
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT, 0644);
  if (fd >= 0) ::close(fd);
  touched(name);
  return path;
}

void on_term(int) {
  int fd = ::open((g_root + "/at-the-end").c_str(), O_RDONLY);
  if (fd >= 0) ::close(fd);
}

void* stat_many(void* first) {
  struct stat info;
  for (long i = 0; i < kFilesOfAThread; ++i) {
    std::string path = g_root + "/many/" + std::to_string(reinterpret_cast<long>(first) + i);
    ::stat(path.c_str(), &info);
  }
  return nullptr;
}

void look_in_odd_ways() {
  struct stat info;
  ::stat((g_root + "/flag").c_str(), &info);
  touched("flag");
  ::close(::open((g_root + "/flag.txt").c_str(), O_RDONLY));
  touched("flag.txt");
  ::syscall(SYS_faccessat2, AT_FDCWD, (g_root + "/faccessat2").c_str(), R_OK, AT_EACCESS);
  touched("faccessat2");
  char value[16];
  ::getxattr((g_root + "/xattr").c_str(), "user.none", value, sizeof value);
  touched("xattr");
  open_how how = {};
  how.flags = O_RDONLY;
  ::syscall(SYS_openat2, AT_FDCWD, (g_root + "/openat2").c_str(), &how, sizeof how);
  touched("openat2");
  struct statx more;
  ::statx(AT_FDCWD, (g_root + "/statx").c_str(), 0, STATX_BASIC_STATS, &more);
  touched("statx");
  ::readlink((g_root + "/link").c_str(), value, sizeof value);
  touched("link");
  int watch = ::inotify_init();
  ::inotify_add_watch(watch, (g_root + "/watched").c_str(), IN_MODIFY);
  touched("watched");
  alignas(file_handle) char handle[sizeof(file_handle) + 128] = {};
  reinterpret_cast<file_handle*>(handle)->handle_bytes = 128;
  int mount_id = 0;
  ::name_to_handle_at(
      AT_FDCWD, (g_root + "/handle").c_str(), reinterpret_cast<file_handle*>(handle), &mount_id, 0);
  touched("handle");
}

void look_relatively() {
  struct stat info;
  ::mkdir((g_root + "/deep").c_str(), 0755);
  ::mkdir((g_root + "/deep/er").c_str(), 0755);
  touched("deep");
  touched("deep/er");
  if (::chdir((g_root + "/deep/er").c_str()) != 0) return;
  ::stat("relative", &info);
  touched("deep/er/relative");
  ::stat("../beside", &info);
  touched("deep/beside");
  int folder = ::open("..", O_RDONLY | O_DIRECTORY);
  ::fstatat(folder, "er/by-folder", &info, AT_SYMLINK_NOFOLLOW);
  touched("deep/er/by-folder");
  if (::fchdir(folder) == 0) ::access("after-fchdir", F_OK);
  touched("deep/after-fchdir");
  ::close(folder);
}

void list() {
  DIR* folder = ::opendir((g_root + "/listed").c_str());
  while (folder != nullptr && ::readdir(folder) != nullptr) {
  }
  if (folder != nullptr) ::closedir(folder);
  touched("listed");
}

void connect_and_bind() {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "%s/bound", g_root.c_str());
  int server = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ::bind(server, reinterpret_cast<sockaddr*>(&address), sizeof address);
  touched("bound");
  std::snprintf(address.sun_path, sizeof address.sun_path, "%s/no-socket", g_root.c_str());
  int client = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    ::close(client);
  touched("no-socket");
}

void change() {
  ::rename(make("old-name").c_str(), (g_root + "/new-name").c_str());
  touched("new-name");
  ::unlink(make("removed").c_str());
  if (::symlink("nowhere", (g_root + "/made-link").c_str()) == 0) touched("made-link");
  if (::link((g_root + "/flag").c_str(), (g_root + "/hard").c_str()) == 0) touched("hard");
  ::chmod((g_root + "/mode").c_str(), 0600);
  touched("mode");
  if (::truncate((g_root + "/cut").c_str(), 0) == 0) touched("cut");
}

void execute() {
  if (::fork() == 0) {
    int self = ::open((g_root + "/script").c_str(), O_RDONLY | O_CLOEXEC);
    const char* args[] = {"script", nullptr};
    const char* env[] = {nullptr};
    ::syscall(SYS_execveat, AT_FDCWD, (g_root + "/script").c_str(), args, env, 0);
    ::_exit(self);
  }
  ::wait(nullptr);
  touched("script");
}

}  // namespace

int main(int, char** args) {
  g_root = args[1];
  ::signal(SIGTERM, on_term);
  look_in_odd_ways();
  look_relatively();
  list();
  connect_and_bind();
  change();
  execute();
  pthread_t threads[kThreads];
  for (long i = 0; i < kThreads; ++i)
    ::pthread_create(&threads[i], nullptr, stat_many, reinterpret_cast<void*>(i * kFilesOfAThread));
  for (pthread_t thread : threads) ::pthread_join(thread, nullptr);
  for (int i = 0; i < kThreads * kFilesOfAThread; ++i) touched("many/" + std::to_string(i));
  std::fflush(stdout);
  ::raise(SIGTERM);
  touched("at-the-end");
  return 7;
}
