#include "container/openapi.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_nesting.h"
#include "base/strings.h"
#include "container/crawl.h"
#include "net/url.h"

namespace whittle {

namespace {

using nlohmann::json;

constexpr int kMaxDepth = 6;  // of references and of values that are made up
constexpr size_t kMaxValueBytes = 64 * 1024;
constexpr size_t kMaxMembers = 50;
constexpr size_t kMaxValues = 1'000;  // made up for one request
constexpr uint64_t kMaxDocumentDepth = 200;

const json& nothing() {
  static const json null;
  return null;
}

const json& member(const json& object, std::string_view key) {
  if (!object.is_object()) return nothing();
  auto found = object.find(key);
  return found == object.end() ? nothing() : *found;
}

std::string text_of(const json& object, std::string_view key) {
  const json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : "";
}

std::string as_text(const json& value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

class Document {
 public:
  Document(const json& root, bool may_write) : root_(root), may_write_(may_write) {}

  std::vector<HttpProbe> requests() {
    const json& paths = member(root_, "paths");
    if (!paths.is_object()) return {};
    for (const auto& [path, item] : paths.items()) add_path(path, resolved(item));
    return std::move(out_);
  }

 private:
  // The end of a chain of "$ref": "#/components/...".
  const json& resolved(const json& value) const {
    const json* at = &value;
    for (int depth = 0; depth < kMaxDepth; ++depth) {
      std::string reference = text_of(*at, "$ref");
      if (reference.empty()) return *at;
      if (!reference.starts_with("#/")) return nothing();
      at = &root_;
      for (std::string_view word : split(std::string_view(reference).substr(2), '/'))
        at = &member(*at, replace_all(replace_all(word, "~1", "/"), "~0", "~"));
    }
    return nothing();
  }

  // The path that all others stand below.
  std::string base() const {
    std::string base = text_of(root_, "basePath");
    const json& servers = member(root_, "servers");
    if (servers.is_array() && !servers.empty()) base = text_of(servers[0], "url");
    if (size_t scheme = base.find("://"); scheme != std::string::npos) {
      size_t slash = base.find('/', scheme + 3);
      base = slash == std::string::npos ? "" : base.substr(slash);
    }
    while (base.ends_with("/")) base.pop_back();
    bool is_path = base.starts_with("/") && base.find('{') == std::string::npos;
    return is_path ? base : "";
  }

  void add_path(const std::string& path, const json& item) {
    if (!path.starts_with("/") || is_harmful_link(path)) return;
    constexpr std::string_view kMethods[] = {"get", "head", "post", "put", "patch", "delete"};
    for (std::string_view method : kMethods) {
      const json& operation = member(item, method);
      bool reads = method == "get" || method == "head";
      if (!operation.is_object() || out_.size() >= kMaxApiRequests) continue;
      if ((reads || may_write_) && !is_harmful_link(text_of(operation, "operationId")))
        add_operation(to_upper(method), path, item, operation);
    }
  }

  void add_operation(std::string method,
                     const std::string& path,
                     const json& item,
                     const json& operation) {
    values_ = 0;
    HttpProbe request;
    request.method = std::move(method);
    request.path = base() + path;
    std::string query;
    for (const json* list : {&member(item, "parameters"), &member(operation, "parameters")}) {
      if (!list->is_array()) continue;
      for (const json& parameter : *list) add_parameter(resolved(parameter), request, query);
    }
    add_body(resolved(member(operation, "requestBody")), request);
    request.path += query;
    bool is_line = std::all_of(request.path.begin(), request.path.end(), [](char c) {
      return c > ' ' && c < 0x7f && c != '{' && c != '}';
    });
    if (is_line && request.path.size() + request.body.size() <= kMaxValueBytes)
      out_.push_back(std::move(request));
  }

  void add_parameter(const json& parameter, HttpProbe& request, std::string& query) {
    std::string name = text_of(parameter, "name");
    std::string place = text_of(parameter, "in");
    const json& schema = member(parameter, "schema");
    if (place == "path") {
      std::string value = percent_encode(as_text(value_of(parameter, schema)));
      request.path = replace_all(request.path, "{" + name + "}", value);
    } else if (place == "query") {
      bool is_named = !member(parameter, "example").is_null() ||
                      !member(parameter, "examples").is_null() ||
                      !member(resolved(schema), "example").is_null();
      if (!is_named && member(parameter, "required") != json(true)) return;
      query += (query.empty() ? "?" : "&") + percent_encode(name) + "=" +
               percent_encode(as_text(value_of(parameter, schema)));
    } else if (place == "body") {  // of Swagger 2
      request.content_type = "application/json";
      request.body = json_text(made_up(schema, 0));
    }
  }

  void add_body(const json& body, HttpProbe& request) {
    const json& media = member(member(body, "content"), "application/json");
    if (!media.is_object()) return;
    request.content_type = "application/json";
    request.body = json_text(value_of(media, member(media, "schema")));
  }

  static std::string json_text(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
  }

  // What is named beside a schema, or else by it. Swagger 2 has the schema's keys in the parameter.
  json value_of(const json& owner, const json& schema) const {
    if (const json& example = member(owner, "example"); !example.is_null()) return example;
    const json& examples = member(owner, "examples");
    if (examples.is_object() && !examples.empty()) {
      const json& first = resolved(*examples.begin());
      if (const json& value = member(first, "value"); !value.is_null()) return value;
    }
    return made_up(schema.is_null() ? owner : schema, 0);
  }

  // A value that a schema allows, as far as its plainest words go.
  json made_up(const json& unresolved, int depth) const {
    const json& schema = resolved(unresolved);
    for (std::string_view key : {"example", "default", "const"}) {
      if (const json& value = member(schema, key); !value.is_null()) return value;
    }
    for (std::string_view key : {"examples", "enum"}) {
      const json& values = member(schema, key);
      if (values.is_array() && !values.empty()) return values[0];
    }
    if (depth >= kMaxDepth || ++values_ > kMaxValues) return nullptr;
    for (std::string_view key : {"oneOf", "anyOf"}) {
      const json& choices = member(schema, key);
      if (choices.is_array() && !choices.empty()) return made_up(choices[0], depth + 1);
    }
    return made_up_by_type(schema, depth);
  }

  json made_up_by_type(const json& schema, int depth) const {
    const json& types = member(schema, "type");
    std::string type = text_of(schema, "type");
    if (types.is_array() && !types.empty() && types[0].is_string()) type = types[0];
    if (type == "integer" || type == "number") {
      const json& least = member(schema, "minimum");
      return least.is_number() ? least : json(1);
    }
    if (type == "boolean") return true;
    if (type == "array") return json::array({made_up(member(schema, "items"), depth + 1)});
    if (type == "object" || schema.contains("properties") || schema.contains("allOf"))
      return object_of(schema, depth);
    return text_value(text_of(schema, "format"));
  }

  static json text_value(const std::string& format) {
    if (format == "date") return "2024-01-01";
    if (format == "date-time") return "2024-01-01T00:00:00Z";
    if (format == "uuid") return "00000000-0000-4000-8000-000000000001";
    if (format == "email") return "someone@example.org";
    return format == "uri" ? "http://example.org/" : "1";
  }

  json object_of(const json& schema, int depth) const {
    json out = json::object();
    const json& parts = member(schema, "allOf");
    for (size_t i = 0; parts.is_array() && i < std::min(parts.size(), kMaxMembers); ++i) {
      json part = made_up(parts[i], depth + 1);
      if (part.is_object()) out.update(part);
    }
    const json& properties = member(schema, "properties");
    const json& required = member(schema, "required");
    for (size_t i = 0; required.is_array() && i < std::min(required.size(), kMaxMembers); ++i) {
      if (!required[i].is_string()) continue;
      std::string name = required[i];
      out[name] = made_up(member(properties, name), depth + 1);
    }
    return out;
  }

  const json& root_;
  bool may_write_;
  mutable size_t values_ = 0;  // of the request that is being made
  std::vector<HttpProbe> out_;
};

}  // namespace

Result<std::vector<HttpProbe>> read_openapi(std::string_view text, bool may_write) {
  if (json_nesting(text) > kMaxDocumentDepth)
    return Error(ErrorKind::Limit, "the document is nested too deeply");
  json root = json::parse(text, nullptr, false);
  bool is_api = root.is_object() && (root.contains("openapi") || root.contains("swagger"));
  if (!is_api) return Error(ErrorKind::Invalid, "neither an OpenAPI nor a Swagger document");
  return Document(root, may_write).requests();
}

}  // namespace whittle
