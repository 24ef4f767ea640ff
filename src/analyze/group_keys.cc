#include "analyze/group_keys.h"

#include <fmt/format.h>

#include <functional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyze/accounts.h"

namespace whittle {

namespace {

constexpr std::string_view kNoKey = "[none]";
constexpr size_t kDirLevels = 3;
constexpr size_t kLongestExt = 12;  // of what follows the last dot

const Entry& entry_of(const Analysis& analysis, EntryRef file) {
  return analysis.tree->layers[file.layer]->at(file.entry);
}

std::string_view path_of(const Analysis& analysis, EntryRef file) {
  return analysis.tree->layers[file.layer]->path(entry_of(analysis, file));
}

const EntryAccount& account_of(const Analysis& analysis, EntryRef file) {
  return analysis.accounts[file.layer][static_cast<uint32_t>(file.entry)];
}

// Keys that are texts, numbered as they come.
class TextKeys : public GroupKeys {
 public:
  using Text = std::string_view (*)(const Analysis&, EntryRef);

  TextKeys(const Analysis& analysis, Text text_of, std::string_view front)
      : analysis_(analysis), text_(text_of), front_(front) {}

  uint32_t key(EntryRef file) override {
    std::string_view word = text_(analysis_, file);
    if (has_last_ && word == last_) return last_key_;
    auto [found, is_new] = keys_.try_emplace(word, static_cast<uint32_t>(texts_.size()));
    if (is_new) texts_.push_back(word);
    has_last_ = true;
    last_ = word;
    return last_key_ = found->second;
  }

  std::string text(uint32_t key) const override {
    return texts_[key] == kNoKey ? std::string(kNoKey) : front_ + std::string(texts_[key]);
  }

 private:
  const Analysis& analysis_;
  Text text_;
  std::string front_;
  std::unordered_map<std::string_view, uint32_t> keys_;
  std::vector<std::string_view> texts_;
  bool has_last_ = false;
  std::string_view last_;
  uint32_t last_key_ = 0;
};

// Keys that are numbers already.
class NumberKeys : public GroupKeys {
 public:
  NumberKeys(std::function<uint32_t(EntryRef)> number, std::function<std::string(uint32_t)> name)
      : number_(std::move(number)), text_(std::move(name)) {}

  uint32_t key(EntryRef file) override { return number_(file); }

  std::string text(uint32_t key) const override { return text_(key); }

 private:
  std::function<uint32_t(EntryRef)> number_;
  std::function<std::string(uint32_t)> text_;
};

// Two numbers a key.
class OwnerKeys : public GroupKeys {
 public:
  explicit OwnerKeys(const Analysis& analysis) : analysis_(analysis) {}

  uint32_t key(EntryRef file) override {
    const Entry& entry = entry_of(analysis_, file);
    uint64_t owner = (uint64_t{entry.uid} << 32) | entry.gid;
    if (!owners_.empty() && owners_[last_] == owner) return last_;
    auto [found, is_new] = keys_.try_emplace(owner, static_cast<uint32_t>(owners_.size()));
    if (is_new) owners_.push_back(owner);
    return last_ = found->second;
  }

  std::string text(uint32_t key) const override {
    return fmt::format("{}:{}", owners_[key] >> 32, owners_[key] & UINT32_MAX);
  }

 private:
  const Analysis& analysis_;
  std::unordered_map<uint64_t, uint32_t> keys_;
  std::vector<uint64_t> owners_;
  uint32_t last_ = 0;
};

std::string_view folder_key(const Analysis& analysis, EntryRef file) {
  std::string_view path = path_of(analysis, file);
  size_t end = 0;
  for (size_t level = 0; level < kDirLevels; ++level) {
    size_t slash = path.find('/', end == 0 ? 0 : end + 1);
    if (slash == std::string_view::npos) break;
    end = slash;
  }
  return path.substr(0, end);
}

std::string_view ext_key(const Analysis& analysis, EntryRef file) {
  std::string_view path = path_of(analysis, file);
  std::string_view name = path.substr(path.rfind('/') + 1);
  size_t dot = name.rfind('.');
  bool has_ext = dot != std::string_view::npos && dot > 0 && dot + 1 < name.size() &&
                 name.size() - dot - 1 <= kLongestExt;
  return has_ext ? name.substr(dot) : kNoKey;
}

// "layer 4: RUN make": the number first, for a command may come twice.
std::string layer_text(const Analysis& analysis, uint32_t layer) {
  const std::string& command = analysis.layers[layer].command;
  return fmt::format("layer {}", layer + 1) + (command.empty() ? "" : ": " + command);
}

// Layers of one line share a key: the first of them.
std::vector<uint32_t> first_of_line(const Analysis& analysis) {
  std::vector<uint32_t> first;
  for (uint32_t layer = 0; layer < analysis.layers.size(); ++layer) {
    const auto& place = analysis.layers[layer].place;
    uint32_t same = 0;
    while (same < layer && !(place && analysis.layers[same].place == place)) ++same;
    first.push_back(same);
  }
  return first;
}

std::string line_text(const Analysis& analysis, uint32_t layer) {
  const auto& place = analysis.layers[layer].place;
  if (!place) return layer_text(analysis, layer);
  const std::string& command = analysis.layers[layer].command;
  return fmt::format("{}:{}", place->file, place->first_line) +
         (command.empty() ? "" : " " + command);
}

// The command, with a count where it comes again: "RUN make (2)".
std::vector<std::string> commands(const Analysis& analysis) {
  std::unordered_map<std::string, size_t> seen;
  std::vector<std::string> texts;
  for (size_t layer = 0; layer < analysis.layers.size(); ++layer) {
    std::string text = analysis.layers[layer].command;
    if (text.empty()) text = fmt::format("layer {}", layer + 1);
    size_t count = ++seen[text];
    texts.push_back(count == 1 ? text : fmt::format("{} ({})", text, count));
  }
  return texts;
}

std::unique_ptr<GroupKeys> layer_keys(const Analysis& analysis, Dimension dimension, KeyUse use) {
  auto layer_of = [](EntryRef file) { return file.layer; };
  if (use == KeyUse::Compare) {
    return std::make_unique<NumberKeys>(
        layer_of, [texts = commands(analysis)](uint32_t layer) { return texts[layer]; });
  }
  if (dimension == Dimension::Layer) {
    return std::make_unique<NumberKeys>(
        layer_of, [&analysis](uint32_t layer) { return layer_text(analysis, layer); });
  }
  return std::make_unique<NumberKeys>(
      [first = first_of_line(analysis)](EntryRef file) { return first[file.layer]; },
      [&analysis](uint32_t layer) { return line_text(analysis, layer); });
}

std::unique_ptr<GroupKeys> package_keys(const Analysis& analysis) {
  // Equal names of one type are one group, whatever their versions: two images can be compared.
  const std::vector<Package>& packages = analysis.packages.packages;
  std::unordered_map<std::string, uint32_t> known;
  std::vector<uint32_t> first;
  for (uint32_t i = 0; i < packages.size(); ++i)
    first.push_back(known.try_emplace(packages[i].type + " " + packages[i].name, i).first->second);
  const auto& owners = analysis.packages.owners;
  return std::make_unique<NumberKeys>(
      [&owners, first = std::move(first)](EntryRef file) {
        uint32_t entry = static_cast<uint32_t>(file.entry);
        bool is_known = file.layer < owners.size() && entry < owners[file.layer].size() &&
                        owners[file.layer][entry] < first.size();
        return is_known ? first[owners[file.layer][entry]] : kNoPackage;
      },
      [&packages](uint32_t key) {
        if (key == kNoPackage) return std::string(kNoKey);
        return packages[key].type + " " + packages[key].name;
      });
}

}  // namespace

std::unique_ptr<GroupKeys> make_group_keys(const Analysis& analysis,
                                           Dimension dimension,
                                           KeyUse use) {
  switch (dimension) {
    case Dimension::Layer:
    case Dimension::Line:
      return layer_keys(analysis, dimension, use);
    case Dimension::Package:
      return package_keys(analysis);
    case Dimension::Dir:
      return std::make_unique<TextKeys>(analysis, folder_key, "/");
    case Dimension::Ext:
      return std::make_unique<TextKeys>(analysis, ext_key, "");
    case Dimension::Owner:
      return std::make_unique<OwnerKeys>(analysis);
    case Dimension::Cause:
      return std::make_unique<NumberKeys>(
          [&analysis](EntryRef file) {
            return static_cast<uint32_t>(account_of(analysis, file).cause);
          },
          [](uint32_t cause) { return std::string(loss_causes()[cause].id); });
    case Dimension::Kind:
      return std::make_unique<NumberKeys>(
          [&analysis](EntryRef file) { return uint32_t{account_of(analysis, file).kind}; },
          [](uint32_t kind) { return std::string(file_kinds()[kind].id); });
    case Dimension::Path:
      break;
  }
  return std::make_unique<TextKeys>(analysis, path_of, "/");
}

}  // namespace whittle
