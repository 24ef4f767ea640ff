#include "container/probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <set>

#include "base/strings.h"
#include "base/subprocess.h"
#include "container/crawl.h"
#include "container/log_tail.h"
#include "container/openapi.h"
#include "container/tcp.h"
#include "net/http.h"

namespace whittle {

namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kPollMs = 100;
constexpr uint64_t kHoldMs = 200;          // a connection that stays open this long is an answer
constexpr uint64_t kOtherPortsMs = 3'000;  // for the other exposed ports once the main one answers
constexpr uint64_t kRequestMs = 15'000;    // one HTTP request
constexpr uint64_t kSilentRetryMs =
    2'000;  // a port that closes without an answer is asked again this long
constexpr uint64_t kMinRetryMs =
    10'000;                             // a second image gets at least this to leave 502, 503, 504
constexpr uint64_t kOneShotFactor = 3;  // a command without ports gets this many watch times to end
constexpr uint64_t kMaxLogBytes = 256 * 1024;
constexpr uint64_t kMaxOneShotBytes = 1ULL << 20;
constexpr uint64_t kMaxBodyBytes = 4ULL << 20;
constexpr size_t kKeptBodyBytes = 256 * 1024;
constexpr size_t kDetailLines = 15;
constexpr int kFirstShellFailure =
    125;  // from here on the command was not found, not run, or killed

std::string lines_for_people(std::string_view text) {
  std::string tail = last_lines(strip_escapes(text), kDetailLines);
  std::vector<std::string> lines;
  for (std::string_view line : split_lines(tail)) lines.push_back(printable(line));
  return join(lines, "\n");
}

std::string watch_name(uint64_t ms) {
  return fmt::format("stays up for {:g} s", static_cast<double>(ms) / 1000);
}

const ProbeCheck* find_check(const ProbeResult* result, std::string_view name) {
  if (result == nullptr) return nullptr;
  for (const ProbeCheck& check : result->checks) {
    if (check.name == name) return &check;
  }
  return nullptr;
}

// One run of one image: start, wait, check.
class Prober {
 public:
  Prober(Engine& engine,
         const std::string& image,
         const RunConfig& config,
         const ProbeSpec& spec,
         const ProbeResult* reference,
         const CancelToken& cancel,
         Progress& progress)
      : engine_(engine),
        image_(image),
        spec_(spec),
        reference_(reference),
        cancel_(cancel),
        progress_(progress),
        ports_(exposed_tcp_ports(config)) {
    bool known = std::find(ports_.begin(), ports_.end(), spec.port) != ports_.end();
    if (spec.port != 0 && !known) ports_.insert(ports_.begin(), spec.port);
    main_port_ = spec.port != 0 ? spec.port : ports_.empty() ? uint16_t{0} : ports_.front();
  }

  Result<ProbeResult> run() {
    start_ = Clock::now();
    TRY_ASSIGN(bool started, start_container());
    if (started) {
      TRY(check_all());
      TRY_ASSIGN(std::string logs, container_->logs(kMaxLogBytes));
      result_.log_tail = last_lines(strip_escapes(logs), kLogTailLines);
    }
    result_.passed = !result_.checks.empty();
    for (const ProbeCheck& check : result_.checks) result_.passed = result_.passed && check.passed;
    return std::move(result_);
  }

 private:
  uint64_t since_start_ms() const {
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start_).count());
  }

  void add(ProbeCheck check) { result_.checks.push_back(std::move(check)); }

  void fail(std::string name, std::string observed, std::string detail) {
    add({std::move(name), false, std::move(observed), std::move(detail), 0, "", 0});
  }

  void pass(std::string name, std::string observed) {
    add({std::move(name), true, std::move(observed), "", 0, "", 0});
  }

  // False (and a failed check) when the image's command cannot be started.
  Result<bool> start_container() {
    RunRequest request;
    request.image = image_;
    request.env = spec_.env;
    request.publish = ports_;
    request.memory_bytes = spec_.memory_bytes;
    progress_.detail("starting a container");
    Result<std::unique_ptr<Container>> started = engine_.run(request, cancel_);
    if (started.ok()) {
      start_ = Clock::now();  // what it is run beside may have taken long
      container_ = std::move(*started);
      return true;
    }
    if (started.error().kind() != ErrorKind::Invalid) return std::move(started).error();
    fail("starts", "cannot be started", started.error().message());
    return false;
  }

  Status check_all() {
    if (ports_.empty()) return check_without_ports();
    TRY_ASSIGN(bool ready, wait_for_ports());
    result_.ready_seconds = static_cast<double>(since_start_ms()) / 1000;
    if (!ready) return {};
    if (spec_.is_automatic()) return check_automatically();
    if (spec_.crawl.is_on && reference_ == nullptr)
      crawl_.emplace(spec_.crawl, fmt::format("127.0.0.1:{}", container_->ports().at(main_port_)));
    for (const HttpProbe& probe : spec_.http)
      TRY(check_http(probe, main_port_, probe.name(), false));
    TRY(reference_ == nullptr ? find_requests() : check_found());
    for (const std::string& text : spec_.shell) TRY(check_shell(text));
    return spec_.http.empty() && !spec_.finds_requests()
               ? Status()
               : check_still_up("still running after the probe", 0);
  }

  Status check_without_ports() {
    if (spec_.is_automatic()) return check_one_shot();
    for (const HttpProbe& probe : spec_.http) {
      fail(probe.name(), "not asked", "the image exposes no TCP port");
    }
    if (spec_.finds_requests())
      fail("requests to find", "not asked", "the image exposes no TCP port");
    for (const std::string& text : spec_.shell) TRY(check_shell(text));
    return {};
  }

  // Adds the check of a container that is not running any more.
  Status report_exit(std::string name, const ContainerState& state) {
    TRY_ASSIGN(std::string logs, container_->logs(kMaxLogBytes));
    std::string observed =
        fmt::format("exit code {} after {}",
                    state.exit_code,
                    format_seconds(static_cast<double>(since_start_ms()) / 1000));
    if (state.out_of_memory) observed += ", out of memory";
    fail(std::move(name), std::move(observed), lines_for_people(logs));
    return {};
  }

  // True when the main port answers, or another one if the user named none. Else a failed check
  // says why.
  Result<bool> wait_for_ports() {
    progress_.detail(fmt::format("waiting for port {}", main_port_));
    std::set<uint16_t> answering;
    std::optional<uint64_t> main_since;
    while (answering.size() < ports_.size() && since_start_ms() < spec_.start_timeout_ms) {
      TRY_ASSIGN(ContainerState state, container_->state());
      if (!state.running) {
        TRY(report_exit("starts", state));
        return false;
      }
      TRY(look_at_ports(answering));
      if (answering.count(main_port_) > 0 && !main_since) main_since = since_start_ms();
      if (main_since && since_start_ms() > *main_since + kOtherPortsMs) break;
      if (answering.size() < ports_.size()) TRY(sleep_ms(kPollMs, cancel_));
    }
    if (answering.count(main_port_) == 0 && spec_.port == 0 && !answering.empty())
      main_port_ = *answering.begin();
    answering_ = answering;
    if (answering.count(main_port_) > 0) return true;
    TRY_ASSIGN(std::string logs, container_->logs(kMaxLogBytes));
    fail(fmt::format("port {} answers", main_port_),
         fmt::format("no answer within {}",
                     format_seconds(static_cast<double>(spec_.start_timeout_ms) / 1000)),
         lines_for_people(logs));
    return false;
  }

  Status look_at_ports(std::set<uint16_t>& answering) {
    for (const auto& [inside, outside] : container_->ports()) {
      if (answering.count(inside) > 0) continue;
      TRY_ASSIGN(PortState state, look_at_port(outside, kHoldMs, cancel_));
      if (state == PortState::Answers) answering.insert(inside);
    }
    return {};
  }

  Status check_automatically() {
    uint64_t ready_ms = since_start_ms();
    for (uint16_t port : ports_) {
      std::string name = ports_.size() == 1 ? "GET /" : fmt::format("GET / on port {}", port);
      if (answering_.count(port) > 0) {
        TRY(check_http({}, port, name, true));
      } else if (const ProbeCheck* before = find_check(reference_, name); before != nullptr) {
        fail(name, "the port does not answer", "it did on the original: " + before->observed);
      }
    }
    return check_still_up(watch_name(spec_.watch_ms), ready_ms + spec_.watch_ms);
  }

  // Watches until `until_ms` after the start.
  Status check_still_up(std::string name, uint64_t until_ms) {
    progress_.detail("watching for a crash");
    for (;;) {
      TRY_ASSIGN(ContainerState state, container_->state());
      if (!state.running) return report_exit(std::move(name), state);
      if (since_start_ms() >= until_ms) break;
      TRY(sleep_ms(kPollMs, cancel_));
    }
    pass(std::move(name), "running");
    return {};
  }

  // The requests that led somewhere on the original.
  Status check_found() {
    result_.found = reference_->found;
    for (const HttpProbe& probe : result_.found)
      TRY(check_http(probe, main_port_, probe.name(), false));
    return {};
  }

  // Documents first, then the crawl. What gives no answer is not asked on the second image either.
  Status find_requests() {
    for (const ApiDocument& document : spec_.documents) {
      Result<std::vector<HttpProbe>> requests = read_document(document);
      if (!requests.ok() && requests.error().kind() == ErrorKind::Cancelled)
        return std::move(requests).error();
      std::string name = "document " + printable(document.name);
      if (!requests.ok()) {
        fail(std::move(name), "not read", requests.error().message());
        continue;
      }
      pass(std::move(name), count_of(requests->size(), "request"));
      for (const HttpProbe& probe : *requests) TRY(ask_found(probe, 0));
    }
    if (!crawl_) return {};
    if (spec_.http.empty()) crawl_->begin({});
    uint64_t end = since_start_ms() + spec_.crawl.max_ms;
    size_t before = result_.found.size();
    std::optional<Crawl::Step> step;
    while (since_start_ms() < end && (step = crawl_->next()))
      TRY(ask_found(step->request, step->depth));
    std::string left =
        crawl_->left() == 0 ? "" : fmt::format(", {} more not asked for", crawl_->left());
    pass("crawl", count_of(result_.found.size() - before, "page") + left);
    return {};
  }

  Result<std::vector<HttpProbe>> read_document(const ApiDocument& document) {
    std::string text;
    if (document.text) {
      text = *document.text;
    } else {
      HttpProbe probe;
      probe.path = document.name;
      TRY_ASSIGN(HttpResponse answer, ask(probe, main_port_, false, 200));
      if (answer.status != 200) return Error(describe(answer, media_type_of(answer)));
      text = std::move(answer.body);
    }
    bool is_json = trim(text).starts_with("{");
    if (!is_json && spec_.yaml_to_json) {
      TRY_ASSIGN(text, spec_.yaml_to_json(text));
    }
    return read_openapi(text, spec_.crawl.may_write);
  }

  // Whatever a page says is right on the original: an error page is a page.
  Status ask_found(const HttpProbe& probe, unsigned depth) {
    if (find_check(&result_, probe.name()) != nullptr) return {};
    progress_.detail(probe.name());
    TRY_ASSIGN(HttpResponse response, http_request(request_of(probe, main_port_), cancel_));
    if (response.failure != HttpFailure::None) return {};
    if (crawl_) crawl_->add(probe, response, depth);
    ProbeCheck check = check_of(probe.name(), response);
    check.passed = true;
    add(std::move(check));
    result_.found.push_back(probe);
    return {};
  }

  // How long an answer that may still get better is asked for again, in milliseconds from now.
  uint64_t retry_ms() const {
    if (reference_ == nullptr)
      return spec_.start_timeout_ms - std::min(spec_.start_timeout_ms, since_start_ms());
    return std::max(kMinRetryMs, static_cast<uint64_t>(reference_->ready_seconds * 3000));
  }

  HttpRequest request_of(const HttpProbe& probe, uint16_t port) {
    HttpRequest request;
    request.method = probe.method;
    request.url = fmt::format("http://127.0.0.1:{}{}", container_->ports().at(port), probe.path);
    request.body = probe.body;
    if (!probe.content_type.empty()) request.headers = {"Content-Type: " + probe.content_type};
    request.timeout_ms = kRequestMs;
    request.max_body_bytes = kMaxBodyBytes;
    return request;
  }

  // Asks until the answer is settled: services behind the port may still be starting. `expected`: a
  // status that settles it.
  Result<HttpResponse> ask(const HttpProbe& probe,
                           uint16_t port,
                           bool any_protocol,
                           std::optional<int> expected) {
    HttpRequest request = request_of(probe, port);
    uint64_t begin = since_start_ms();
    uint64_t budget = retry_ms();
    for (;;) {
      TRY_ASSIGN(HttpResponse response, http_request(request, cancel_));
      bool silent =
          response.failure == HttpFailure::Refused || response.failure == HttpFailure::Closed;
      bool starting = response.status == 502 || response.status == 503 || response.status == 504;
      bool settled = (!silent && !starting) || expected == response.status;
      uint64_t asked_ms = since_start_ms() - begin;
      if (settled ||
          asked_ms >= (silent && any_protocol ? std::min(kSilentRetryMs, budget) : budget))
        return response;
      TRY_ASSIGN(ContainerState state, container_->state());
      if (!state.running) return response;
      TRY(sleep_ms(kPollMs * 2, cancel_));
    }
  }

  // `any_protocol`: a port that does not speak HTTP passes by accepting the connection.
  Status check_http(const HttpProbe& probe, uint16_t port, std::string name, bool any_protocol) {
    progress_.detail(name);
    if (container_->ports().count(port) == 0) {
      fail(std::move(name), "not asked", fmt::format("port {} is not published", port));
      return {};
    }
    const ProbeCheck* before = find_check(reference_, name);
    std::optional<int> expected = probe.status;
    if (!expected && before != nullptr && before->status != 0) expected = before->status;
    TRY_ASSIGN(HttpResponse response, ask(probe, port, any_protocol, expected));
    if (crawl_) crawl_->add(probe, response, 0);
    ProbeCheck check = check_of(std::move(name), response);
    check.detail = why_wrong(probe, response, check, before, any_protocol);
    check.passed = check.detail.empty();
    if (!check.passed) {
      TRY_ASSIGN(std::string logs, container_->logs(kMaxLogBytes));
      std::string tail = lines_for_people(logs);
      if (!tail.empty()) check.detail += "\n" + tail;
    }
    add(std::move(check));
    return {};
  }

  static ProbeCheck check_of(std::string name, const HttpResponse& response) {
    ProbeCheck check;
    check.name = std::move(name);
    check.status = response.status;
    check.body_bytes = response.body_bytes;
    check.media_type = media_type_of(response);
    check.body = response.body.substr(0, kKeptBodyBytes);
    check.observed = describe(response, check.media_type);
    return check;
  }

  static std::string media_type_of(const HttpResponse& response) {
    auto it = response.headers.find("content-type");
    if (it == response.headers.end()) return "";
    return printable(to_lower(trim(std::string_view(it->second).substr(0, it->second.find(';')))));
  }

  static std::string describe(const HttpResponse& response, const std::string& media_type) {
    if (response.failure == HttpFailure::None) {
      std::string size =
          response.body_bytes == 1 ? "1 byte" : fmt::format("{} bytes", response.body_bytes);
      std::string type = media_type.empty() ? "" : " of " + media_type;
      return fmt::format("status {}, {}{}", response.status, size, type);
    }
    if (response.failure == HttpFailure::Refused) return "connection refused";
    if (response.failure == HttpFailure::TimedOut)
      return "accepts connections, sends no HTTP answer in time";
    return "accepts connections, does not speak HTTP";
  }

  // "" when the answer is right.
  static std::string why_wrong(const HttpProbe& probe,
                               const HttpResponse& response,
                               const ProbeCheck& check,
                               const ProbeCheck* before,
                               bool any_protocol) {
    if (response.failure != HttpFailure::None) {
      bool accepted = response.failure != HttpFailure::Refused;
      bool fine = any_protocol && accepted && (before == nullptr || before->status == 0);
      return fine ? "" : response.why;
    }
    if (probe.status) {
      return response.status == *probe.status
                 ? ""
                 : fmt::format("status {} was expected", *probe.status);
    }
    if (before == nullptr)
      return response.status < 500 ? "" : "the application reports an error of its own";
    if (before->status != response.status) return "the original answers with " + before->observed;
    bool same_type = before->media_type == check.media_type;
    bool lost_body = before->body_bytes > 0 && check.body_bytes == 0;
    return same_type && !lost_body ? "" : "the original answers with " + before->observed;
  }

  // The environment of shell probes.
  std::vector<std::pair<std::string, std::string>> shell_env() const {
    std::vector<std::pair<std::string, std::string>> env = {
        {"IMAGE", image_}, {"HOST", "127.0.0.1"}, {"WHITTLE_CONTAINER", container_->id()}};
    std::string main;
    for (const auto& [inside, outside] : container_->ports()) {
      env.emplace_back(fmt::format("PORT_{}", inside), std::to_string(outside));
      if (inside == main_port_) main = std::to_string(outside);
    }
    env.emplace_back("PORT", main);
    if (std::getenv("DOCKER") == nullptr && engine_.name() == "podman")
      env.emplace_back("DOCKER", "podman");
    return env;
  }

  Status check_shell(const std::string& text) {
    std::string name = "shell: " + printable(text);
    progress_.detail(name);
    LogTail tail;
    Command command;
    command.args = {"/bin/sh", "-c", text};
    command.env = shell_env();
    command.timeout_ms = spec_.probe_timeout_ms;
    command.max_output_bytes = kMaxLogBytes;
    command.on_line = [&](std::string_view line, bool) { tail.add(line); };
    TRY_ASSIGN(CommandResult result, run_command(command, cancel_));
    if (result.succeeded()) {
      pass(std::move(name), "exit code 0");
      return {};
    }
    std::string observed = fmt::format("exit code {}", result.exit_code);
    if (result.timed_out) {
      observed = fmt::format("not done within {}",
                             format_seconds(static_cast<double>(spec_.probe_timeout_ms) / 1000));
    }
    fail(std::move(name), std::move(observed), lines_for_people(tail.text()));
    return {};
  }

  // Waits for the container to end, up to `limit_ms` after its start.
  Result<ContainerState> wait_for_end(uint64_t limit_ms) {
    for (;;) {
      TRY_ASSIGN(ContainerState state, container_->state());
      if (!state.running || since_start_ms() >= limit_ms) return state;
      TRY(sleep_ms(kPollMs, cancel_));
    }
  }

  // No port: a command that ends by itself is compared, one that does not must stay up.
  Status check_one_shot() {
    progress_.detail("waiting for the command to end");
    bool must_end = reference_ != nullptr && reference_->exit_code.has_value();
    uint64_t watch = spec_.watch_ms * kOneShotFactor;
    TRY_ASSIGN(ContainerState state,
               wait_for_end(must_end ? std::max(spec_.start_timeout_ms, watch) : watch));
    result_.ready_seconds = static_cast<double>(since_start_ms()) / 1000;
    if (state.running && must_end) {
      fail("exit code and output",
           "still running",
           fmt::format("the original ends with exit code {}", *reference_->exit_code));
    } else if (state.running) {
      pass(watch_name(watch), "running");
    } else if (reference_ != nullptr && !must_end) {
      return report_exit(watch_name(watch), state);
    } else {
      return check_end(state);
    }
    return {};
  }

  Status check_end(const ContainerState& state) {
    TRY_ASSIGN(result_.output, container_->logs(kMaxOneShotBytes));
    result_.exit_code = state.exit_code;
    ProbeCheck check;
    check.name = "exit code and output";
    check.observed = fmt::format(
        "exit code {}, {} of output", state.exit_code, format_bytes(result_.output.size()));
    if (state.out_of_memory || state.exit_code >= kFirstShellFailure) {
      check.detail =
          state.out_of_memory ? "out of memory" : "the command could not be run or was killed";
    } else if (reference_ == nullptr) {
      TRY(see_whether_stable());
    } else if (*reference_->exit_code != state.exit_code) {
      check.detail = fmt::format("the original ends with exit code {}", *reference_->exit_code);
    } else if (reference_->output_is_stable && reference_->output != result_.output) {
      check.detail = "the original prints something else:\n" +
                     lines_for_people(reference_->output) + "\nthis one:";
    }
    if (reference_ == nullptr && !result_.output_is_stable)
      check.observed += ", which varies from run to run";
    check.passed = check.detail.empty();
    if (!check.passed) check.detail += "\n" + lines_for_people(result_.output);
    add(std::move(check));
    return {};
  }

  // Runs the original once more: only output that repeats itself can be compared.
  Status see_whether_stable() {
    ContainerState first{false, *result_.exit_code, false};
    container_.reset();
    TRY_ASSIGN(bool started, start_container());
    if (!started) return {};
    TRY_ASSIGN(ContainerState second,
               wait_for_end(since_start_ms() + std::max<uint64_t>(spec_.start_timeout_ms, 1)));
    TRY_ASSIGN(std::string output, container_->logs(kMaxOneShotBytes));
    result_.output_is_stable =
        !second.running && second.exit_code == first.exit_code && output == result_.output;
    return {};
  }

  Engine& engine_;
  const std::string& image_;
  const ProbeSpec& spec_;
  const ProbeResult* reference_;
  const CancelToken& cancel_;
  Progress& progress_;
  std::vector<uint16_t> ports_;
  uint16_t main_port_ = 0;
  std::set<uint16_t> answering_;
  std::optional<Crawl> crawl_;  // on the original
  std::unique_ptr<Container> container_;
  Clock::time_point start_;
  ProbeResult result_;
};

}  // namespace

Result<ProbeResult> run_probe(Engine& engine,
                              const std::string& image,
                              const RunConfig& config,
                              const ProbeSpec& spec,
                              const ProbeResult* reference,
                              const CancelToken& cancel,
                              Progress& progress) {
  return Prober(engine, image, config, spec, reference, cancel, progress).run();
}

}  // namespace whittle
