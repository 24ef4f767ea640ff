// The Engine API client against a small server of ours that answers as Docker does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <thread>

#include "image/sources/sources.h"
#include "image/write.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// Answers GET requests on a Unix socket, one connection after the other, until it is destroyed.
class FakeEngine {
 public:
  explicit FakeEngine(std::string archive)
      : folder_(std::move(TempDir::make("engine")).value()), archive_(std::move(archive)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket().c_str(), sizeof address.sun_path - 1);
    listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CHECK(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    CHECK(::listen(listener_.get(), 8) == 0);
    thread_ = std::thread([this] { serve(); });
  }

  ~FakeEngine() {
    is_closing_ = true;
    thread_.join();
  }

  std::string socket() const { return (folder_.path() / "s").string(); }

  std::vector<std::string> requests() {
    std::lock_guard lock(mutex_);
    return requests_;
  }

  void break_off() { breaks_off_ = true; }

 private:
  void serve() {
    while (!is_closing_) {
      pollfd poll_fd{listener_.get(), POLLIN, 0};
      if (::poll(&poll_fd, 1, 20) <= 0) continue;
      UniqueFd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      answer(connection.get());
    }
  }

  void answer(int fd) {
    std::string request;
    char buffer[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      ssize_t n = ::read(fd, buffer, sizeof buffer);
      if (n <= 0) return;
      request.append(buffer, static_cast<size_t>(n));
    }
    std::string path(split(request, ' ')[1]);
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(path);
    }
    if (path == "/_ping") return send(fd, 200, "OK");
    if (path == "/v1.41/images/team/app:1/json") return send(fd, 200, "{\"Size\": 12345}");
    if (path == "/v1.41/images/team/app:1/get") return send(fd, 200, archive_);
    send(fd, 404, "{\"message\":\"No such image\"}");
  }

  void send(int fd, int status, const std::string& body) {
    std::string head = "HTTP/1.1 " + std::to_string(status) +
                       " X\r\nApi-Version: 1.41\r\nConnection: close\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n";
    bool cut = breaks_off_ && body.size() > 1000;
    static_cast<void>(write_all(fd, head + body.substr(0, cut ? 1000 : body.size())));
  }

  TempDir folder_;
  std::string archive_;
  UniqueFd listener_;
  std::thread thread_;
  std::atomic<bool> is_closing_{false};
  std::atomic<bool> breaks_off_{false};
  std::mutex mutex_;
  std::vector<std::string> requests_;
};

std::string small_archive() {
  TempDir folder = std::move(TempDir::make("engine-archive")).value();
  WriteOptions options;
  options.reference = "team/app:1";
  options.cancel = &test::no_cancel();
  options.progress = &test::no_progress();
  CHECK(write_docker_archive(
            *test::image_of("layer\nfile a size=5000"), folder.path() / "a.tar", options)
            .ok());
  return std::move(read_file(folder.path() / "a.tar", 1 << 20)).value();
}

OpenOptions options_for(const FakeEngine& engine) {
  OpenOptions options = test::open_options();
  options.docker_socket = options.podman_socket = engine.socket();
  return options;
}

TEST(EngineSocket, ReadsAnImageOfTheEngine) {
  FakeEngine engine(small_archive());
  for (const std::string target : {"docker:team/app:1", "podman:team/app:1", "team/app:1"}) {
    auto image = open_image(target, options_for(engine));
    ASSERT_TRUE(image.ok()) << image.error().message();
    EXPECT_THAT((*image)->info().names, ElementsAre("team/app:1"));
    auto merged = test::read_and_merge(**image);
    ASSERT_TRUE(merged.ok());
    EXPECT_EQ((*merged)->tree.content_bytes(), 5000U);
  }
  EXPECT_THAT(engine.requests(), Contains("/v1.41/images/team/app:1/get"));
}

TEST(EngineSocket, SaysWhatIsMissing) {
  FakeEngine engine("");
  auto image = open_image("docker:nope", options_for(engine));
  ASSERT_FALSE(image.ok());
  EXPECT_EQ(image.error().kind(), ErrorKind::NotFound);
  EXPECT_THAT(image.error().message(), HasSubstr("no image `nope`"));
  OpenOptions options = test::open_options();
  options.docker_socket = "/does/not/exist";
  auto nobody = open_image("docker:app", options);
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().kind(), ErrorKind::NotFound);
  EXPECT_THAT(nobody.error().message(), HasSubstr("nothing answers at /does/not/exist"));
}

TEST(EngineSocket, ATransferThatBreaksOffIsAnError) {
  FakeEngine engine(small_archive());
  engine.break_off();
  auto image = open_image("docker:team/app:1", options_for(engine));
  ASSERT_FALSE(image.ok());
}

TEST(EngineSocket, StopsWhenCancelled) {
  FakeEngine engine(small_archive());
  CancelToken cancel;
  cancel.cancel();
  OpenOptions options = options_for(engine);
  options.cancel = &cancel;
  auto image = open_image("docker:team/app:1", options);
  ASSERT_FALSE(image.ok());
  EXPECT_EQ(image.error().kind(), ErrorKind::Cancelled);
}

}  // namespace
}  // namespace whittle
