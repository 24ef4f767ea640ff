#include "lsp/frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lsp/file_uri.h"

namespace whittle {
namespace {

using testing::HasSubstr;

std::vector<std::string> all_of(FrameReader& reader) {
  std::vector<std::string> messages;
  while (true) {
    Result<std::optional<std::string>> next = reader.next();
    EXPECT_TRUE(next.ok());
    if (!next.ok() || !*next) return messages;
    messages.push_back(**next);
  }
}

TEST(Frames, WholeAndInPieces) {
  std::string bytes = frame_of("one") + frame_of("") + "content-type: x\ncontent-length:3\n\ntwo";
  for (size_t piece : {size_t{1}, size_t{2}, size_t{7}, bytes.size()}) {
    FrameReader reader{Limits()};
    std::vector<std::string> messages;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      reader.feed(std::string_view(bytes).substr(at, piece));
      for (std::string& one : all_of(reader)) messages.push_back(std::move(one));
    }
    EXPECT_EQ(messages, (std::vector<std::string>{"one", "", "two"})) << piece;
    EXPECT_TRUE(reader.is_empty());
  }
}

TEST(Frames, OverTheLimitIsSkipped) {
  Limits limits;
  limits.max_json_bytes = 4;
  FrameReader reader(limits);
  reader.feed(frame_of("12345") + frame_of("1234"));
  Result<std::optional<std::string>> first = reader.next();
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().kind(), ErrorKind::Limit);
  EXPECT_THAT(first.error().hint(), HasSubstr("json-bytes"));
  EXPECT_EQ(all_of(reader), std::vector<std::string>{"1234"});
}

TEST(Frames, WhatIsNoHeader) {
  for (std::string_view bytes : {"x\r\n\r\n",
                                 "\r\n",
                                 "A: b\r\n\r\n",
                                 "Content-Length: \r\n\r\n",
                                 "Content-Length: -1\r\n\r\n",
                                 "Content-Length: 18446744073709551616\r\n\r\n",
                                 "Content-Length: 9999999999\r\n\r\n"}) {
    FrameReader reader{Limits()};
    reader.feed(bytes);
    Result<std::optional<std::string>> next = reader.next();
    ASSERT_FALSE(next.ok()) << bytes;
    EXPECT_EQ(next.error().kind(), ErrorKind::Invalid);
  }
  FrameReader reader{Limits()};
  reader.feed(std::string(100'000, 'a'));
  EXPECT_FALSE(reader.next().ok());
}

TEST(FileUri, Paths) {
  EXPECT_EQ(path_of_uri("file:///a/b"), fs::path("/a/b"));
  EXPECT_EQ(path_of_uri("FILE://localhost/a%20b%C3%A9"), fs::path("/a b\xC3\xA9"));
  EXPECT_EQ(path_of_uri("file:///a?b#c"), fs::path("/a"));
  for (std::string_view bad : {"",
                               "untitled:x",
                               "file://",
                               "file://host/a",
                               "file:///a%2",
                               "file:///a%zz",
                               "file:///a%00b"})
    EXPECT_EQ(path_of_uri(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace whittle
