// Which files' contents outlive the pass over a layer, and what of them. Who looks at contents does
// it under a topic of its own, with a version, so that an index in the cache is known to be good.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/layer_index.h"

namespace whittle {

// What the header of a regular file says.
struct FileFacts {
  std::string_view path;  // clean and relative
  uint64_t size_bytes = 0;
  uint32_t mode = 0;
};

enum class Keep : uint8_t {
  Nothing,
  Content,  // as it is
  Extract,  // what `extract` makes of it: of a big program a few lines
};

// Who looks at contents. They come in sets (bits): an index that was made with more sets is good
// for whoever asks for fewer. The functions depend on their arguments and on what the version tells
// of alone, and are thread-safe.
struct ContentTopic {
  TopicId id = TopicId::Packages;
  uint32_t version = 0;  // not 0; changes with the functions
  std::function<Keep(const FileFacts& file, uint8_t sets)> wants;  // required
  // Of a file to extract from: by its first bytes (512, or all), whether to read on. Empty: always.
  std::function<bool(const FileFacts& file, std::string_view beginning)> is_worth_reading;
  // "" keeps nothing. Required where `wants` says Extract.
  std::function<std::string(const FileFacts& file, std::string_view content)> extract;
};

struct ContentWish {
  std::shared_ptr<const ContentTopic> topic;
  uint8_t sets = 0;
};

// At most one of a topic.
using ContentWishes = std::vector<ContentWish>;

// Of which topics, in which versions and sets, an index keeps contents. By TopicId; version 0: of
// none.
struct KeptTopics {
  std::array<uint32_t, kTopics> versions{};
  std::array<uint8_t, kTopics> sets{};

  static KeptTopics of(const ContentWishes& wishes) {
    KeptTopics topics;
    for (const ContentWish& wish : wishes) {
      auto id = static_cast<size_t>(wish.topic->id);
      topics.versions[id] = wish.topic->version;
      topics.sets[id] = wish.sets;
    }
    return topics;
  }

  bool serves(const KeptTopics& asked) const {
    for (size_t id = 0; id < kTopics; ++id) {
      if (asked.versions[id] == 0) continue;
      if (asked.versions[id] != versions[id] || (asked.sets[id] & ~sets[id]) != 0) return false;
    }
    return true;
  }

  bool operator==(const KeptTopics&) const = default;
};

}  // namespace whittle
