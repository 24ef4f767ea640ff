#include "container/openapi.h"

#include <gtest/gtest.h>

namespace whittle {
namespace {

using Words = std::vector<std::string>;

Words requests(std::string_view text, bool may_write = false) {
  Result<std::vector<HttpProbe>> found = read_openapi(text, may_write);
  Words out;
  if (!found.ok()) return {found.error().message()};
  for (const HttpProbe& probe : *found) out.push_back(probe.name());
  return out;
}

constexpr const char* kDocument = R"({"openapi": "3.0.0", "servers": [{"url": "http://x/v1/"}],
"paths": {
 "/items": {"get": {"parameters": [
    {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 3}, "required": true},
    {"name": "sort", "in": "query", "schema": {"enum": ["a b", "c"]}, "required": true},
    {"name": "not", "in": "query", "schema": {"type": "string"}},
    {"name": "q", "in": "query", "example": "x&y"}]},
  "post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}}}},
 "/items/{id}": {"parameters": [{"$ref": "#/components/parameters/id"}], "get": {}, "delete": {}},
 "/open/{what}": {"get": {}},
 "/logout": {"get": {}}},
"components": {"parameters": {"id": {"name": "id", "in": "path", "examples": {"one": {"value": "a/b"}}}},
 "schemas": {"Item": {"type": "object", "required": ["name", "tags"], "properties": {
   "name": {"type": "string", "default": "n"}, "tags": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}}}}}})";

TEST(OpenApi, MakesRequests) {
  EXPECT_EQ(requests(kDocument),
            (Words{"GET /v1/items?page=3&sort=a%20b&q=x%26y", "GET /v1/items/a%2Fb"}));
  Result<std::vector<HttpProbe>> all = read_openapi(kDocument, true);
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 4U);
  EXPECT_EQ((*all)[1].method, "POST");
  EXPECT_EQ((*all)[1].content_type, "application/json");
  EXPECT_TRUE((*all)[1].body.starts_with(R"({"name":"n","tags":[{"name":"n",)")) << (*all)[1].body;
  EXPECT_EQ((*all)[3].method, "DELETE");
}

TEST(OpenApi, ReadsSwagger) {
  EXPECT_EQ(requests(R"({"swagger": "2.0", "basePath": "/api", "paths": {"/u/{n}": {
      "get": {"parameters": [{"name": "n", "in": "path", "type": "integer"},
                             {"name": "f", "in": "query", "type": "boolean", "required": true}]},
      "put": {"parameters": [{"name": "n", "in": "path", "type": "string", "format": "uuid"},
                             {"name": "b", "in": "body", "schema": {"example": {"a": 1}}}]}}}})",
                     true),
            (Words{"GET /api/u/1?f=true",
                   "PUT /api/u/00000000-0000-4000-8000-000000000001 ({\"a\":1})"}));
}

TEST(OpenApi, RefusesOthers) {
  EXPECT_FALSE(read_openapi("{}", false).ok());
  EXPECT_FALSE(read_openapi("[", false).ok());
  EXPECT_FALSE(read_openapi(std::string(1'000'000, '['), false).ok());
  EXPECT_EQ(
      requests(R"({"openapi": 3, "paths": {"/": {"get": {"parameters": {"a": 1}}}, "x": 1}})"),
      (Words{"GET /"}));
}

// A schema that is made of itself many times over.
TEST(OpenApi, IsBounded) {
  std::string all;
  for (int i = 0; i < 49; ++i) all += R"({"$ref": "#/s"},)";
  std::string text =
      R"({"openapi": "3", "s": {"allOf": [)" + all + R"({"$ref": "#/s"}]}, "paths": {"/": {"post":
    {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/s"}}}}}}}})";
  EXPECT_EQ(requests(text, true).size(), 1U);
}

}  // namespace
}  // namespace whittle
