// A runtime image put together by hand, filtered, and read by a reader of the test's own.
#include "slim/jimage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "packages/inflate.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::string little(uint64_t value, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  return out;
}

uint64_t number(std::string_view bytes, size_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

struct Resource {
  std::string module, base, content;
};

// Strings begin with the empty one; the place of each resource's attributes is known beforehand,
// so that folders can name them.
class Maker {
 public:
  void add(const std::string& module, const std::string& base, std::string content) {
    resources_.push_back({module, base, std::move(content)});
  }

  uint32_t string(const std::string& text) {
    if (text.empty()) return 0;
    size_t at = strings_.find('\0' + text + '\0');
    if (at != std::string::npos) return static_cast<uint32_t>(at + 1);
    strings_ += text + '\0';
    return static_cast<uint32_t>(strings_.size() - text.size() - 1);
  }

  static uint32_t place(size_t resource) { return static_cast<uint32_t>(1 + 17 * resource); }

  std::string make() {
    std::string attributes(1, '\0');
    std::string offsets;
    std::string contents;
    for (const Resource& resource : resources_) {
      offsets += little(attributes.size(), 4);
      attributes += attribute(1, string(resource.module)) + attribute(3, string(resource.base)) +
                    attribute(5, contents.size()) + attribute(7, resource.content.size()) + '\0';
      contents += resource.content;
    }
    auto count = resources_.size();
    std::string out = "\xda\xda\xfe\xca" + little(1U << 16, 4) + little(0, 4) + little(count, 4) +
                      little(count, 4) + little(attributes.size(), 4) + little(strings_.size(), 4);
    for (size_t i = 0; i < count; ++i) out += little(i + 7, 4);  // the hash: kept as it is
    return out + offsets + attributes + strings_ + contents;
  }

 private:
  static std::string attribute(size_t kind, uint64_t value) {
    std::string out(1, static_cast<char>(kind << 3 | 2));
    for (size_t i = 3; i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
    return out;
  }

  std::vector<Resource> resources_;
  std::string strings_ = std::string(1, '\0');
};

struct Found {
  std::map<std::string, std::string> contents;  // by module:base
  std::map<uint64_t, std::string> names;        // by place
};

Found read_image(std::string_view bytes) {
  Found found;
  size_t count = number(bytes, 16, 4);
  size_t attributes = 28 + 8 * count;
  size_t strings = attributes + number(bytes, 20, 4);
  size_t contents = strings + number(bytes, 24, 4);
  for (size_t i = 0; i < count; ++i) {
    EXPECT_EQ(number(bytes, 28 + 4 * i, 4), i + 7);
    uint64_t place = number(bytes, 28 + 4 * count + 4 * i, 4);
    if (place == 0) continue;
    uint64_t values[8] = {};
    for (size_t at = attributes + place; bytes[at] != 0;) {
      size_t kind = static_cast<unsigned char>(bytes[at]) >> 3;
      size_t length = (static_cast<unsigned char>(bytes[at]) & 7U) + 1;
      for (size_t k = 1; k <= length; ++k)
        values[kind] = values[kind] << 8 | static_cast<unsigned char>(bytes[at + k]);
      at += 1 + length;
    }
    std::string name = std::string(&bytes[strings + values[1]]) + ":" + &bytes[strings + values[3]];
    std::string_view stored = bytes.substr(contents + values[5], values[6] ? values[6] : values[7]);
    found.names[place] = name;
    if (values[6] != 0) {
      EXPECT_EQ(number(stored, 0, 4), 0xCAFEFAFA);
      EXPECT_EQ(number(stored, 4, 8), stored.size() - 29);
      EXPECT_EQ(number(stored, 12, 8), values[7]);
      EXPECT_STREQ(&bytes[strings + number(stored, 20, 4)], "zip");
      EXPECT_EQ(stored[28], 1);
      found.contents[name] = inflate_zlib(stored.substr(29), values[7]).value_or("damaged");
    } else {
      found.contents[name] = stored;
    }
  }
  return found;
}

// What a folder's places lead to.
std::vector<std::string> listed(const Found& found, const std::string& folder) {
  std::vector<std::string> names;
  const std::string& content = found.contents.at(folder);
  for (size_t at = 0; at < content.size(); at += 4)
    names.push_back(found.names.at(number(content, at, 4)));
  return names;
}

class JimageTest : public testing::Test {
 protected:
  JimageTest() {
    maker_.add("java.base", "java/lang/A.class", "aaa");
    maker_.add("big", "x/B.class", std::string(5000, 'b'));
    maker_.add("other", "x/C.class", std::string(5000, 'c'));
    maker_.add("packages", "x", pairs({"big", "other"}));
    maker_.add("packages", "y", pairs({"big"}));
    maker_.add("modules", "big", places({1}));
    maker_.add("modules", "big/x", places({1}));
    maker_.add("modules", "other", places({2}));
    maker_.add("", "/modules", places({5, 7}));
    maker_.add("", "/packages", places({3, 4}));
  }

  std::string pairs(const std::vector<std::string>& modules) {
    std::string out;
    for (const std::string& module : modules)
      out += little(0, 4) + little(maker_.string(module), 4);
    return out;
  }

  static std::string places(const std::vector<size_t>& resources) {
    std::string out;
    for (size_t resource : resources) out += little(Maker::place(resource), 4);
    return out;
  }

  Maker maker_;
};

TEST_F(JimageTest, WhatStaysIsTheSame) {
  std::string image = maker_.make();
  std::optional<std::string> same = filter_jimage(image, {{}, {"java.base", "big", "other"}});
  ASSERT_TRUE(same.has_value());
  Found before = read_image(image);
  Found after = read_image(*same);
  EXPECT_EQ(after.contents["big:x/B.class"], before.contents["big:x/B.class"]);
  EXPECT_EQ(after.contents.size(), before.contents.size());
  EXPECT_EQ(listed(after, ":/modules"), listed(before, ":/modules"));
}

TEST_F(JimageTest, AModuleGoesWithEveryNameOfIt) {
  std::optional<std::string> less = filter_jimage(maker_.make(), {{"big"}, {"java.base"}});
  ASSERT_TRUE(less.has_value());
  Found found = read_image(*less);
  EXPECT_EQ(found.contents.size(), 6U);
  EXPECT_EQ(found.contents["java.base:java/lang/A.class"], "aaa");
  EXPECT_EQ(found.contents["other:x/C.class"], std::string(5000, 'c'));
  EXPECT_EQ(found.contents["packages:x"], pairs({"other"}));
  EXPECT_THAT(listed(found, ":/modules"), ElementsAre("modules:other"));
  EXPECT_THAT(listed(found, ":/packages"), ElementsAre("packages:x"));
  EXPECT_THAT(listed(found, "modules:other"), ElementsAre("other:x/C.class"));
  EXPECT_LT(less->size(), 1500U);  // 5000 equal bytes are packed
}

TEST_F(JimageTest, WhatIsNoneIsLeftAlone) {
  std::string image = maker_.make();
  EXPECT_FALSE(filter_jimage("", {}).has_value());
  EXPECT_FALSE(filter_jimage(image.substr(0, image.size() - 1), {}).has_value());
  EXPECT_FALSE(filter_jimage(image.substr(0, 60), {}).has_value());
  image[4] = 9;
  EXPECT_FALSE(filter_jimage(image, {}).has_value());
}

}  // namespace
}  // namespace whittle
