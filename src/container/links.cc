#include "container/links.h"

#include <algorithm>
#include <cstdint>

#include "base/strings.h"
#include "net/url.h"

namespace whittle {

namespace {

constexpr size_t kMaxAttributes = 64;     // of one tag
constexpr size_t kMaxFormBytes = 16'000;  // fields of one form
constexpr std::string_view kBlanks = " \t\r\n\f";
constexpr std::string_view kInLinks = ":/?#[]@!$&'()*+,;=%{}|^`";  // what links hold as it is

void add_utf8(uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

// "#38" or "#x26"; 0 for what is no number.
uint32_t code_of(std::string_view name) {
  bool is_hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
  uint32_t code = 0;
  for (char c : name.substr(is_hex ? 2 : 1)) {
    size_t digit = std::string_view("0123456789abcdef").find(c >= 'A' && c <= 'F' ? c + 32 : c);
    if (digit == std::string_view::npos || (!is_hex && digit > 9) || code > 0xffff) return 0;
    code = code * (is_hex ? 16 : 10) + static_cast<uint32_t>(digit);
  }
  return code;
}

std::string decoded(std::string_view text) {
  constexpr std::pair<std::string_view, char> kNames[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    size_t end = text[at] == '&' ? text.substr(at, 12).find(';') : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += text[at];
      continue;
    }
    std::string_view name = text.substr(at + 1, end - 1);
    size_t size = out.size();
    if (name.starts_with("#")) {
      if (uint32_t code = code_of(name); code != 0) add_utf8(code, out);
    }
    for (const auto& [known, c] : kNames) {
      if (known == name) out += c;
    }
    if (out.size() == size)
      out += '&';
    else
      at += end;
  }
  return out;
}

// A value of a form.
std::string form_encoded(std::string_view text) {
  return replace_all(percent_encode(text), "%20", "+");
}

struct Tag {
  std::string name;  // in lower case, "/form" for an end tag
  std::vector<std::pair<std::string, std::string>> attributes;  // names in lower case
  size_t end = 0;                                               // behind it

  const std::string* find(std::string_view wanted) const {
    for (const auto& [known, value] : attributes) {
      if (known == wanted) return &value;
    }
    return nullptr;
  }

  std::string get(std::string_view wanted) const {
    const std::string* value = find(wanted);
    return value == nullptr ? std::string() : *value;
  }
};

// The tag that begins at `at`, behind its "<".
Tag read_tag(std::string_view text, size_t at) {
  Tag tag;
  size_t end = std::min(text.find_first_of(" \t\r\n\f>", at), text.size());
  tag.name = to_lower(text.substr(at, std::min<size_t>(end - at, 32)));
  at = end;
  while (at < text.size()) {
    at = std::min(text.find_first_not_of(" \t\r\n\f/", at), text.size());
    if (at == text.size() || text[at] == '>') break;
    end = std::min(text.find_first_of(" \t\r\n\f/>=", at + 1), text.size());
    std::string_view name = text.substr(at, end - at);
    at = std::min(text.find_first_not_of(kBlanks, end), text.size());
    std::string_view value;
    if (at < text.size() && text[at] == '=') {
      at = std::min(text.find_first_not_of(kBlanks, at + 1), text.size());
      bool is_quoted = at < text.size() && (text[at] == '"' || text[at] == '\'');
      end = is_quoted ? text.find(text[at], at + 1) : text.find_first_of(" \t\r\n\f>", at);
      end = std::min(end, text.size());
      value = text.substr(at + (is_quoted ? 1 : 0), end - at - (is_quoted ? 1 : 0));
      at = std::min(end + (is_quoted ? 1 : 0), text.size());
    }
    if (tag.attributes.size() < kMaxAttributes && name.size() <= 32 && value.size() < kMaxFormBytes)
      tag.attributes.emplace_back(to_lower(name), decoded(value));
  }
  tag.end = std::min(at + 1, text.size());
  return tag;
}

class Page {
 public:
  explicit Page(std::string_view text) : text_(text) {}

  PageLinks read() {
    size_t at = 0;
    while (at < text_.size() && out_.links.size() < kMaxPageLinks) {
      at = text_.find('<', at);
      if (at == std::string_view::npos || ++at == text_.size()) break;
      if (text_.substr(at).starts_with("!--")) {
        at = std::min(text_.find("-->", at + 3), text_.size());
        continue;
      }
      if (!is_alpha(text_[at]) && text_[at] != '/') continue;
      Tag tag = read_tag(text_, at);
      at = tag.end;
      add(tag);
      if (tag.name == "script" || tag.name == "style") at = pass_raw(tag.name, at);
    }
    end_form();
    return std::move(out_);
  }

 private:
  // The text up to the end tag, which holds no tags.
  size_t pass_raw(const std::string& name, size_t at) {
    size_t end = at;
    for (;;) {
      end = text_.find("</", end);
      if (end == std::string_view::npos) end = text_.size();
      if (end == text_.size() || to_lower(text_.substr(end + 2, name.size())) == name) break;
      end += 2;
    }
    if (name == "style") add_css(text_.substr(at, end - at));
    return end;
  }

  void add_link(std::string_view link) {
    link = trim(link);
    if (!link.empty() && link.size() <= kMaxLinkBytes) out_.links.emplace_back(link);
  }

  void add_css(std::string_view text) {
    for (const std::string& link : links_of_css(text)) add_link(link);
  }

  // "a.png 1x, b.png 2x"
  void add_srcset(std::string_view text) {
    for (std::string_view part : split(text, ',')) {
      part = trim(part);
      add_link(part.substr(0, part.find_first_of(kBlanks)));
    }
  }

  void add(const Tag& tag) {
    if (tag.name == "base" && out_.base.empty()) out_.base = tag.get("href");
    if (tag.name == "base") return;
    constexpr std::string_view kLinks[] = {"href", "src", "poster", "data", "xlink:href"};
    for (const auto& [name, value] : tag.attributes) {
      bool is_link = std::find(std::begin(kLinks), std::end(kLinks), name) != std::end(kLinks);
      if (is_link && (name != "data" || tag.name == "object")) add_link(value);
      if (name == "srcset") add_srcset(value);
      if (name == "style") add_css(value);
    }
    if (tag.name == "meta" && to_lower(tag.get("http-equiv")) == "refresh") add_refresh(tag);
    add_to_form(tag);
  }

  // "5; url=/next"
  void add_refresh(const Tag& tag) {
    std::string content = tag.get("content");
    size_t at = to_lower(content).find("url=");
    if (at == std::string::npos) return;
    std::string_view link = trim(std::string_view(content).substr(at + 4));
    if (link.size() > 1 && (link.front() == '\'' || link.front() == '"'))
      link = link.substr(1, link.size() - 2);
    add_link(link);
  }

  void add_to_form(const Tag& tag) {
    if (tag.name == "form") {
      end_form();
      form_.emplace();
      form_->action = trim(tag.get("action"));
      form_->method = to_upper(trim(tag.get("method"))) == "POST" ? "POST" : "GET";
    } else if (tag.name == "/form") {
      end_form();
    } else if (!form_) {
      return;
    } else if (tag.name == "input") {
      add_input(tag);
    } else if (tag.name == "textarea") {
      add_field(tag.get("name"), "text");
    } else if (tag.name == "select") {
      select_ = tag.get("name");
    } else if (tag.name == "option" && !select_.empty()) {
      add_field(select_, tag.get("value"));  // the first one is chosen
      select_.clear();
    }
  }

  void add_input(const Tag& tag) {
    std::string type = to_lower(tag.get("type"));
    bool is_button = type == "submit" || type == "button" || type == "reset" || type == "image";
    bool is_choice = type == "checkbox" || type == "radio";
    if (is_button || type == "file" || (is_choice && tag.find("checked") == nullptr)) return;
    std::string value = tag.get("value");
    if (value.empty() && is_choice) value = "on";
    if (value.empty() && type != "hidden") value = type == "number" ? "1" : "text";
    add_field(tag.get("name"), value);
  }

  void add_field(const std::string& name, const std::string& value) {
    if (name.empty() || form_->fields.size() + name.size() + value.size() > kMaxFormBytes) return;
    form_->fields +=
        (form_->fields.empty() ? "" : "&") + form_encoded(name) + "=" + form_encoded(value);
  }

  void end_form() {
    if (form_ && form_->action.size() <= kMaxLinkBytes && out_.forms.size() < kMaxPageLinks)
      out_.forms.push_back(std::move(*form_));
    form_.reset();
    select_.clear();
  }

  std::string_view text_;
  PageLinks out_;
  std::optional<PageForm> form_;
  std::string select_;  // the name of a <select> without a choice so far
};

}  // namespace

PageLinks links_of_html(std::string_view text) {
  return Page(text).read();
}

std::vector<std::string> links_of_css(std::string_view text) {
  std::vector<std::string> out;
  auto add = [&](std::string_view link) {
    link = trim(link);
    if (link.size() > 1 && (link.front() == '"' || link.front() == '\''))
      link = link.substr(1, link.find(link.front(), 1) - 1);
    if (!link.empty() && link.size() <= kMaxLinkBytes) out.emplace_back(trim(link));
  };
  for (size_t at = text.find("url("); at != std::string_view::npos && out.size() < kMaxPageLinks;
       at = text.find("url(", at)) {
    at += 4;
    size_t end = std::min(text.find(')', at), text.size());
    if (end - at <= kMaxLinkBytes + 8) add(text.substr(at, end - at));
  }
  constexpr std::string_view kImport = "@import";
  for (size_t at = text.find(kImport); at != std::string_view::npos && out.size() < kMaxPageLinks;
       at = text.find(kImport, at)) {
    at = std::min(text.find_first_not_of(kBlanks, at + kImport.size()), text.size());
    if (at == text.size() || (text[at] != '"' && text[at] != '\'')) continue;
    size_t end = text.find(text[at], at + 1);
    if (end != std::string_view::npos && end - at <= kMaxLinkBytes)
      add(text.substr(at, end - at + 1));
  }
  return out;
}

std::optional<std::string> follow_link(std::string_view link,
                                       std::string_view from,
                                       std::string_view origin) {
  if (link.empty() || link.size() > kMaxLinkBytes || link.front() == '#') return std::nullopt;
  std::string page = "http://" + std::string(origin) + std::string(from);
  Result<std::string> whole = resolve_url(page, percent_encode(link, kInLinks));
  Result<Url> own = parse_url(page);
  if (!whole.ok() || !own.ok()) return std::nullopt;
  Result<Url> url = parse_url(*whole);
  if (!url.ok() || !url->has_origin_of(*own)) return std::nullopt;
  std::string out = url->path + (url->query.empty() ? "" : "?" + url->query);
  if (out.size() > kMaxLinkBytes) return std::nullopt;
  return out;
}

}  // namespace whittle
