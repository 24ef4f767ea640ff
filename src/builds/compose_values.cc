#include "builds/compose_values.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace whittle {

namespace {

class CommandSplitter {
 public:
  explicit CommandSplitter(std::string_view text) : text_(text) {}

  Result<std::vector<std::string>> run() {
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (is_space(c)) {
        end_word();
        continue;
      }
      is_in_word_ = true;
      if (c == '\'' || c == '"') {
        TRY(quoted(c));
      } else if (c == '\\' && at_ < text_.size()) {
        word_ += text_[at_++];
      } else {
        word_ += c;
      }
    }
    end_word();
    return std::move(words_);
  }

 private:
  Status quoted(char quote) {
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == quote) {
        ++at_;
        return {};
      }
      char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      bool is_escape = quote == '"' && c == '\\' && (next == '"' || next == '\\');
      if (is_escape) ++at_;
      word_ += text_[at_];
    }
    return Error(ErrorKind::Invalid, "a quote is not closed");
  }

  void end_word() {
    if (is_in_word_) words_.push_back(std::move(word_));
    word_.clear();
    is_in_word_ = false;
  }

  std::string_view text_;
  size_t at_ = 0;
  bool is_in_word_ = false;
  std::string word_;
  std::vector<std::string> words_;
};

std::optional<uint16_t> port_of(std::string_view text) {
  std::optional<uint64_t> number = parse_u64(text);
  if (!number || *number == 0 || *number > 65535) return std::nullopt;
  return static_cast<uint16_t>(*number);
}

bool is_path(std::string_view source) {
  return source.starts_with('/') || source.starts_with('.') || source.starts_with('~');
}

}  // namespace

Result<std::vector<std::string>> split_command(std::string_view text) {
  return CommandSplitter(text).run();
}

Result<std::vector<uint16_t>> parse_ports(std::string_view text) {
  auto bad = [&] {
    return Error(ErrorKind::Invalid, fmt::format("`{}` is no port", printable(text)));
  };
  std::string_view range = text.substr(0, text.find('/'));
  bool is_tcp = range.size() == text.size() || text.substr(range.size() + 1) == "tcp";
  if (size_t colon = range.rfind(':'); colon != std::string_view::npos)
    range = range.substr(colon + 1);
  size_t dash = range.find('-');
  std::optional<uint16_t> first = port_of(range.substr(0, dash));
  std::optional<uint16_t> last =
      dash == std::string_view::npos ? first : port_of(range.substr(dash + 1));
  if (!first || !last || *last < *first) return bad();
  if (size_t(*last - *first) >= kMaxPortRange)
    return Error(ErrorKind::Limit, fmt::format("`{}` are too many ports", printable(text)));
  std::vector<uint16_t> ports;
  for (uint32_t port = *first; is_tcp && port <= *last; ++port)
    ports.push_back(static_cast<uint16_t>(port));
  return ports;
}

Result<ServiceMount> parse_volume(std::string_view text) {
  std::vector<std::string_view> parts = split(text, ':');
  ServiceMount mount;
  bool is_right = parts.size() <= 3;
  if (parts.size() == 1) {
    mount.destination = parts[0];
  } else if (is_right) {
    mount.source = parts[0];
    mount.destination = parts[1];
    if (is_path(mount.source)) mount.kind = ServiceMount::Kind::Bind;
  }
  if (parts.size() == 3) {
    for (std::string_view word : split(parts[2], ','))
      mount.is_read_only = mount.is_read_only || word == "ro";
  }
  if (is_right && mount.destination.starts_with('/')) return mount;
  return Error(
      ErrorKind::Invalid,
      fmt::format("`{}` is not of the form SOURCE:TARGET or SOURCE:TARGET:ro", printable(text)));
}

}  // namespace whittle
