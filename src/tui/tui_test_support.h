// An image in memory that is explored: layers arrive when the test says so.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/inspect.h"
#include "support/image_builder.h"
#include "tui/explorer.h"

namespace whittle::tui::test {

// What all layers of a text hold (support/image_builder.h).
inline std::vector<std::shared_ptr<const LayerIndex>> layers_of(const Image& image) {
  Result<std::vector<ReadLayer>> read = read_layers(image, whittle::test::read_options());
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().message());
  std::vector<std::shared_ptr<const LayerIndex>> layers;
  if (!read.ok()) return layers;
  for (ReadLayer& layer : *read) {
    layers.push_back(std::make_shared<const LayerIndex>(std::move(layer.index)));
  }
  return layers;
}

inline Timeline timeline_of(std::string_view text) {
  Timeline timeline;
  for (auto& layer : layers_of(*whittle::test::image_of(text))) timeline.add_layer(layer);
  return timeline;
}

class FakeExploration : public Exploration {
 public:
  explicit FakeExploration(std::string_view text)
      : image_(whittle::test::image_of(text)), layers_(layers_of(*image_)) {}

  void arrive(size_t count) {
    arrived_ = count;
    ++version_;
  }

  void arrive_all() { arrive(layers_.size()); }

  void finish(std::shared_ptr<const Analysis> analysis) {
    analysis_ = std::move(analysis);
    arrive_all();
  }

  void fail(Error error) {
    failure_ = std::move(error);
    ++version_;
  }

  ImageInfo& mutable_info() { return image_->info(); }

  const std::vector<std::shared_ptr<const LayerIndex>>& layers() const { return layers_; }

  const ImageInfo& info() const override { return image_->info(); }

  uint64_t version() const override { return version_; }

  std::shared_ptr<const LayerIndex> layer(size_t index) const override {
    return index < arrived_ ? layers_[index] : nullptr;
  }

  std::shared_ptr<const Analysis> analysis() const override { return analysis_; }

  std::optional<Error> failure() const override { return failure_; }

  // The made-up content of the image builder, or what the test put here.
  Result<std::string> content(size_t layer, EntryId entry, uint64_t max_bytes) const override {
    const Entry& file = layers_[layer]->at(entry);
    std::string path(layers_[layer]->path(file));
    auto found = contents.find(path + "@" + std::to_string(layer));
    if (found != contents.end()) return found->second;
    if (file.size_bytes > max_bytes) return Error(ErrorKind::Limit, "too big");
    return whittle::test::made_up_content(path, file.size_bytes);
  }

  std::map<std::string, std::string> contents;  // "etc/passwd@0"

 private:
  std::unique_ptr<whittle::test::MemoryImage> image_;
  std::vector<std::shared_ptr<const LayerIndex>> layers_;
  std::shared_ptr<const Analysis> analysis_;
  std::optional<Error> failure_;
  size_t arrived_ = 0;
  uint64_t version_ = 1;
};

// The screen as text, lines without the blanks at their ends.
inline std::vector<std::string> screen_lines(Explorer& explorer, size_t width, size_t height) {
  std::vector<std::string> lines;
  for (const Line& line : explorer.render(width, height)) {
    EXPECT_EQ(line.width(), width) << line.text();
    lines.push_back(std::string(trim_right(line.text())));
  }
  EXPECT_EQ(lines.size(), height);
  return lines;
}

inline std::string screen(Explorer& explorer, size_t width = 100, size_t height = 30) {
  return join(screen_lines(explorer, width, height), "\n");
}

// Runs what the explorer handed out, and what follows from it.
inline void run_tasks(Explorer& explorer) {
  while (std::optional<Task> task = explorer.take_task()) task->run()();
}

inline void type(Explorer& explorer, std::initializer_list<const char*> keys) {
  for (const char* key : keys) explorer.key(key);
  run_tasks(explorer);
}

inline Services services() {
  Services services;
  services.group = [](const Analysis&, const GroupOptions&) { return std::vector<GroupRow>(); };
  services.cancel = &whittle::test::no_cancel();
  return services;
}

}  // namespace whittle::tui::test
