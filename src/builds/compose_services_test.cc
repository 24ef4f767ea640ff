// Services of Compose files: what each is run with, and which run beside which in which order.
// Expectations follow the Compose specification by hand.
#include "builds/compose_services.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/strings.h"
#include "builds/compose_values.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class Services : public testing::Test {
 protected:
  Result<DeclaredServices> read(std::string_view text) {
    VariableLookup look_up = [this](const std::string& name) {
      auto found = environment_.find(name);
      return found == environment_.end() ? std::nullopt : std::optional(found->second);
    };
    SiblingReader sibling = [this](const std::string& path) -> Result<std::string> {
      auto found = files_.find(path);
      if (found == files_.end()) return Error(ErrorKind::NotFound, path + " is not there");
      return found->second;
    };
    return read_services(text, "compose.yaml", "/shop", look_up, sibling);
  }

  // The one service of a text, or an empty one and a failure.
  Service one(std::string_view keys) {
    std::string text = "services:\n  web:\n    image: shop\n";
    for (std::string_view line : split_lines(keys)) text += "    " + std::string(line) + "\n";
    Result<DeclaredServices> declared = read(text);
    if (!declared.ok()) {
      ADD_FAILURE() << declared.error().message();
      return {};
    }
    return declared->services.at(0);
  }

  std::string error(std::string_view keys) {
    std::string text = "services:\n  web:\n    image: shop\n";
    for (std::string_view line : split_lines(keys)) text += "    " + std::string(line) + "\n";
    Result<DeclaredServices> declared = read(text);
    return declared.ok() ? "" : declared.error().message();
  }

  // "db cache -> web", or the error.
  std::string order(std::string_view text, ServiceChoice choice = {"", "shop", ""}) {
    Result<DeclaredServices> declared = read(text);
    if (!declared.ok()) return declared.error().message();
    Result<ServicePlan> plan = plan_services(std::move(*declared), choice);
    if (!plan.ok()) return plan.error().message();
    std::string out;
    for (const Service& service : plan->others) out += service.name + " ";
    return out + "-> " + plan->target.name;
  }

  std::map<std::string, std::string> environment_ = {{"HOME", "/home/me"}};
  std::map<std::string, std::string> files_;
};

std::vector<std::string> mounts_of(const Service& service) {
  std::vector<std::string> out;
  for (const ServiceMount& mount : service.mounts) {
    const char* kind = mount.kind == ServiceMount::Kind::Bind     ? "bind "
                       : mount.kind == ServiceMount::Kind::Volume ? "volume "
                                                                  : "tmpfs ";
    out.push_back(kind + mount.source + "|" + mount.destination +
                  (mount.is_read_only ? "|ro" : "") + (mount.options.empty() ? "" : "|") +
                  mount.options);
  }
  return out;
}

TEST_F(Services, CommandsAreWordsOrAreSplitAsAShellWould) {
  Service service = one("command: serve --name \"a b\" 'c d' e\\ f\nentrypoint: [/init, --]");
  EXPECT_THAT(service.command, ElementsAre("serve", "--name", "a b", "c d", "e f"));
  EXPECT_THAT(service.entrypoint, ElementsAre("/init", "--"));
  EXPECT_THAT(error("command: 'say \"x'"), HasSubstr("compose.yaml:4:14: a quote is not closed"));
}

TEST_F(Services, AnEmptyEntrypointLetsTheCommandRunAlone) {
  Service service = one("entrypoint: []\ncommand: [sh, -c, env]");
  EXPECT_THAT(service.entrypoint, ElementsAre("sh", "-c", "env"));
  EXPECT_THAT(service.command, IsEmpty());
  EXPECT_THAT(error("entrypoint: ''"), HasSubstr("needs a `command`"));
}

TEST_F(Services, VariablesComeFromFilesThenFromTheFileItself) {
  files_["web.env"] = "A=file\nB=file\n# no\nC='x y'\n";
  environment_["FROM_OUTSIDE"] = "outside";
  Service service =
      one("env_file: [web.env, {path: none.env, required: false}]\n"
          "environment:\n  B: ${FROM_OUTSIDE:-none}\n  FROM_OUTSIDE:\n  NOT_SET:\n  D: $$x");
  std::map<std::string, std::string> env(service.env.begin(), service.env.end());
  EXPECT_THAT(env,
              ElementsAre(Pair("A", "file"),
                          Pair("B", "outside"),
                          Pair("C", "x y"),
                          Pair("D", "$x"),
                          Pair("FROM_OUTSIDE", "outside")));
  EXPECT_THAT(error("env_file: none.env"), HasSubstr("compose.yaml:4:15: none.env is not there"));
  EXPECT_THAT(error("environment: {A: \"${B:?say B}\"}"), HasSubstr("`B` is required: say B"));
}

TEST_F(Services, PortsAreTheContainers) {
  Service service =
      one("ports:\n  - \"3000\"\n  - 8080:80\n  - 127.0.0.1:9001-9002:9001-9002\n  - 53:53/udp\n"
          "  - {target: 443, published: 8443, protocol: tcp}\nexpose: [\"8125/udp\", 9100]");
  EXPECT_THAT(service.published, ElementsAre(3000, 80, 9001, 9002, 443));
  EXPECT_THAT(service.exposed, ElementsAre(9100));
  EXPECT_THAT(error("ports: [web]"), HasSubstr("compose.yaml:4:13: `web` is no port"));
  EXPECT_THAT(error("ports: [\"1-65535\"]"), HasSubstr("too many ports"));
}

TEST_F(Services, VolumesAreOfThisMachineOrOfTheRun) {
  Service service = one(
      "volumes:\n  - ./conf:/etc/shop:ro\n  - data:/var/lib/shop\n  - /cache\n  - ~/keys:/keys\n"
      "  - {type: bind, source: ../x, target: /x, read_only: true}\n"
      "  - {type: tmpfs, target: /scratch}\n  - /abs:/cache\ntmpfs: /run:size=1m");
  EXPECT_THAT(mounts_of(service),
              ElementsAre("bind /shop/conf|/etc/shop|ro",
                          "volume data|/var/lib/shop",
                          "bind /home/me/keys|/keys",
                          "bind /x|/x|ro",
                          "tmpfs |/scratch",
                          "bind /abs|/cache",
                          "tmpfs |/run|size=1m"));
  EXPECT_THAT(error("volumes: [a:b:c:d]"), HasSubstr("compose.yaml:4:15: `a:b:c:d` is not of"));
  EXPECT_THAT(error("volumes: [data:relative]"), HasSubstr("is not of the form"));
}

TEST_F(Services, SecretsOfFilesAreMounted) {
  Result<DeclaredServices> declared = read(
      "services:\n  web:\n    image: shop\n    secrets: [key, {source: key, target: /k}, other]\n"
      "secrets:\n  key: {file: ./key.txt}\n  other: {environment: OTHER}\n");
  ASSERT_TRUE(declared.ok()) << declared.error().message();
  EXPECT_THAT(mounts_of(declared->services[0]),
              ElementsAre("bind /shop/key.txt|/run/secrets/key|ro", "bind /shop/key.txt|/k|ro"));
  EXPECT_THAT(declared->services[0].notes,
              ElementsAre("compose.yaml:4: the secret `other` is not given: only those of files "
                          "are"));
}

TEST_F(Services, HealthChecks) {
  Service service =
      one("healthcheck: {test: pg_isready -U x, interval: 1m30s, timeout: 500ms, retries: 3}");
  ASSERT_TRUE(service.health_check);
  EXPECT_THAT(service.health_check->test, ElementsAre("CMD-SHELL", "pg_isready -U x"));
  EXPECT_EQ(service.health_check->interval_ns, 90'000'000'000);
  EXPECT_EQ(service.health_check->timeout_ns, 500'000'000);
  EXPECT_THAT(one("healthcheck: {disable: true}").health_check->test, ElementsAre("NONE"));
  EXPECT_THAT(error("healthcheck: {test: [redis-cli, ping]}"), HasSubstr("begins with CMD"));
  EXPECT_THAT(error("healthcheck: {test: x, interval: soon}"), HasSubstr("`soon` is no time"));
}

TEST_F(Services, OptionsOfTheRun) {
  Service service = one(
      "cap_add: [NET_ADMIN]\nread_only: true\ninit: false\nextra_hosts: [\"a:1.2.3.4\", b=::1]\n"
      "sysctls: {net.core.somaxconn: 1024}\nulimits: {nproc: 99, nofile: {soft: 1, hard: 2}}\n"
      "shm_size: 64m\nmem_limit: 512m\nuser: \"1000:1000\"\nworking_dir: /srv\nhostname: box\n"
      "labels: {a: b}\nx-mine: 1\ndevices: [/dev/fuse]");
  EXPECT_THAT(service.run_options,
              ElementsAre("--cap-add=NET_ADMIN",
                          "--read-only=true",
                          "--add-host=a:1.2.3.4",
                          "--add-host=b:::1",
                          "--sysctl=net.core.somaxconn=1024",
                          "--ulimit=nproc=99:99",
                          "--ulimit=nofile=1:2",
                          "--shm-size=64m",
                          "--hostname=box"));
  EXPECT_EQ(service.memory_bytes, 512U << 20);
  EXPECT_EQ(service.user, "1000:1000");
  EXPECT_EQ(service.working_dir, "/srv");
  EXPECT_THAT(service.notes,
              ElementsAre("compose.yaml:17: `devices` of service `web` is not followed"));
}

TEST_F(Services, NamesOfOthersOnTheNetwork) {
  Result<DeclaredServices> declared = read(
      "services:\n"
      "  web: {image: shop, links: [\"db:database\"]}\n"
      "  db: {image: pg, container_name: main-db, networks: {back: {aliases: [store]}}}\n");
  ASSERT_TRUE(declared.ok());
  EXPECT_THAT(declared->services[1].aliases, ElementsAre("db", "main-db", "store", "database"));
}

TEST_F(Services, WhatIsExtendedIsUnderTheService) {
  files_["common/base.yaml"] =
      "services:\n  base:\n    image: shop\n    environment: {A: base, B: base}\n"
      "    volumes: [./c:/c]\n    cap_add: [A]\n    init: true\n";
  Result<DeclaredServices> declared = read(
      "services:\n  web:\n    extends: {file: common/base.yaml, service: base}\n"
      "    environment: [B=own]\n    cap_add: [B]\n    init: false\n");
  ASSERT_TRUE(declared.ok()) << declared.error().message();
  const Service& service = declared->services[0];
  EXPECT_THAT(service.images, ElementsAre("shop"));
  EXPECT_THAT(service.env, ElementsAre(Pair("A", "base"), Pair("B", "own")));
  EXPECT_THAT(mounts_of(service), ElementsAre("bind /shop/common/c|/c"));
  EXPECT_THAT(service.run_options, ElementsAre("--cap-add=A", "--cap-add=B"));
  EXPECT_THAT(order("services: {web: {extends: web}}"), HasSubstr("leads too far"));
}

TEST_F(Services, ImagesThatAreBuiltHaveTheProjectsName) {
  Result<DeclaredServices> declared = read("name: My.Shop\nservices: {web: {build: .}}\n");
  ASSERT_TRUE(declared.ok());
  EXPECT_THAT(declared->services[0].images, ElementsAre("myshop-web", "myshop_web"));
  EXPECT_EQ(declared->services[0].build_context, "/shop");
  declared = read("services: {web: {build: {context: ./a, dockerfile: b}}}\n");
  EXPECT_THAT(declared->services[0].images, ElementsAre("shop-web", "shop_web"));
  EXPECT_EQ(declared->services[0].build_context, "/shop/a");
}

constexpr const char* kShop = R"(
services:
  proxy: {image: nginx, depends_on: [web]}
  web: {image: "shop:1", depends_on: {db: {condition: service_healthy}, seed: {condition: service_completed_successfully}}}
  seed: {image: seed, depends_on: [db]}
  metrics: {image: prometheus}
  db: {image: pg}
)";

TEST_F(Services, OthersAreWhatItDependsOnInOrder) {
  EXPECT_EQ(order(kShop, {"", "shop:1", ""}), "db seed -> web");
  EXPECT_EQ(order(kShop, {"", "docker:docker.io/library/shop:1", ""}), "db seed -> web");
  EXPECT_EQ(order(kShop, {"seed", "", ""}), "db -> seed");
}

TEST_F(Services, WithoutNeedsAllThatDoNotNeedItComeAlong) {
  EXPECT_EQ(order(kShop, {"db", "", ""}), "metrics -> db");
  EXPECT_EQ(order("services:\n  web: {image: shop}\n  z: {image: z, depends_on: [a]}\n"
                  "  a: {image: a}\n  tool: {image: t, profiles: [debug]}\n"),
            "a z -> web");
}

TEST_F(Services, AChoiceThatFitsNoneOrSeveralListsThem) {
  EXPECT_EQ(order(kShop, {"", "shop:2", ""}),
            "compose.yaml: no service has the image or build `shop:2`; its services are\n"
            "  proxy (image nginx)\n  web (image shop:1)\n  seed (image seed)\n"
            "  metrics (image prometheus)\n  db (image pg)");
  EXPECT_THAT(order("services: {a: {image: shop}, b: {image: shop}}"),
              HasSubstr("more than one service has the image or build `shop`"));
  EXPECT_THAT(order(kShop, {"wbe", "", ""}), HasSubstr("there is no service `wbe`"));
  EXPECT_EQ(order("services: {a: {build: ./a}, b: {build: ./b}}", {"", "", "/shop/b"}), "a -> b");
}

TEST_F(Services, CirclesAndMissingServicesAreErrors) {
  EXPECT_EQ(order("services:\n  web: {image: shop, depends_on: [a]}\n"
                  "  a: {image: a, depends_on: [b]}\n  b: {image: b, depends_on: [a]}\n"),
            "compose.yaml:3: services depend on each other in a circle: a -> b -> a");
  EXPECT_EQ(order("services:\n  web: {image: shop, depends_on: [db]}\n"),
            "compose.yaml:2: service `web` depends on `db`, which is not there");
  EXPECT_EQ(order("services:\n  web: {image: shop, depends_on: {db: {required: false}}}\n"),
            "-> web");
  EXPECT_THAT(error("depends_on: {db: {condition: ready}}"), HasSubstr("no condition `ready`"));
}

TEST_F(Services, OddFiles) {
  EXPECT_THAT(order("- a"), HasSubstr("there are no `services`"));
  EXPECT_THAT(order("services: {web: 7}"), HasSubstr("compose.yaml:1:17: a service is a mapping"));
  EXPECT_THAT(order("services: {web: {image: [a]}}"), HasSubstr("a single value is expected"));
  std::string many = "services:\n";
  for (size_t i = 0; i <= kMaxServices; ++i) many += "  s" + std::to_string(i) + ": {image: a}\n";
  EXPECT_THAT(order(many), HasSubstr("more than 200 services"));
  Result<DeclaredServices> declared =
      read("include: [other.yaml]\nservices: {web: {image: \"shop:$TAG\"}}");
  ASSERT_TRUE(declared.ok());
  EXPECT_THAT(declared->notes,
              ElementsAre(HasSubstr("compose.yaml:1: `include` is not followed"),
                          "compose.yaml:2: `TAG` is not set, it is taken for empty"));
}

TEST(ComposeValues, Ports) {
  EXPECT_THAT(*parse_ports("[::1]:80:8080"), ElementsAre(8080));
  for (const char* bad : {"", "0", "65536", "9-8", "a:b"})
    EXPECT_FALSE(parse_ports(bad).ok()) << bad;
}

}  // namespace
}  // namespace whittle
