// The small parts: tails, probe texts, users, rooted paths, ports, forwarding.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/rooted.h"
#include "base/strings.h"
#include "base/subprocess.h"
#include "container/exec_user.h"
#include "container/log_tail.h"
#include "container/port_forward.h"
#include "container/probe.h"
#include "container/tcp.h"
#include "container/tiny_program.h"
#include "net/http.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LogTailTest, KeepsTheLastLines) {
  LogTail tail;
  for (size_t i = 1; i <= kLogTailLines + 5; ++i) tail.add(std::to_string(i));
  std::string text = tail.text();
  EXPECT_TRUE(text.starts_with("6\n")) << text.substr(0, 10);
  EXPECT_EQ(split_lines(text).size(), kLogTailLines);
}

TEST(LogTailTest, IsBoundedInBytes) {
  LogTail tail;
  for (int i = 0; i < 100; ++i) tail.add(std::string(1 << 20, 'x'));
  EXPECT_LE(tail.text().size(), kLogTailBytes);
  EXPECT_GT(tail.text().size(), kLogTailBytes / 2);
}

TEST(LogTailTest, StripsTerminalSequences) {
  EXPECT_EQ(strip_escapes("\x1b[91mred\x1b[0m \x1b]0;title\atext\r\x1b]8;;u\x1b\\x"), "red textx");
  EXPECT_EQ(strip_escapes("\x1b"), "");
  EXPECT_EQ(strip_escapes("\x1b["), "");
}

TEST(LogTailTest, LastLines) {
  EXPECT_EQ(last_lines("a\nb\nc\n", 2), "b\nc");
  EXPECT_EQ(last_lines("a\nb\nc", 3), "a\nb\nc");
  EXPECT_EQ(last_lines("a\nb", 9), "a\nb");
  EXPECT_EQ(last_lines("\na", 1), "a");
  EXPECT_EQ(last_lines("\na", 2), "\na");
  EXPECT_EQ(last_lines("", 2), "");
  EXPECT_EQ(last_lines("a\nb", 0), "");
  ByteTail tail(4);
  tail.add("abc");
  tail.add("defgh");
  EXPECT_EQ(tail.take(), "efgh");
}

TEST(ProbeParseTest, HttpProbes) {
  HttpProbe plain = parse_http_probe("/health").value();
  EXPECT_EQ(plain.method, "GET");
  EXPECT_EQ(plain.path, "/health");
  EXPECT_FALSE(plain.status.has_value());
  HttpProbe full = parse_http_probe(" post /a?b=c%20d => 201 ").value();
  EXPECT_EQ(full.method, "POST");
  EXPECT_EQ(full.path, "/a?b=c%20d");
  EXPECT_EQ(full.status, 201);
  for (const char* bad : {"",
                          "health",
                          "GET",
                          "GET health",
                          "/a b",
                          "/x=>9",
                          "/x=>600",
                          "/x=>",
                          "G3T /x",
                          "/\xc3\xa4",
                          "/x\n/y"}) {
    Result<HttpProbe> probe = parse_http_probe(bad);
    ASSERT_FALSE(probe.ok()) << bad;
    EXPECT_EQ(probe.error().kind(), ErrorKind::Usage);
    EXPECT_NE(probe.error().hint(), "");
  }
}

TEST(ProbeParseTest, ExposedPorts) {
  RunConfig config;
  config.exposed_ports = {
      "8080/tcp", "53/udp", "443", "9000-9002/TCP", "0/tcp", "70000", "x", "80/sctp", "5-3"};
  EXPECT_THAT(exposed_tcp_ports(config), ElementsAre(443, 8080, 9000, 9001, 9002));
  config.exposed_ports = {"1-65535"};
  EXPECT_EQ(exposed_tcp_ports(config).size(), kMaxProbePorts);
}

constexpr std::string_view kPasswd =
    "# "
    "comment\nroot:x:0:0:root:/root:/bin/bash\nbroken\nweb:x:33:34:web:/var/www:/usr/sbin/nologin\n"
    "odd:x:1000:1000::\n7:x:700:701::/seven:\n";
constexpr std::string_view kGroup =
    "root:x:0:\nweb:x:34:\nextra:x:50:web,odd\nmore:x:51:odd,web\nbad:x:no:web\n";

TEST(ExecUserTest, FollowsTheRulesOfTheEngines) {
  ExecUser root = resolve_user("", kPasswd, kGroup).value();
  EXPECT_EQ(root.uid, 0U);
  EXPECT_EQ(root.home, "/root");
  ExecUser web = resolve_user("web", kPasswd, kGroup).value();
  EXPECT_EQ(web.uid, 33U);
  EXPECT_EQ(web.gid, 34U);
  EXPECT_EQ(web.home, "/var/www");
  EXPECT_THAT(web.groups, ElementsAre(50U, 51U));
  ExecUser by_id = resolve_user("33", kPasswd, kGroup).value();
  EXPECT_EQ(by_id.gid, 34U);
  EXPECT_THAT(by_id.groups, ElementsAre(50U, 51U));
  ExecUser grouped = resolve_user("web:extra", kPasswd, kGroup).value();
  EXPECT_EQ(grouped.gid, 50U);
  EXPECT_TRUE(grouped.groups.empty());
  ExecUser numbers = resolve_user("1234:2345", kPasswd, kGroup).value();
  EXPECT_EQ(numbers.uid, 1234U);
  EXPECT_EQ(numbers.gid, 2345U);
  EXPECT_EQ(numbers.home, "/");
  ExecUser unknown_id = resolve_user("4321", "", "").value();
  EXPECT_EQ(unknown_id.uid, 4321U);
  EXPECT_EQ(unknown_id.gid, 0U);
  EXPECT_EQ(resolve_user("7", kPasswd, kGroup)->uid, 700U) << "a name of digits is a name first";
}

TEST(ExecUserTest, RefusesNamesThatAreNotThere) {
  EXPECT_EQ(resolve_user("nobody", kPasswd, kGroup).error().kind(), ErrorKind::Invalid);
  EXPECT_EQ(resolve_user("web:nobody", kPasswd, kGroup).error().kind(), ErrorKind::Invalid);
  EXPECT_EQ(resolve_user("99999999999", kPasswd, kGroup).error().kind(), ErrorKind::Invalid);
}

TEST(RootedTest, NoLinkLeadsOut) {
  TempDir outside = TempDir::make("rooted").value();
  fs::path root = outside.path() / "root";
  fs::create_directories(root / "etc");
  ASSERT_TRUE(write_file_atomic(outside.path() / "secret", "outside").ok());
  ASSERT_TRUE(write_file_atomic(root / "etc/real", "inside").ok());
  fs::create_symlink("/etc/real", root / "etc/absolute");
  fs::create_symlink("../../secret", root / "etc/climbing");
  fs::create_symlink(outside.path() / "secret", root / "etc/leaking");
  EXPECT_EQ(read_in_root(root, "etc/real", 100).value(), "inside");
  EXPECT_EQ(read_in_root(root, "etc/absolute", 100).value(), "inside");
  EXPECT_EQ(read_in_root(root, "etc/climbing", 100).value(), "");
  EXPECT_EQ(read_in_root(root, "etc/leaking", 100).value(), "");
  EXPECT_EQ(read_in_root(root, "../secret", 100).value(), "");
  EXPECT_EQ(read_in_root(root, "etc/missing", 100).value(), "");
  EXPECT_EQ(read_in_root(root, "etc/real", 3).error().kind(), ErrorKind::Limit);
  ASSERT_EQ(::mkfifo((root / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_in_root(root, "fifo", 100).value(), "") << "does not hang either";
}

TEST(TinyProgramTest, RunsAndEndsWithZero) {
  if (tiny_program().empty()) GTEST_SKIP() << "no code for this architecture";
  TempDir folder = TempDir::make("tiny").value();
  ASSERT_TRUE(write_tiny_program(folder.path() / "program").ok());
  Command command;
  command.args = {(folder.path() / "program").string()};
  CancelToken never;
  Result<CommandResult> result = run_command(command, never);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_EQ(result->exit_code, 0);
}

// Listens on a free port of 127.0.0.1 and answers each connection with the same bytes.
class LittleServer {
 public:
  explicit LittleServer(std::string answer, bool waits_for_a_byte = true)
      : fd_(::socket(AF_INET, SOCK_STREAM, 0)),
        answer_(std::move(answer)),
        waits_(waits_for_a_byte) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    void* raw = &address;
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_.get(), static_cast<sockaddr*>(raw), size), 0);
    EXPECT_EQ(::listen(fd_.get(), 8), 0);
    ::getsockname(fd_.get(), static_cast<sockaddr*>(raw), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }

  ~LittleServer() {
    ::shutdown(fd_.get(), SHUT_RDWR);
    thread_.join();
  }

  LittleServer(const LittleServer&) = delete;
  LittleServer& operator=(const LittleServer&) = delete;

  uint16_t port() const { return port_; }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  void serve() {
    for (;;) {
      UniqueFd peer(::accept(fd_.get(), nullptr, nullptr));
      if (!peer.is_open()) return;
      char buffer[4096];
      if (waits_ && ::read(peer.get(), buffer, sizeof buffer) <= 0) continue;
      EXPECT_TRUE(write_all(peer.get(), answer_).ok());
    }
  }

  UniqueFd fd_;
  std::string answer_;
  bool waits_;
  uint16_t port_ = 0;
  std::thread thread_;
};

HttpResponse get(const std::string& url, uint64_t timeout_ms = 2'000) {
  HttpRequest request;
  request.url = url;
  request.timeout_ms = timeout_ms;
  request.max_body_bytes = 4;
  CancelToken never;
  Result<HttpResponse> response = http_request(request, never);
  EXPECT_TRUE(response.ok());
  return response.ok() ? *response : HttpResponse{};
}

TEST(TcpTest, TellsListenersFromForwardersAndNobody) {
  CancelToken never;
  {
    LittleServer quiet("x");
    EXPECT_EQ(look_at_port(quiet.port(), 50, never).value(), PortState::Answers);
    LittleServer greeting("220 hello\r\n", false);
    EXPECT_EQ(look_at_port(greeting.port(), 50, never).value(), PortState::Answers);
    LittleServer dropping("", false);
    EXPECT_EQ(look_at_port(dropping.port(), 500, never).value(), PortState::Dropped);
  }
  EXPECT_EQ(look_at_port(1, 50, never).value(), PortState::Refused);
  CancelToken cancelled;
  cancelled.cancel();
  EXPECT_EQ(sleep_ms(10'000, cancelled).error().kind(), ErrorKind::Cancelled);
}

TEST(PortForwardTest, LeadsConnectionsOnAndResetsTheOthers) {
  if (::geteuid() != 0) GTEST_SKIP() << "entering a network namespace needs root";
  std::string body(300'000, 'b');
  LittleServer server("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + body);
  uint16_t nobody = 1;
  // Our own namespace: forwarding into it is forwarding to ourselves.
  Result<std::unique_ptr<PortForwarder>> forwarder =
      PortForwarder::start(open_read("/proc/self/ns/net").value(), {server.port(), nobody});
  // Root of a container without the capability may not; any other failure is ours.
  if (!forwarder.ok() && contains(forwarder.error().message(), "Operation not permitted")) {
    GTEST_SKIP() << forwarder.error().message();
  }
  ASSERT_TRUE(forwarder.ok()) << forwarder.error().message();
  uint16_t outside = (*forwarder)->ports().at(server.port());
  EXPECT_NE(outside, server.port());
  for (int i = 0; i < 3; ++i) {
    HttpResponse response = get("http://127.0.0.1:" + std::to_string(outside) + "/");
    EXPECT_EQ(response.status, 200) << response.why;
    EXPECT_EQ(response.body_bytes, 300'000U);
  }
  CancelToken never;
  EXPECT_EQ(look_at_port((*forwarder)->ports().at(nobody), 1'000, never).value(),
            PortState::Dropped);
}

}  // namespace
}  // namespace whittle
