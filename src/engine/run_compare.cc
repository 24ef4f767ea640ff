#include "engine/run_compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kShownBytes = 120;

bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-' || c == '.' || c == ':' || c == '+' || c == '=';
}

// Words of a log line that something went wrong.
bool speaks_of_errors(std::string_view line) {
  constexpr std::string_view kWords[] = {"error",
                                         "fail",
                                         "cannot",
                                         "can't",
                                         "could not",
                                         "unable",
                                         "no such file",
                                         "not found",
                                         "traceback",
                                         "exception",
                                         "fatal",
                                         "missing"};
  std::string lower = to_lower(line);
  return std::any_of(std::begin(kWords), std::end(kWords), [&](std::string_view word) {
    return contains(lower, word);
  });
}

// Where two texts part, as they are around there.
std::string parting(std::string_view original, std::string_view other) {
  size_t at = static_cast<size_t>(
      std::mismatch(original.begin(), original.end(), other.begin(), other.end()).first -
      original.begin());
  at -= std::min<size_t>(at, 20);
  auto shown = [&](std::string_view text) {
    return at < text.size() ? "`" + printable(text.substr(at, kShownBytes)) + "`" : "the end";
  };
  return fmt::format("{} instead of {}", shown(other), shown(original));
}

class Comparison {
 public:
  void add(std::string what, std::string text) {
    differences_.push_back({std::move(what), std::move(text)});
  }

  void add_bodies(const ProbeResult& original, const ProbeResult& other) {
    for (const ProbeCheck& before : original.checks) {
      for (const ProbeCheck& after : other.checks) {
        if (after.name == before.name) add_body(before, after);
      }
    }
  }

  void add_execs(const std::vector<ExecResult>& original, const std::vector<ExecResult>& other) {
    for (size_t i = 0; i < original.size(); ++i) {
      std::string command = printable(original[i].command);
      if (i >= other.size()) {
        add("exit code of " + command, command + ": not run, the container had ended");
      } else if (original[i].exit_code != other[i].exit_code) {
        add("exit code of " + command,
            fmt::format("{}: exit code {} instead of {}: {}",
                        command,
                        other[i].exit_code,
                        original[i].exit_code,
                        printable(trim(other[i].output))));
      } else if (std::string a = without_volatile(original[i].output),
                 b = without_volatile(other[i].output);
                 a != b) {
        add("output of " + command, fmt::format("{} prints {}", command, parting(a, b)));
      }
    }
  }

  void add_log(std::string_view original, std::string_view other) {
    std::set<std::string> known;
    for (std::string_view line : split_lines(original)) known.insert(without_volatile(line));
    for (std::string_view line : split_lines(other)) {
      std::string plain = without_volatile(line);
      if (!speaks_of_errors(line) || !known.insert(plain).second) continue;
      add("log: " + plain, "the log says: " + printable(line.substr(0, kShownBytes * 2)));
    }
  }

  std::vector<RunDifference> take() {
    std::sort(differences_.begin(), differences_.end(), [](const auto& a, const auto& b) {
      return a.what < b.what;
    });
    return std::move(differences_);
  }

 private:
  void add_body(const ProbeCheck& before, const ProbeCheck& after) {
    std::string a = without_volatile(before.body);
    std::string b = without_volatile(after.body);
    if (a == b) return;
    add("body of " + before.name,
        fmt::format("{} answers {}", printable(before.name), parting(a, b)));
  }

  std::vector<RunDifference> differences_;
};

}  // namespace

std::string without_volatile(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    bool has_digit = false;
    while (end < text.size() && is_word_byte(text[end])) {
      has_digit = has_digit || (text[end] >= '0' && text[end] <= '9');
      ++end;
    }
    if (end == at) {
      out += text[at++];
      continue;
    }
    if (has_digit)
      out += '#';
    else
      out += text.substr(at, end - at);
    at = end;
  }
  return out;
}

std::vector<RunDifference> run_differences(const TraceRun& original, const TraceRun& other) {
  Comparison comparison;
  comparison.add_bodies(original.probe, other.probe);
  comparison.add_execs(original.execs, other.execs);
  comparison.add_log(original.probe.log_tail, other.probe.log_tail);
  return comparison.take();
}

}  // namespace whittle
