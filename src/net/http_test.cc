// The client against a server that behaves, and against one that does not.
#include "net/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/url.h"
#include "support/http_server.h"

namespace whittle {
namespace {

using test::HttpServer;
using test::ServerPeer;
using test::ServerRequest;
using testing::HasSubstr;

HttpResponse get(const std::string& url, uint64_t max_body_bytes = 1 << 20) {
  HttpRequest request;
  request.url = url;
  request.timeout_ms = 5'000;
  request.max_body_bytes = max_body_bytes;
  CancelToken never;
  Result<HttpResponse> response = http_request(request, never);
  EXPECT_TRUE(response.ok());
  return response.ok() ? *response : HttpResponse{};
}

std::string read_to_end(HttpStream& stream, size_t piece_bytes = 1000) {
  std::string all;
  std::vector<std::byte> piece(piece_bytes);
  for (;;) {
    Result<size_t> n = stream.read(piece);
    EXPECT_TRUE(n.ok()) << n.error().message();
    if (!n.ok() || *n == 0) return all;
    all.append(reinterpret_cast<const char*>(piece.data()), *n);
  }
}

std::string pattern(size_t size) {
  std::string text;
  for (size_t i = 0; text.size() < size; ++i) text += std::to_string(i) + " ";
  text.resize(size);
  return text;
}

TEST(HttpTest, ReadsAnAnswerAndBoundsItsBody) {
  HttpServer server([](const ServerRequest&, ServerPeer& peer) {
    peer.answer(302, "abcdef", "Location: http://127.0.0.1:1/\r\nContent-Type: Text/HTML\r\n");
  });
  HttpResponse response = get(server.url(), 4);
  EXPECT_EQ(response.failure, HttpFailure::None) << response.why;
  EXPECT_EQ(response.status, 302) << "redirects are not followed unless asked";
  EXPECT_EQ(response.header("content-type"), "Text/HTML");
  EXPECT_EQ(response.body, "abcd");
  EXPECT_EQ(response.body_bytes, 6U);
}

TEST(HttpTest, TellsFailuresApart) {
  HttpServer not_http([](const ServerRequest&, ServerPeer& peer) {
    peer.send("-ERR unknown command\r\n");
    peer.close();
  });
  EXPECT_EQ(get(not_http.url()).failure, HttpFailure::NotHttp);
  HttpServer silent([](const ServerRequest&, ServerPeer& peer) { peer.close(); });
  EXPECT_EQ(get(silent.url()).failure, HttpFailure::Closed);
  HttpServer cut([](const ServerRequest&, ServerPeer& peer) {
    peer.send(ServerPeer::head(200, 100) + "only this");
    peer.close();
  });
  HttpResponse response = get(cut.url());
  EXPECT_EQ(response.failure, HttpFailure::Closed);
  EXPECT_EQ(response.status, 0);
  HttpResponse no_tls = get("https://" + cut.host() + "/");
  EXPECT_EQ(no_tls.failure, HttpFailure::NotTls) << no_tls.why;
  std::string gone;
  {
    HttpServer server([](const ServerRequest&, ServerPeer&) {});
    gone = server.url();
  }
  EXPECT_EQ(get(gone).failure, HttpFailure::Refused);
}

TEST(HttpTest, UsesProxiesOnlyWhereTheyAreWantedAndNeverForLoopback) {
  HttpServer server([](const ServerRequest&, ServerPeer& peer) { peer.answer(200); });
  HttpServer proxy([](const ServerRequest&, ServerPeer& peer) { peer.answer(200, "by proxy"); });
  for (const char* name : {"http_proxy", "HTTP_PROXY"}) {
    ::setenv(name, proxy.url().c_str(), 1);
    EXPECT_EQ(get(server.url()).body, "");
    HttpRequest request;
    request.uses_proxy = true;
    CancelToken never;
    request.url = server.url();
    EXPECT_EQ(http_request(request, never)->body, "");
    request.url = "http://registry.invalid/x";
    EXPECT_EQ(http_request(request, never)->body, "by proxy") << name;
    EXPECT_EQ(proxy.requests().back().target, "http://registry.invalid/x");
    ::setenv("NO_PROXY", "invalid", 1);
    EXPECT_EQ(http_request(request, never)->failure, HttpFailure::Refused);
    ::unsetenv("NO_PROXY");
    ::unsetenv(name);
  }
}

TEST(HttpTest, PushesOnlyTheBodiesOfSuccesses) {
  HttpServer server([](const ServerRequest& request, ServerPeer& peer) {
    peer.answer(request.target == "/good" ? 200 : 500, "body of " + request.target);
  });
  CancelToken never;
  std::string pushed;
  HttpRequest request;
  request.on_body = [&](std::string_view bytes) {
    pushed += bytes;
    return true;
  };
  request.url = server.url("/good");
  Result<HttpResponse> good = http_request(request, never);
  EXPECT_EQ(pushed, "body of /good");
  EXPECT_EQ(good->body, "");
  EXPECT_EQ(good->body_bytes, 13U);
  request.url = server.url("/bad");
  Result<HttpResponse> bad = http_request(request, never);
  EXPECT_EQ(pushed, "body of /good");
  EXPECT_EQ(bad->status, 500);
  EXPECT_EQ(bad->body, "body of /bad");
  request.url = server.url("/good");
  request.on_body = [](std::string_view) { return false; };
  EXPECT_THAT(http_request(request, never).error().message(), HasSubstr("not taken"));
}

TEST(HttpStreamTest, PullsABodyInPiecesOfAnySize) {
  std::string body = pattern(3'000'000);
  HttpServer server([&](const ServerRequest&, ServerPeer& peer) { peer.answer(200, body); });
  HttpClient client;
  CancelToken never;
  HttpRequest request;
  request.url = server.url();
  for (size_t piece : {7'919U, 100'000U, 5'000'000U}) {
    Result<HttpStream> stream = client.open(request, never);
    ASSERT_TRUE(stream.ok());
    EXPECT_EQ(stream->head().status, 200);
    EXPECT_EQ(read_to_end(*stream, piece), body);
  }
  EXPECT_EQ(server.connections(), 1U) << "the connection is kept";
}

TEST(HttpStreamTest, FetchesNoMoreThanIsRead) {
  std::atomic<uint64_t> sent{0};
  HttpServer server([&](const ServerRequest&, ServerPeer& peer) {
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    std::string piece(64 * 1024, 'x');
    while (peer.send(piece)) sent += piece.size();
    peer.close();
  });
  CancelToken never;
  HttpRequest request;
  request.url = server.url();
  HttpClient client;
  Result<HttpStream> stream = client.open(request, never);
  ASSERT_TRUE(stream.ok());
  std::vector<std::byte> piece(1000);
  ASSERT_TRUE(stream->read(piece).ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ASSERT_TRUE(stream->read(piece).ok());
  // What is buffered by us and by both sockets, but not the endless rest.
  EXPECT_LT(sent, 32U << 20);
}

TEST(HttpStreamTest, BoundsTheBodiesOfErrorsEvenEndlessOnes) {
  HttpServer server([&](const ServerRequest&, ServerPeer& peer) {
    peer.send("HTTP/1.1 404 X\r\n\r\n");
    while (peer.send(std::string(1000, 'e'))) continue;
    peer.close();
  });
  CancelToken never;
  HttpRequest request;
  request.url = server.url();
  request.max_body_bytes = 5'000;
  Result<HttpStream> stream = HttpClient().open(request, never);
  ASSERT_TRUE(stream.ok());
  EXPECT_EQ(stream->head().status, 404);
  EXPECT_EQ(stream->head().body, std::string(5'000, 'e'));
  std::byte one;
  EXPECT_EQ(stream->read({&one, 1}).value(), 0U);
}

TEST(HttpStreamTest, SaysHowATransferBrokeOff) {
  HttpServer server([](const ServerRequest& request, ServerPeer& peer) {
    peer.send(ServerPeer::head(200, 100'000) + std::string(20'000, 'x'));
    if (request.target == "/silent") peer.wait(20'000);
    peer.close();
  });
  CancelToken never;
  HttpRequest request;
  request.stall_timeout_ms = 200;
  for (auto [path, failure] :
       {std::pair{"/cut", HttpFailure::Closed}, {"/silent", HttpFailure::TimedOut}}) {
    request.url = server.url(path);
    Result<HttpStream> stream = HttpClient().open(request, never);
    ASSERT_TRUE(stream.ok());
    std::vector<std::byte> piece(8'000);
    size_t all = 0;
    Result<size_t> n = stream->read(piece);
    for (; n.ok() && *n > 0; n = stream->read(piece)) all += *n;
    ASSERT_FALSE(n.ok()) << path;
    EXPECT_EQ(all, 20'000U);
    EXPECT_EQ(stream->failure(), failure) << path;
  }
}

TEST(HttpStreamTest, EndsWhenItIsCancelled) {
  HttpServer server([](const ServerRequest&, ServerPeer& peer) {
    peer.send(ServerPeer::head(200, 100) + "x");
    peer.wait(20'000);
  });
  CancelToken cancel;
  HttpRequest request;
  request.url = server.url();
  Result<HttpStream> stream = HttpClient().open(request, cancel);
  ASSERT_TRUE(stream.ok());
  std::byte one;
  EXPECT_EQ(stream->read({&one, 1}).value(), 1U);
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    cancel.cancel();
  });
  EXPECT_EQ(stream->read({&one, 1}).error().kind(), ErrorKind::Cancelled);
  later.join();
}

TEST(HttpRedirectTest, FollowsWithoutSecretsToAnotherOrigin) {
  HttpServer other([](const ServerRequest&, ServerPeer& peer) { peer.answer(200, "there"); });
  HttpServer server([&](const ServerRequest& request, ServerPeer& peer) {
    if (request.target == "/a") return peer.answer(307, "", "Location: /b?x=1\r\n");
    if (request.target == "/loop") return peer.answer(301, "", "Location: loop\r\n");
    if (request.target == "/file") return peer.answer(302, "", "Location: file:///etc/passwd\r\n");
    peer.answer(302, "moved", "Location: " + other.url("/blob") + "\r\n");
  });
  CancelToken never;
  HttpRequest request;
  request.url = server.url("/a");
  request.headers = {"Authorization: Bearer secret", "Accept: x/y", "cookie: c"};
  request.max_redirects = 5;
  Result<HttpResponse> response = http_request(request, never);
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->body, "there");
  EXPECT_EQ(response->url, other.url("/blob"));
  EXPECT_EQ(server.requests()[1].target, "/b?x=1");
  EXPECT_EQ(server.requests()[1].header("authorization"), "Bearer secret");
  EXPECT_EQ(other.requests()[0].header("authorization"), "");
  EXPECT_EQ(other.requests()[0].header("cookie"), "");
  EXPECT_EQ(other.requests()[0].header("accept"), "x/y");
  request.url = server.url("/loop");
  EXPECT_THAT(http_request(request, never).error().message(), HasSubstr("too many redirects"));
  request.url = server.url("/file");
  EXPECT_EQ(http_request(request, never).error().kind(), ErrorKind::Invalid);
}

TEST(HttpTest, KeepsAllChallengesAndTheLastOfOtherHeaders) {
  HttpServer server([](const ServerRequest&, ServerPeer& peer) {
    peer.answer(
        401,
        "",
        "WWW-Authenticate: Basic realm=\"a\"\r\nwww-authenticate: Bearer x=1\r\nX: 1\r\nX: 2\r\n");
  });
  HttpResponse response = get(server.url());
  EXPECT_EQ(response.header("www-authenticate"), "Basic realm=\"a\", Bearer x=1");
  EXPECT_EQ(response.header("x"), "2");
}

TEST(HttpTest, NamesACaFileThatIsNone) {
  HttpRequest request;
  request.url = "https://127.0.0.1:1/";
  request.tls.ca_files = {"/nowhere/ca.pem"};
  CancelToken never;
  EXPECT_THAT(http_request(request, never).error().message(), HasSubstr("CA file"));
}

TEST(UrlTest, TakesUrlsApart) {
  Url url = parse_url("HTTPS://Registry.Example/v2/a?b=c").value();
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.host, "registry.example");
  EXPECT_EQ(url.port, 443);
  EXPECT_EQ(url.path, "/v2/a");
  EXPECT_EQ(url.query, "b=c");
  EXPECT_EQ(parse_url("http://[::1]:5000").value().host, "[::1]");
  for (const char* bad :
       {"", "x", "ftp://a/", "http://", "https://user:pw@h/", "file:///etc/passwd"}) {
    EXPECT_FALSE(parse_url(bad).ok()) << bad;
  }
  EXPECT_EQ(resolve_url("https://h/v2/x/y?q", "../z#f").value(), "https://h/v2/z");
  EXPECT_EQ(resolve_url("https://h/v2", "//other:1/p?q=1").value(), "https://other:1/p?q=1");
}

TEST(UrlTest, KnowsLoopbackHosts) {
  for (const char* host : {"localhost",
                           "localhost:5000",
                           "127.0.0.1",
                           "127.1.2.3:80",
                           "[::1]:5000",
                           "::1",
                           "a.localhost"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const char* host :
       {"127.0.0.1.example", "localhost.example", "10.0.0.1", "127.1", "", "[::2]"}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

TEST(UrlTest, PercentEncodes) {
  EXPECT_EQ(percent_encode("a-b.c_d~/x y:1"), "a-b.c_d~%2Fx%20y%3A1");
  EXPECT_EQ(percent_encode("team/app:1@x?", "/:@"), "team/app:1@x%3F");
}

}  // namespace
}  // namespace whittle
