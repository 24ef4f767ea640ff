// What a service plan makes an engine do, by an engine that only writes it down.
#include "container/services.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/strings.h"
#include "container/packed_files.h"
#include "support/bare_engine.h"

namespace whittle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

using Words = std::vector<std::string>;

// How the container of an image behaves.
struct Behaviour {
  int checks_until_healthy = 0;
  int polls_until_end = -1;  // -1: it does not end
  int exit_code = 0;
};

class NotingContainer : public Container {
 public:
  NotingContainer(std::string image, Behaviour behaviour, Words& events)
      : image_(std::move(image)), behaviour_(behaviour), events_(events) {}

  ~NotingContainer() override { events_.push_back("gone " + image_); }

  const std::string& id() const override { return image_; }

  const std::map<uint16_t, uint16_t>& ports() const override { return ports_; }

  Result<ContainerState> state() override {
    bool running = behaviour_.polls_until_end < 0 || behaviour_.polls_until_end-- > 0;
    return ContainerState{running, running ? 0 : behaviour_.exit_code, false};
  }

  Result<std::string> logs(uint64_t) override { return "log of " + image_ + "\n"; }

  Result<CommandResult> exec(const Words& command, const std::string&, uint64_t) override {
    CommandResult result;
    result.exit_code = behaviour_.checks_until_healthy-- > 0 ? 1 : 0;
    events_.push_back(image_ + (result.exit_code == 0 ? " healthy by " : " not healthy by ") +
                      join(command, " "));
    return result;
  }

  Result<std::string> address() override { return "10.0.0." + std::to_string(image_.size()); }

 private:
  std::string image_;
  Behaviour behaviour_;
  Words& events_;
  std::map<uint16_t, uint16_t> ports_;
};

class NotingEngine : public test::BareEngine {
 public:
  std::map<std::string, Behaviour> behaviours;
  Words events;
  std::map<std::string, RunRequest> requests;

  Result<std::unique_ptr<Container>> run(const RunRequest& request, const CancelToken&) override {
    events.push_back("run " + request.image);
    requests[request.image] = request;
    return Result<std::unique_ptr<Container>>(
        std::make_unique<NotingContainer>(request.image, behaviours[request.image], events));
  }

  Result<std::string> make_network(const CancelToken&) override {
    return "net" + std::to_string(++networks_);
  }

  Result<std::string> make_volume(const CancelToken&) override {
    return "vol" + std::to_string(++volumes_);
  }

  Status remove_network(const std::string& name) override {
    events.push_back("no " + name);
    return {};
  }

  Status remove_volume(const std::string& name) override {
    events.push_back("no " + name);
    return {};
  }

 private:
  int networks_ = 0;
  int volumes_ = 0;
};

Service service_of(const std::string& name, std::vector<ServiceNeed> needs = {}) {
  Service service;
  service.name = name;
  service.images = {name};
  service.aliases = {name};
  service.needs = std::move(needs);
  return service;
}

class ServicesTest : public testing::Test {
 protected:
  // Runs the target `web` once and lets it go; the error, or "".
  std::string run(RunRequest request = {}) {
    request.image = "web";
    ServedEngine served(engine_, engine_, plan_, 300, progress_);
    Result<std::unique_ptr<Container>> container = served.run(request, never_);
    return container.ok() ? "" : container.error().message();
  }

  NotingEngine engine_;
  ServicePlan plan_ = {"compose.yaml", service_of("web"), {}, {}};
  CancelToken never_;
  NoProgress progress_;
};

TEST_F(ServicesTest, OthersComeFirstAndGoLast) {
  plan_.target.needs = {{"db", NeedCondition::Healthy}, {"seed", NeedCondition::Completed}};
  plan_.others = {service_of("db"), service_of("seed", {{"db", NeedCondition::Healthy}})};
  plan_.others[0].health_check = HealthCheck{{"CMD", "ready"}};
  engine_.behaviours["db"].checks_until_healthy = 1;
  engine_.behaviours["seed"].polls_until_end = 1;
  EXPECT_EQ(run(), "");
  EXPECT_THAT(engine_.events,
              ElementsAre("run db",
                          "db not healthy by ready",
                          "db healthy by ready",
                          "run seed",
                          "run web",
                          "gone web",
                          "gone seed",
                          "gone db",
                          "no net1"));
  EXPECT_THAT(engine_.requests["web"].extra_args,
              IsSupersetOf({"--network=net1",
                            "--network-alias=web",
                            "--add-host=db:10.0.0.2",
                            "--add-host=seed:10.0.0.4"}));
  EXPECT_TRUE(engine_.requests["db"].no_health_check);
}

TEST_F(ServicesTest, OneThatIsNotReadyIsAnErrorWithItsLog) {
  plan_.target.needs = {{"db", NeedCondition::Healthy}};
  plan_.others = {service_of("db")};
  EXPECT_THAT(run(), HasSubstr("has no health check"));
  plan_.others[0].health_check = HealthCheck{{"CMD-SHELL", "ready"}};
  engine_.behaviours["db"].checks_until_healthy = 1'000;
  EXPECT_EQ(run(), "service `db` is not healthy within 0.30 s\nits last lines:\n  log of db");
  EXPECT_THAT(engine_.events, Not(Contains("run web")));
  EXPECT_EQ(engine_.events.back(), "no net2");
  engine_.behaviours["db"] = {0, 0, 3};
  EXPECT_THAT(run(), HasSubstr("service `db` has ended with exit code 3"));
}

TEST_F(ServicesTest, OneThatMustEndWell) {
  plan_.target.needs = {{"seed", NeedCondition::Completed}};
  plan_.others = {service_of("seed")};
  EXPECT_THAT(run(), HasSubstr("service `seed` has not ended within 0.30 s"));
  engine_.behaviours["seed"] = {0, 1, 2};
  EXPECT_THAT(run(), HasSubstr("service `seed` has ended with exit code 2"));
}

TEST_F(ServicesTest, OneThatIsOnlyStartedMayStayUnhealthyButMayNotCrash) {
  plan_.target.needs = {{"db"}};
  plan_.others = {service_of("db")};
  plan_.others[0].health_check = HealthCheck{{"CMD", "ready"}};
  engine_.behaviours["db"].checks_until_healthy = 1'000;
  EXPECT_EQ(run(), "");
  plan_.others[0].health_check.reset();
  engine_.behaviours["db"] = {0, 0, 1};
  EXPECT_THAT(run(), HasSubstr("service `db` has ended with exit code 1"));
}

TEST_F(ServicesTest, SettingsOfTheServiceAndOfTheRequest) {
  plan_.target.env = {{"A", "service"}, {"B", "service"}};
  plan_.target.command = {"serve"};
  plan_.target.user = "1000";
  plan_.target.memory_bytes = 5;
  RunRequest request;
  request.env = {{"B", "request"}};
  EXPECT_EQ(run(request), "");
  const RunRequest& asked = engine_.requests["web"];
  EXPECT_THAT(asked.env, ElementsAre(std::pair("B", "request"), std::pair("A", "service")));
  EXPECT_THAT(asked.command, ElementsAre("serve"));
  EXPECT_EQ(asked.user, "1000");
  EXPECT_EQ(asked.memory_bytes, 5U);
  request.command = {"other"};
  request.user = "0";
  request.memory_bytes = 7;
  EXPECT_EQ(run(request), "");
  EXPECT_THAT(engine_.requests["web"].command, ElementsAre("other"));
  EXPECT_EQ(engine_.requests["web"].user, "0");
  EXPECT_EQ(engine_.requests["web"].memory_bytes, 7U);
}

TEST_F(ServicesTest, VolumesAreSharedByNameAndFreshForEachRun) {
  using Kind = ServiceMount::Kind;
  plan_.others = {service_of("db")};
  plan_.others[0].mounts = {{Kind::Volume, "data", "/data"},
                            {Kind::Tmpfs, "", "/run", false, "size=1m"}};
  plan_.target.mounts = {{Kind::Volume, "data", "/x", true}, {Kind::Volume, "", "/own"}};
  EXPECT_EQ(run(), "");
  EXPECT_THAT(engine_.requests["db"].extra_args,
              IsSupersetOf({"--volume=vol1:/data", "--tmpfs=/run:size=1m"}));
  EXPECT_THAT(engine_.requests["web"].extra_args,
              IsSupersetOf({"--volume=vol1:/x:ro", "--volume=vol2:/own"}));
  EXPECT_THAT(engine_.events, IsSupersetOf({"no vol1", "no vol2"}));
  EXPECT_EQ(run(), "");
  EXPECT_THAT(engine_.requests["db"].extra_args, Contains("--volume=vol3:/data"));
}

TEST_F(ServicesTest, WhatIsMountedIsReadOnlyOrACopy) {
  Result<TempDir> folder = TempDir::make("services-test");
  ASSERT_TRUE(folder.ok());
  std::string root = folder->path().string();
  ASSERT_TRUE(make_dirs(root + "/d").ok());
  ASSERT_TRUE(write_file_atomic(root + "/d/f", "content").ok());
  using Kind = ServiceMount::Kind;
  plan_.target.mounts = {{Kind::Bind, root + "/d", "/ro", true},
                         {Kind::Bind, root + "/d/f", "/f"},
                         {Kind::Bind, root + "/d", "/rw"},
                         {Kind::Bind, root + "/none", "/new"}};
  EXPECT_EQ(run(), "");
  const RunRequest& asked = engine_.requests["web"];
  EXPECT_THAT(asked.extra_args,
              IsSupersetOf({"--volume=" + root + "/d:/ro:ro",
                            "--volume=" + root + "/d/f:/f:ro",
                            std::string("--volume=vol1:/rw:nocopy"),
                            std::string("--volume=vol2:/new:nocopy")}));
  ASSERT_EQ(asked.filled.size(), 1U);
  EXPECT_EQ(asked.filled[0].path, "/rw");
  Result<std::string> content = unpack_file(asked.filled[0].archive);
  EXPECT_EQ(content.ok() ? *content : content.error().message(), "content");
  EXPECT_EQ(pack_folder(root, 100).error().kind(), ErrorKind::Limit);
}

TEST_F(ServicesTest, TheConfigurationAsTheService) {
  RunConfig config;
  config.entrypoint = {"/init"};
  config.cmd = {"serve"};
  config.exposed_ports = {"80/tcp"};
  Service service = service_of("web");
  service.published = {8000};
  service.exposed = {9000};
  service.health_check = HealthCheck{{"CMD", "ready"}};
  RunConfig as_service = config_as_service(config, service);
  EXPECT_EQ(as_service.cmd, config.cmd);
  EXPECT_THAT(as_service.exposed_ports, ElementsAre("80/tcp", "8000/tcp", "9000/tcp"));
  EXPECT_THAT(as_service.health_check->test, ElementsAre("CMD", "ready"));
  service.entrypoint = {"/other"};
  as_service = config_as_service(config, service);
  EXPECT_THAT(as_service.entrypoint, ElementsAre("/other"));
  EXPECT_TRUE(as_service.cmd.empty());
}

}  // namespace
}  // namespace whittle
