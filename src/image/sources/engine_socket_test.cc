// The Engine API client against a small server of ours that answers as Docker does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include "image/cache.h"
#include "image/sources/engine_host.h"
#include "image/sources/sources.h"
#include "image/write.h"
#include "support/layout_builder.h"

namespace whittle {
namespace {

using nlohmann::json;
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

  // Before the first request.
  void speak(const std::string& version) { version_ = version; }

  void describe(const std::string& inspect) { inspect_ = inspect; }

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
    std::string image = "/v" + version_ + "/images/team/app:1";
    if (path.starts_with(image + "/json")) return send(fd, 200, inspect_);
    if (path.starts_with(image + "/get")) return send(fd, 200, archive_);
    send(fd, 404, "{\"message\":\"No such image\"}");
  }

  void send(int fd, int status, const std::string& body) {
    std::string head = "HTTP/1.1 " + std::to_string(status) + " X\r\nApi-Version: " + version_ +
                       "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
                       "\r\n\r\n";
    bool cut = breaks_off_ && body.size() > 1000;
    static_cast<void>(write_all(fd, head + body.substr(0, cut ? 1000 : body.size())));
  }

  TempDir folder_;
  std::string archive_;
  std::string version_ = "1.41";
  std::string inspect_ = R"({"Size": 12345, "RepoTags": ["team/app:1"]})";
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

size_t count_exports(FakeEngine& engine) {
  size_t count = 0;
  for (const std::string& request : engine.requests()) {
    if (contains(request, "/get")) ++count;
  }
  return count;
}

TEST(EngineSocket, WhatTheCacheRemembersIsNotExported) {
  TempDir folder = test::temp_dir("engine-cache");
  FakeEngine engine(small_archive());
  std::unique_ptr<test::MemoryImage> original = test::image_of("layer\nfile a size=5000");
  engine.describe(json{{"Id", original->info().config_digest},
                       {"RepoTags", {"team/app:1", "other:2"}},
                       {"RootFS", {{"Layers", original->info().config.diff_ids}}}}
                      .dump());
  OpenOptions options = options_for(engine);
  options.cache = LayerCache::open(folder.path() / "cache");
  auto first = open_image("docker:team/app:1", options);
  ASSERT_TRUE(first.ok()) << first.error().message();
  EXPECT_EQ(count_exports(engine), 1U);
  auto second = open_image("docker:team/app:1", options);
  ASSERT_TRUE(second.ok()) << second.error().message();
  EXPECT_EQ(count_exports(engine), 1U);
  for (const auto& image : {&*first, &*second}) {
    const ImageInfo& info = (*image)->info();
    EXPECT_EQ(info.source, "docker");
    EXPECT_THAT(info.names, ElementsAre("team/app:1", "other:2"));
    EXPECT_EQ(info.config.raw_json, original->info().config.raw_json);
    ASSERT_EQ(info.layers.size(), 1U);
    EXPECT_EQ(info.layers[0].diff_id, original->info().layers[0].diff_id);
    EXPECT_EQ(info.layers[0].blob.size, 0U);
  }
  // Bytes are fetched when they are asked for, once.
  for (int i = 0; i < 2; ++i) {
    auto bytes = (*second)->open_layer(0);
    ASSERT_TRUE(bytes.ok()) << bytes.error().message();
    EXPECT_EQ(count_exports(engine), 2U);
  }
  EXPECT_TRUE(test::read_and_merge(**second).ok());
  // Another image under the same id is not believed.
  engine.describe(
      json{{"Id", original->info().config_digest}, {"RootFS", {{"Layers", {digest_of("else")}}}}}
          .dump());
  ASSERT_TRUE(open_image("docker:team/app:1", options).ok());
  EXPECT_EQ(count_exports(engine), 3U);
}

TEST(EngineSocket, TheContainerdStoreNamesAnIndex) {
  TempDir folder = test::temp_dir("engine-cache");
  test::LayoutBuilder builder;
  json amd64 = builder.add_image({"linux", "amd64", "", ""});
  json arm64 = builder.add_image({"linux", "arm64", "", ""});
  json index = builder.add_index({amd64, arm64});
  json named = test::annotated(index, "docker.io/team/app:1", "io.containerd.image.name");
  FakeEngine engine(test::archive_of(builder.layout({named})));
  engine.speak("1.51");
  engine.describe(json{{"Id", index["digest"]}, {"RepoTags", {"team/app:1"}}}.dump());
  OpenOptions options = options_for(engine);
  options.cache = LayerCache::open(folder.path() / "cache");
  options.platform = Platform{"linux", "arm64", "", ""};
  for (int i = 0; i < 2; ++i) {
    auto image = open_image("docker:team/app:1", options);
    ASSERT_TRUE(image.ok()) << image.error().message();
    const ImageInfo& info = (*image)->info();
    EXPECT_EQ(info.manifest_digest, arm64["digest"]);
    EXPECT_EQ(info.platforms.size(), 2U);
    EXPECT_THAT(info.names, ElementsAre("team/app:1"));
    EXPECT_GT(info.layers[0].blob.size, 0U);
    EXPECT_EQ(info.layers[0].availability, Availability::Here);
    EXPECT_EQ(count_exports(engine), 1U);
  }
  auto image = open_image("docker:team/app:1", options);
  ASSERT_TRUE(image.ok());
  EXPECT_TRUE(test::read_and_merge(**image).ok());
  EXPECT_THAT(engine.requests(),
              Contains("/v1.51/images/team/app:1/get?platform="
                       "%7B%22architecture%22%3A%22arm64%22%2C%22os%22%3A%22linux%22%7D"));
}

TEST(EngineHosts, AreReadAsTheDockerProgramDoes) {
  auto base = [](const char* text, bool uses_tls = false) {
    auto host = parse_engine_host(text, "test", uses_tls);
    return host.ok() ? host->unix_socket + "|" + host->base_url : host.error().message();
  };
  EXPECT_EQ(base("unix:///run/x.sock"), "/run/x.sock|http://localhost");
  EXPECT_EQ(base("/run/x.sock"), "/run/x.sock|http://localhost");
  EXPECT_EQ(base("tcp://build:1234"), "|http://build:1234");
  EXPECT_EQ(base("tcp://build"), "|http://build:2375");
  EXPECT_EQ(base("tcp://build/", true), "|https://build:2376");
  EXPECT_EQ(base("tcp://[::1]", true), "|https://[::1]:2376");
  EXPECT_EQ(base("https://build:443"), "|https://build:443");
  EXPECT_THAT(base("npipe:////./pipe/docker"), HasSubstr("no address of an engine"));
  auto ssh = parse_engine_host("ssh://me@host", "DOCKER_HOST", false);
  ASSERT_FALSE(ssh.ok());
  EXPECT_EQ(ssh.error().kind(), ErrorKind::Unsupported);
  EXPECT_THAT(ssh.error().hint(), HasSubstr("ssh -nNT -L"));
}

// Sets a variable, and puts the old value back.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    const char* old = std::getenv(name);
    if (old != nullptr) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }

  ~Environment() {
    if (old_) {
      ::setenv(name_, old_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST(EngineHosts, ContextsOfDockerAreFollowed) {
  TempDir folder = test::temp_dir("contexts");
  std::string id = digest_of("build").substr(7);
  json meta = {
      {"Name", "build"},
      {"Endpoints", {{"docker", {{"Host", "tcp://build:2376"}, {"SkipTLSVerify", true}}}}}};
  test::write_files(folder.path(),
                    {{"config.json", R"({"currentContext":"build"})"},
                     {"contexts/meta/" + id + "/meta.json", meta.dump()},
                     {"contexts/tls/" + id + "/docker/ca.pem", "x"},
                     {"contexts/tls/" + id + "/docker/cert.pem", "x"},
                     {"contexts/tls/" + id + "/docker/key.pem", "x"}});
  Environment config("DOCKER_CONFIG", folder.path().string());
  Environment no_host("DOCKER_HOST", "");
  OpenOptions options = test::open_options();
  auto host = docker_host(options);
  ASSERT_TRUE(host.ok()) << host.error().message();
  EXPECT_EQ(host->base_url, "https://build:2376");
  EXPECT_EQ(host->tls.folder, folder.path() / "contexts/tls" / id / "docker");
  EXPECT_FALSE(host->tls.verifies);
  {
    Environment context("DOCKER_CONTEXT", "default");
    host = docker_host(options);
    ASSERT_TRUE(host.ok());
    EXPECT_TRUE(host->unix_socket.ends_with("docker.sock"));
  }
  {
    Environment context("DOCKER_CONTEXT", "other");
    host = docker_host(options);
    ASSERT_FALSE(host.ok());
    EXPECT_EQ(host.error().kind(), ErrorKind::NotFound);
  }
  Environment tcp("DOCKER_HOST", "tcp://1.2.3.4");
  Environment verify("DOCKER_TLS_VERIFY", "1");
  Environment certificates("DOCKER_CERT_PATH",
                           (folder.path() / "contexts/tls" / id / "docker").string());
  host = docker_host(options);
  ASSERT_TRUE(host.ok());
  EXPECT_EQ(host->base_url, "https://1.2.3.4:2376");
  EXPECT_TRUE(host->tls.verifies);
  EXPECT_TRUE(fs::exists(host->tls.folder / "ca.pem"));
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
