// The registry source against a registry of ours that misbehaves as asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "image/cache.h"
#include "image/sources/base64.h"
#include "image/sources/sources.h"
#include "support/http_server.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using test::HttpServer;
using test::ServerPeer;
using test::ServerRequest;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kManifestType = "application/vnd.oci.image.manifest.v1+json";

// Blobs and manifests of one repository "team/app", and who may have them.
class Repository {
 public:
  explicit Repository(std::string_view spec = "layer gzip\nfile a size=300000\nfile b text=x") {
    auto image = test::image_of(std::string(spec));
    std::string layers;
    std::string diff_ids;
    for (size_t i = 0; i < image->info().layers.size(); ++i) {
      std::string stored = read_all(**image->open_layer(i), 1 << 30).value();
      layer_bytes = stored;
      layer_digest = add_blob(stored);
      std::string comma = i == 0 ? "" : ",";
      layers += comma +
                "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"" +
                layer_digest + "\",\"size\":" + std::to_string(stored.size()) + "}";
      diff_ids += comma + "\"" + image->info().layers[i].diff_id + "\"";
    }
    std::string config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"diff_ids\":[" +
                         diff_ids + "]}}";
    std::string config_digest = add_blob(config);
    manifest =
        "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/"
        "vnd.oci.image.config.v1+json\",\"digest\":\"" +
        config_digest + "\",\"size\":" + std::to_string(config.size()) + "},\"layers\":[" + layers +
        "]}";
    manifest_digest = add_manifest(manifest, "1");
  }

  Digest add_blob(const std::string& bytes) {
    Digest digest = digest_of(bytes);
    paths["/v2/team/app/blobs/" + digest] = bytes;
    return digest;
  }

  Digest add_manifest(const std::string& text, const std::string& tag = "") {
    Digest digest = digest_of(text);
    paths["/v2/team/app/manifests/" + digest] = text;
    if (!tag.empty()) paths["/v2/team/app/manifests/" + tag] = text;
    return digest;
  }

  // As a registry should.
  void answer(const ServerRequest& request, ServerPeer& peer, bool has_ranges = true) const {
    auto found = paths.find(request.target);
    if (found == paths.end())
      return peer.answer(
          404, R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]})");
    std::string body = found->second;
    std::string range = request.header("range");
    if (!has_ranges || range.empty()) return peer.answer(200, request.method == "HEAD" ? "" : body);
    uint64_t first = parse_u64(range.substr(6, range.find('-') - 6)).value_or(0);
    uint64_t last = parse_u64(range.substr(range.find('-') + 1)).value_or(body.size() - 1);
    peer.answer(206,
                std::string_view(body).substr(first, last - first + 1),
                "Content-Range: bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" +
                    std::to_string(body.size()) + "\r\n");
  }

  std::map<std::string, std::string> paths;
  std::string manifest;
  Digest manifest_digest;
  Digest layer_digest;
  std::string layer_bytes;
};

std::string blob_path(const Digest& digest) {
  return "/v2/team/app/blobs/" + digest;
}

Result<std::unique_ptr<Image>> open(const HttpServer& server,
                                    const OpenOptions& options = test::open_options(),
                                    const std::string& version = ":1") {
  return open_image("registry:" + server.host() + "/team/app" + version, options);
}

std::string error_of(const Result<std::unique_ptr<Image>>& image) {
  return image.ok() ? "" : image.error().message();
}

// The first layer's bytes, or the error.
Result<std::string> read_layer_bytes(const Image& image) {
  TRY_ASSIGN(std::unique_ptr<ByteSource> stored, image.open_layer(0));
  return read_all(*stored, 1 << 30);
}

class Registry : public testing::Test {
 protected:
  // No login of whoever runs the tests is found.
  void SetUp() override {
    folder_.emplace(std::move(TempDir::make("registry-test")).value());
    for (const char* name : {"HOME", "DOCKER_CONFIG", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"})
      ::setenv(name, folder_->path().c_str(), 1);
    ::unsetenv("REGISTRY_AUTH_FILE");
  }

  OpenOptions with_login(const std::string& host, const std::string& entry) {
    fs::path file = folder_->path() / "login.json";
    EXPECT_TRUE(write_file_atomic(file, "{\"auths\":{\"" + host + "\":" + entry + "}}").ok());
    OpenOptions options = test::open_options();
    options.registry.auth_file = file.string();
    return options;
  }

  std::optional<TempDir> folder_;
};

TEST_F(Registry, ReadsAnImage) {
  Repository repository;
  HttpServer server([&](const auto& request, auto& peer) { repository.answer(request, peer); });
  auto image = open(server);
  ASSERT_TRUE(image.ok()) << error_of(image);
  EXPECT_TRUE((*image)->is_remote());
  EXPECT_EQ((*image)->info().manifest_digest, repository.manifest_digest);
  EXPECT_EQ(read_layer_bytes(**image).value(), repository.layer_bytes);
  auto merged = test::read_and_merge(**image);
  ASSERT_TRUE(merged.ok()) << merged.error().message();
  EXPECT_EQ((*merged)->tree.content_bytes(), 300'001U);
}

TEST_F(Registry, WaitsWhereItIsAskedTo) {
  Repository repository;
  std::atomic<int> busy{2};
  HttpServer server([&](const auto& request, auto& peer) {
    if (busy-- > 0) return peer.answer(busy == 1 ? 429 : 503, "", "Retry-After: 0\r\n");
    repository.answer(request, peer);
  });
  auto image = open(server);
  EXPECT_TRUE(image.ok()) << error_of(image);
  HttpServer strict([&](const auto&, auto& peer) {
    peer.answer(429, R"({"errors":[{"message":"too many pulls"}]})", "Retry-After: 7200\r\n");
  });
  auto refused = open(strict);
  EXPECT_THAT(error_of(refused), HasSubstr("too many pulls"));
  EXPECT_THAT(refused.error().hint(), HasSubstr("7200"));
  EXPECT_EQ(strict.requests().size(), 1U) << "nobody waits for two hours";
}

TEST_F(Registry, GoesOnWhereAConnectionBroke) {
  Repository repository;
  for (bool has_ranges : {true, false}) {
    std::atomic<int> cuts{2};
    HttpServer server([&](const auto& request, auto& peer) {
      if (request.target != blob_path(repository.layer_digest) || cuts-- <= 0)
        return repository.answer(request, peer, has_ranges);
      const std::string& body = repository.layer_bytes;
      uint64_t first = 0;
      std::string range = request.header("range");
      if (has_ranges && !range.empty())
        first = parse_u64(range.substr(6, range.size() - 7)).value();
      std::string content_range = first == 0 ? ""
                                             : "Content-Range: bytes " + std::to_string(first) +
                                                   "-" + std::to_string(body.size() - 1) + "/" +
                                                   std::to_string(body.size()) + "\r\n";
      peer.send(ServerPeer::head(first == 0 ? 200 : 206, body.size() - first, content_range));
      peer.send(std::string_view(body).substr(first, body.size() / 3));
      peer.close();
    });
    auto image = open(server);
    ASSERT_TRUE(image.ok()) << error_of(image);
    auto merged = test::read_and_merge(**image);
    ASSERT_TRUE(merged.ok()) << merged.error().message();
    EXPECT_EQ((*merged)->tree.content_bytes(), 300'001U);
    EXPECT_LE(cuts, 0);
  }
}

TEST_F(Registry, TakesNoOtherPartOfABlobThanItAskedFor) {
  Repository repository;
  std::atomic<int> cuts{1};
  HttpServer server([&](const auto& request, auto& peer) {
    const std::string& body = repository.layer_bytes;
    if (request.target == blob_path(repository.layer_digest) && !request.header("range").empty()) {
      return peer.answer(206,
                         std::string_view(body).substr(7),
                         "Content-Range: bytes 7-" + std::to_string(body.size() - 1) + "/" +
                             std::to_string(body.size()) + "\r\n");
    }
    if (request.target != blob_path(repository.layer_digest) || cuts-- <= 0)
      return repository.answer(request, peer);
    peer.send(ServerPeer::head(200, body.size()) + body.substr(0, 500));
    peer.close();
  });
  auto image = open(server);
  ASSERT_TRUE(image.ok()) << error_of(image);
  EXPECT_EQ(read_layer_bytes(**image).value(), repository.layer_bytes);
}

TEST_F(Registry, VerifiesDigestsAndSizes) {
  Repository good;
  auto broken = [&](const std::function<void(Repository&)>& harm) {
    Repository repository = good;
    harm(repository);
    HttpServer server([&](const auto& request, auto& peer) { repository.answer(request, peer); });
    auto image = open(server, test::open_options(), "@" + good.manifest_digest);
    if (!image.ok()) return image.error().message();
    auto merged = test::read_and_merge(**image);
    return merged.ok() ? std::string() : merged.error().message();
  };
  EXPECT_EQ(broken([](Repository&) {}), "");
  EXPECT_THAT(
      broken([](Repository& r) { r.paths["/v2/team/app/manifests/" + r.manifest_digest] += " "; }),
      HasSubstr("the registry gave sha256:"));
  EXPECT_THAT(broken([](Repository& r) {
                for (auto& [path, bytes] : r.paths) {
                  if (bytes.starts_with("{\"os\"")) bytes.replace(7, 5, "xinux");
                }
              }),
              HasSubstr("the registry gave sha256:"));
  EXPECT_THAT(broken([](Repository& r) { r.paths[blob_path(r.layer_digest)] += "x"; }),
              HasSubstr("but the image says"));
  EXPECT_THAT(broken([](Repository& r) { r.paths[blob_path(r.layer_digest)][5'000] ^= 1; }),
              testing::Not(IsEmpty()));
  EXPECT_THAT(broken([](Repository& r) { r.paths.erase(blob_path(r.layer_digest)); }),
              HasSubstr("404"));
}

TEST_F(Registry, DoesNotFollowAnEndlessBody) {
  Repository repository;
  HttpServer server([&](const auto& request, auto& peer) {
    bool is_manifest = request.target == "/v2/team/app/manifests/1";
    bool is_layer = request.target == blob_path(repository.layer_digest);
    if (!is_manifest && !is_layer) return repository.answer(request, peer);
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    if (is_layer) peer.send(repository.layer_bytes);
    std::string piece(64 * 1024, ' ');
    while (peer.send(piece)) continue;
    peer.close();
  });
  EXPECT_EQ(open(server).error().kind(), ErrorKind::Limit);
  auto pinned = open(server, test::open_options(), "@" + repository.manifest_digest);
  ASSERT_TRUE(pinned.ok()) << error_of(pinned);
  EXPECT_THAT(read_layer_bytes(**pinned).error().message(), HasSubstr("more than"));
}

TEST_F(Registry, TellsASlowOneFromADeadOne) {
  Repository repository;
  HttpServer server([&](const auto& request, auto& peer) {
    peer.wait(100);
    repository.answer(request, peer);
  });
  auto image = open(server);
  EXPECT_TRUE(image.ok()) << error_of(image);
  std::string gone;
  {
    HttpServer ended([](const auto&, auto&) {});
    gone = ended.host();
  }
  auto dead = open_image("registry:" + gone + "/team/app:1", test::open_options());
  EXPECT_THAT(error_of(dead), HasSubstr("does not answer"));
}

TEST_F(Registry, EndsWhenItIsCancelled) {
  HttpServer server([](const auto&, auto& peer) { peer.wait(20'000); });
  CancelToken cancel;
  OpenOptions options = test::open_options();
  options.cancel = &cancel;
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancel.cancel();
  });
  EXPECT_EQ(open(server, options).error().kind(), ErrorKind::Cancelled);
  later.join();
}

TEST_F(Registry, LeavesTheLoginBehindOnRedirects) {
  Repository repository;
  HttpServer storage([&](const auto& request, auto& peer) {
    ServerRequest moved = request;
    moved.target = blob_path(repository.layer_digest);
    repository.answer(moved, peer);
  });
  HttpServer server([&](const auto& request, auto& peer) {
    if (request.header("authorization").empty())
      return peer.answer(401, "", "WWW-Authenticate: Basic realm=\"r\"\r\n");
    if (request.target == blob_path(repository.layer_digest))
      return peer.answer(307, "", "Location: " + storage.url("/data?signature=1") + "\r\n");
    repository.answer(request, peer);
  });
  auto image = open(server, with_login(server.host(), R"({"username":"u","password":"p"})"));
  ASSERT_TRUE(image.ok()) << error_of(image);
  EXPECT_EQ(read_layer_bytes(**image).value(), repository.layer_bytes);
  ASSERT_EQ(storage.requests().size(), 1U);
  EXPECT_EQ(storage.requests()[0].target, "/data?signature=1");
  EXPECT_EQ(storage.requests()[0].header("authorization"), "");
  EXPECT_EQ(server.requests().back().header("authorization"), "Basic " + encode_base64("u:p"));
}

// A registry with a token server of its own; `expires` in seconds.
struct TokenRegistry {
  explicit TokenRegistry(int expires = 300)
      : tokens([this, expires](const auto& request, auto& peer) {
          if (!allows(request)) return peer.answer(401, "{}");
          current = "token-" + std::to_string(++issued);
          peer.answer(200,
                      "{\"access_token\":\"" + current +
                          "\",\"expires_in\":" + std::to_string(expires) + "}");
        }),
        server([this](const auto& request, auto& peer) {
          if (request.header("authorization") == "Bearer " + current && !current.empty())
            return repository.answer(request, peer);
          peer.answer(401,
                      "{}",
                      "WWW-Authenticate: Bearer realm=\"" + tokens.url("/token") +
                          "\",service=\"the service\",scope=\"repository:team/app:pull\"\r\n");
        }) {}

  Repository repository;
  std::atomic<int> issued{0};
  std::string current;
  std::function<bool(const ServerRequest&)> allows = [](const auto&) { return true; };
  HttpServer tokens;
  HttpServer server;
};

TEST_F(Registry, GetsATokenForNobodyAndKeepsIt) {
  TokenRegistry registry;
  auto image = open(registry.server);
  ASSERT_TRUE(image.ok()) << error_of(image);
  EXPECT_TRUE(read_layer_bytes(**image).ok());
  EXPECT_EQ(registry.issued, 1);
  ServerRequest asked = registry.tokens.requests()[0];
  EXPECT_EQ(asked.target, "/token?service=the%20service&scope=repository%3Ateam%2Fapp%3Apull");
  EXPECT_EQ(asked.header("authorization"), "");
}

TEST_F(Registry, GetsATokenForAUserOrByARefreshToken) {
  TokenRegistry registry;
  registry.allows = [](const ServerRequest& request) {
    return request.header("authorization") == "Basic " + encode_base64("u:p") ||
           (request.method == "POST" && contains(request.body, "grant_type=refresh_token") &&
            contains(request.body, "refresh_token=r%2Ft&"));
  };
  std::string host = registry.server.host();
  EXPECT_TRUE(open(registry.server, with_login(host, R"({"username":"u","password":"p"})")).ok());
  EXPECT_TRUE(open(registry.server, with_login(host, R"({"identitytoken":"r/t"})")).ok());
  auto wrong = open(registry.server, with_login(host, R"({"username":"u","password":"q"})"));
  EXPECT_THAT(error_of(wrong), HasSubstr("refuses the login"));
  auto nobody = open(registry.server);
  EXPECT_THAT(nobody.error().hint(), HasSubstr("docker login " + host));
}

TEST_F(Registry, RenewsATokenThatIsNoLongerTaken) {
  TokenRegistry registry;
  auto image = open(registry.server);
  ASSERT_TRUE(image.ok()) << error_of(image);
  registry.current = "another";  // the registry has forgotten ours
  EXPECT_EQ(read_layer_bytes(**image).value(), registry.repository.layer_bytes);
  EXPECT_EQ(registry.issued, 2);
}

TEST_F(Registry, PicksThePlatformThroughIndexes) {
  Repository repository;
  auto item = [](std::string_view type, const std::string& text, const std::string& rest) {
    return "{\"mediaType\":\"" + std::string(type) + "\",\"digest\":\"" + digest_of(text) +
           "\",\"size\":" + std::to_string(text.size()) + rest + "}";
  };
  std::string statement = R"({"predicateType":"https://slsa.dev/provenance/v1","predicate":{}})";
  repository.add_blob(statement);
  std::string attestation =
      "{\"schemaVersion\":2,\"config\":" +
      item("application/vnd.oci.image.config.v1+json", "{}", "") + ",\"layers\":[" +
      item("application/vnd.in-toto+json",
           statement,
           R"(,"annotations":{"in-toto.io/predicate-type":"https://slsa.dev/provenance/v1"})") +
      "]}";
  repository.add_manifest(attestation);
  std::string inner =
      "{\"schemaVersion\":2,\"manifests\":[" +
      item(kManifestType, "not there", R"(,"platform":{"os":"linux","architecture":"s390x"})") +
      "," +
      item(kManifestType,
           repository.manifest,
           R"(,"platform":{"os":"linux","architecture":"arm64","variant":"v8"})") +
      "," +
      item(
          kManifestType,
          attestation,
          R"(,"platform":{"os":"unknown","architecture":"unknown"},"annotations":{"vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":")" +
              repository.manifest_digest + "\"}") +
      "]}";
  repository.add_manifest(inner);
  repository.add_manifest("{\"schemaVersion\":2,\"manifests\":[" +
                              item("application/x-unknown", "what", "") + "," +
                              item("application/vnd.oci.image.index.v1+json", inner, "") + "]}",
                          "multi");
  HttpServer server([&](const auto& request, auto& peer) { repository.answer(request, peer); });
  OpenOptions options = test::open_options();
  options.platform = Platform{"linux", "arm64", "", ""};
  auto image = open(server, options, ":multi");
  // The configuration says amd64: the index is believed about what to open, the configuration about
  // what it is, and select_one() sees that they differ.
  EXPECT_FALSE(image.ok());
  auto images = open_images("registry:" + server.host() + "/team/app:multi", options);
  ASSERT_TRUE(images.ok()) << images.error().message();
  EXPECT_EQ((*images)[0]->info().manifest_digest, repository.manifest_digest);
  EXPECT_EQ((*images)[0]->info().platforms.size(), 2U);
  EXPECT_EQ((*images)[0]->info().provenance, statement);
  options.platform = Platform{"linux", "riscv64", "", ""};
  auto none = open_images("registry:" + server.host() + "/team/app:multi", options);
  EXPECT_THAT(none.error().hint(), HasSubstr("linux/s390x"));
}

// Provenance as tools attach it to an image that is pushed already.
TEST_F(Registry, AsksForReferrersWhereThatIsWanted) {
  Repository repository;
  std::string statement = R"({"predicateType":"https://slsa.dev/provenance/v1","predicate":{}})";
  repository.add_blob(statement);
  auto described = [](std::string_view type, const std::string& text, const std::string& rest) {
    return R"({"mediaType":")" + std::string(type) + R"(","digest":")" + digest_of(text) +
           R"(","size":)" + std::to_string(text.size()) + rest + "}";
  };
  std::string attestation =
      R"({"schemaVersion":2,"artifactType":"application/vnd.in-toto+json","config":)" +
      described("application/vnd.oci.empty.v1+json", "{}", "") + R"(,"layers":[)" +
      described(
          "application/vnd.in-toto+json",
          statement,
          R"(,"annotations":{"in-toto.io/predicate-type":"https://slsa.dev/provenance/v1"})") +
      "]}";
  repository.add_manifest(attestation);
  std::string index =
      R"({"schemaVersion":2,"manifests":[)" +
      described(kManifestType, "a signature", R"(,"artifactType":"application/x-signature")") +
      "," +
      described(kManifestType, attestation, R"(,"artifactType":"application/vnd.in-toto+json")") +
      "]}";
  HttpServer server([&](const auto& request, auto& peer) { repository.answer(request, peer); });
  OpenOptions options = test::open_options();
  options.registry.asks_referrers = true;
  EXPECT_EQ((*open(server, options))->info().provenance, "");  // there are none
  // A registry without the API: the tag that stands in for it.
  std::string tag = "sha256-" + repository.manifest_digest.substr(7);
  repository.paths["/v2/team/app/manifests/" + tag] = index;
  EXPECT_EQ((*open(server, options))->info().provenance, statement);
  repository.paths.erase("/v2/team/app/manifests/" + tag);
  repository.paths["/v2/team/app/referrers/" + repository.manifest_digest] = index;
  EXPECT_EQ((*open(server, options))->info().provenance, statement);
  EXPECT_EQ((*open(server))->info().provenance, "");
  repository.paths["/v2/team/app/referrers/" + repository.manifest_digest] = "no index";
  auto damaged = open(server, options);
  ASSERT_TRUE(damaged.ok()) << error_of(damaged);
  EXPECT_EQ((*damaged)->info().provenance, "");
}

TEST_F(Registry, NamesWhatIsNoImage) {
  Repository repository;
  repository.add_manifest(R"({"schemaVersion":1,"name":"team/app","fsLayers":[]})", "old");
  repository.add_manifest(
      R"({"schemaVersion":2,"artifactType":"text/x","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]})",
      "artifact");
  repository.add_manifest("[]", "list");
  HttpServer server([&](const auto& request, auto& peer) { repository.answer(request, peer); });
  EXPECT_THAT(error_of(open(server, test::open_options(), ":old")), HasSubstr("schema version 1"));
  EXPECT_THAT(error_of(open(server, test::open_options(), ":artifact")), HasSubstr("text/x"));
  EXPECT_FALSE(open(server, test::open_options(), ":list").ok());
  auto missing = open(server, test::open_options(), ":nope");
  EXPECT_EQ(missing.error().kind(), ErrorKind::NotFound);
  EXPECT_THAT(error_of(missing), HasSubstr("manifest unknown"));
}

// Documents in memory.
class MemoryCache : public LayerCache {
 public:
  const fs::path& folder() const override { return folder_; }

  std::optional<std::string> find_blob(const Digest& digest) const override {
    auto found = blobs.find(digest);
    return found == blobs.end() ? std::nullopt : std::optional(found->second);
  }

  void store_blob(const Digest& digest, std::string_view bytes) const override {
    std::lock_guard lock(mutex_);
    blobs[digest] = bytes;
  }

  std::optional<LayerIndex> find(const Digest&, const KeptTopics&, bool, bool) const override {
    return std::nullopt;
  }

  void store(const LayerIndex&, const KeptTopics&) const override {}

  uint64_t trim() const override { return 0; }

  mutable std::map<Digest, std::string> blobs;

 private:
  fs::path folder_;
  mutable std::mutex mutex_;
};

TEST_F(Registry, AsksForKnownDocumentsOnlyByDigest) {
  Repository repository;
  HttpServer server([&](const auto& request, auto& peer) {
    if (request.method != "HEAD") return repository.answer(request, peer);
    peer.answer(200, "", "Docker-Content-Digest: " + repository.manifest_digest + "\r\n");
  });
  auto cache = std::make_shared<MemoryCache>();
  OpenOptions options = test::open_options();
  options.cache = cache;
  ASSERT_TRUE(open(server, options).ok());
  EXPECT_EQ(cache->blobs.size(), 2U);
  size_t before = server.requests().size();
  ASSERT_TRUE(open(server, options).ok());
  ASSERT_EQ(server.requests().size(), before + 1);
  EXPECT_EQ(server.requests().back().method, "HEAD");
  ASSERT_TRUE(open(server, options, "@" + repository.manifest_digest).ok());
  EXPECT_EQ(server.requests().size(), before + 1);
}

TEST_F(Registry, FallsBackFromMirrors) {
  Repository repository;
  HttpServer server([&](const auto& request, auto& peer) { repository.answer(request, peer); });
  HttpServer mirror([&](const auto& request, auto& peer) {
    bool is_layer = contains(request.target, repository.layer_digest);
    peer.answer(is_layer ? 404 : 500);
  });
  OpenOptions options = test::open_options();
  options.registry.mirrors = {server.host() + "=" + mirror.url("/proxy"),
                              "other.example=https://x.example"};
  auto image = open(server, options);
  ASSERT_TRUE(image.ok()) << error_of(image);
  EXPECT_EQ(read_layer_bytes(**image).value(), repository.layer_bytes);
  EXPECT_EQ(mirror.requests()[0].target, "/v2/proxy/team/app/manifests/1");
  options.registry.mirrors = {"no mirror"};
  EXPECT_EQ(open(server, options).error().kind(), ErrorKind::Usage);
}

TEST_F(Registry, IsNotAskedOffline) {
  HttpServer server([](const auto&, auto& peer) { peer.answer(500); });
  OpenOptions options = test::open_options();
  options.offline = true;
  EXPECT_THAT(error_of(open(server, options)), HasSubstr("offline"));
  EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace whittle
