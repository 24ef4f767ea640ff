#include "engine/inspect.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>

#include "analyze/analyze.h"
#include "analyze/blame.h"
#include "analyze/read_image.h"
#include "base/fs.h"
#include "base/stats.h"
#include "base/strings.h"
#include "dockerfile/expand.h"
#include "dockerfile/parser.h"
#include "engine/inspect_read.h"
#include "image/content.h"
#include "image/sources/sources.h"

namespace whittle {

namespace {

constexpr auto kDockerfileNames = std::to_array<std::string_view>({"Dockerfile", "Containerfile"});

struct DockerfileText {
  std::string name;
  std::string text;
};

// True if the file's instructions account for all of the image's layers from some layer up, and for
// one at least: a Dockerfile that lies about by chance explains no image's end.
bool explains(const DockerfileText& file, const ImageInfo& image, const InspectOptions& options) {
  Result<Dockerfile> parsed = parse_dockerfile(file.text, file.name, options.open.limits);
  if (!parsed.ok()) return false;
  std::vector<int> made_by =
      instructions_of_layers(image, *parsed, evaluate(*parsed, {}), options.stage);
  size_t first = 0;
  while (first < made_by.size() && made_by[first] < 0) ++first;
  bool has_gap = std::find(made_by.begin() + static_cast<ptrdiff_t>(first), made_by.end(), -1) !=
                 made_by.end();
  return first < made_by.size() && !has_gap;
}

// The Dockerfile that was named; else, when the image brings no provenance that would know better,
// one of the current folder that fits.
Result<DockerfileText> find_dockerfile(const ImageInfo& image, const InspectOptions& options) {
  uint64_t max_bytes = options.open.limits.max_dockerfile_bytes;
  if (!options.dockerfile.empty()) {
    TRY_ASSIGN(std::string text, read_file(options.dockerfile, max_bytes));
    return DockerfileText{options.dockerfile, std::move(text)};
  }
  for (std::string_view name : kDockerfileNames) {
    if (!image.provenance.empty()) break;
    Result<std::string> text = read_file(fs::path(name), max_bytes);
    if (!text.ok()) continue;
    DockerfileText file{std::string(name), std::move(*text)};
    if (explains(file, image, options)) return file;
  }
  return DockerfileText{};
}

ReadOptions read_options(const InspectOptions& options) {
  ReadOptions read;
  read.limits = options.open.limits;
  read.threads = options.threads;
  read.verify = options.verify ? Verify::Always : Verify::Remote;
  read.measure_gzip = options.measure_gzip;
  read.cache = options.open.cache;
  read.keep = {package_contents(options.package_sets)};
  read.keep.insert(read.keep.end(), options.keep.begin(), options.keep.end());
  read.allow_unread = true;
  read.cancel = options.open.cancel;
  read.progress = options.open.progress;
  return read;
}

Result<AnalyzeInput> analyze_input(std::shared_ptr<const ReadImage> read,
                                   const InspectOptions& options) {
  AnalyzeInput input;
  input.target = options.target;
  TRY_ASSIGN(DockerfileText file, find_dockerfile(read->info, options));
  input.read = std::move(read);
  input.dockerfile_name = std::move(file.name);
  input.dockerfile_text = std::move(file.text);
  input.dockerfile_target = options.stage;
  if (!options.base.empty()) {
    TRY_ASSIGN(std::unique_ptr<Image> base, open_image(options.base, options.open));
    input.base = std::make_shared<ImageInfo>(base->info());
    input.base_name = options.base;
  }
  input.find_waste = options.find_waste;
  input.find_duplicates = options.find_duplicates;
  input.threads = options.threads;
  input.limits = options.open.limits;
  input.cancel = options.open.cancel;
  return input;
}

// The analysis of an image whose layers are read.
Result<std::shared_ptr<const Analysis>> analyze_read(const Image& image,
                                                     std::shared_ptr<const ReadImage> read,
                                                     const InspectOptions& options) {
  static Stat stat("analyze", true);
  ScopedTimer timer(stat);
  TRY_ASSIGN(AnalyzeInput input, analyze_input(std::move(read), options));
  input.image = &image;
  return analyze(input);
}

struct Analyzed {
  std::unique_ptr<Image> image;
  std::shared_ptr<const Analysis> analysis;
};

Result<Analyzed> open_and_analyze(const InspectOptions& options,
                                  std::vector<ContentSubscriber> subscribers = {}) {
  Analyzed result;
  TRY_ASSIGN(result.image, open_image(options.target, options.open));
  TRY_ASSIGN(result.analysis, analyze_opened(*result.image, options, std::move(subscribers)));
  return result;
}

}  // namespace

Result<BaseImage> base_image_of(std::shared_ptr<const ReadImage> read,
                                const InspectOptions& options,
                                std::vector<std::string>& notes) {
  TRY_ASSIGN(AnalyzeInput input, analyze_input(std::move(read), options));
  return base_of(input, notes);
}

Result<std::shared_ptr<const ReadImage>> read_whole_image(const InspectOptions& options) {
  TRY_ASSIGN(std::unique_ptr<Image> image, open_image(options.target, options.open));
  TRY_ASSIGN(std::unique_ptr<ReadImage> read, read_image(*image, read_options(options)));
  return std::shared_ptr<const ReadImage>(std::move(read));
}

namespace {

// Which of two images the error is about, where it does not say so itself.
Error about(Error error, const std::string& target) {
  if (error.message().starts_with(printable(target))) return error;
  return std::move(error).with(printable(target));
}

class BackgroundExploration : public Exploration {
 public:
  BackgroundExploration(InspectOptions options, std::unique_ptr<Image> image)
      : options_(std::move(options)),
        outer_cancel_(options_.open.cancel),
        image_(std::move(image)),
        layers_(image_->info().layers.size()) {
    options_.open.cancel = &cancel_;
    reader_ = std::thread([this] { run(); });
  }

  ~BackgroundExploration() override {
    cancel_.cancel();
    reader_.join();
  }

  BackgroundExploration(const BackgroundExploration&) = delete;
  BackgroundExploration& operator=(const BackgroundExploration&) = delete;

  const ImageInfo& info() const override { return image_->info(); }

  uint64_t version() const override { return version_.load(); }

  std::shared_ptr<const LayerIndex> layer(size_t index) const override {
    std::lock_guard lock(mutex_);
    return layers_[index];
  }

  std::shared_ptr<const Analysis> analysis() const override {
    std::lock_guard lock(mutex_);
    return analysis_;
  }

  std::optional<Error> failure() const override {
    std::lock_guard lock(mutex_);
    return failure_;
  }

  Result<std::string> content(size_t layer, EntryId entry, uint64_t max_bytes) const override {
    std::shared_ptr<const LayerIndex> index = this->layer(layer);
    if (index == nullptr) return Error(ErrorKind::NotFound, "the layer is not read yet");
    ContentOptions options;
    options.limits = options_.open.limits;
    options.max_bytes = max_bytes;
    options.cancel = outer_cancel_;
    return read_content(*image_, *index, layer, entry, options);
  }

 private:
  void run() {
    Status done = read();
    if (done.ok()) return;
    std::lock_guard lock(mutex_);
    failure_.emplace(std::move(done).error());
    ++version_;
  }

  Status read() {
    ReadOptions options = read_options(options_);
    options.on_layer = [this](size_t layer, const ReadLayer& read) {
      auto copy = std::make_shared<const LayerIndex>(read.index);
      std::lock_guard lock(mutex_);
      layers_[layer] = std::move(copy);
      ++version_;
    };
    TRY_ASSIGN(std::unique_ptr<ReadImage> whole,
               read_image(*image_, std::move(options), ForAnalysis::Yes));
    std::shared_ptr<const ReadImage> read = std::move(whole);
    TRY_ASSIGN(std::shared_ptr<const Analysis> analysis, analyze_read(*image_, read, options_));
    std::lock_guard lock(mutex_);
    for (size_t i = 0; i < layers_.size(); ++i) {
      layers_[i] = std::shared_ptr<const LayerIndex>(read, &read->layers[i].index);
    }
    analysis_ = std::move(analysis);
    ++version_;
    return {};
  }

  InspectOptions options_;
  const CancelToken* outer_cancel_;
  CancelToken cancel_;
  std::unique_ptr<Image> image_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const LayerIndex>> layers_;
  std::shared_ptr<const Analysis> analysis_;
  std::optional<Error> failure_;
  std::atomic<uint64_t> version_{0};
  std::thread reader_;
};

}  // namespace

Result<std::shared_ptr<const Analysis>> analyze_opened(const Image& image,
                                                       const InspectOptions& options,
                                                       std::vector<ContentSubscriber> subscribers) {
  ReadOptions reading = read_options(options);
  reading.subscribers = std::move(subscribers);
  TRY_ASSIGN(std::unique_ptr<ReadImage> read,
             read_image(image,
                        std::move(reading),
                        options.find_waste ? ForAnalysis::Yes : ForAnalysis::No));
  return analyze_read(image, std::move(read), options);
}

Result<std::shared_ptr<const Analysis>> analyze_with(const InspectOptions& options,
                                                     std::vector<ContentSubscriber> subscribers) {
  TRY_ASSIGN(Analyzed analyzed, open_and_analyze(options, std::move(subscribers)));
  return std::move(analyzed.analysis);
}

Result<std::shared_ptr<const Analysis>> analyze_image(const InspectOptions& options) {
  TRY_ASSIGN(Analyzed analyzed, open_and_analyze(options));
  return std::move(analyzed.analysis);
}

Result<ImageDiff> compare_images(const CompareOptions& options) {
  Result<Analyzed> before = open_and_analyze(options.before);
  if (!before.ok()) return about(std::move(before).error(), options.before.target);
  Result<Analyzed> after = open_and_analyze(options.after);
  if (!after.ok()) return about(std::move(after).error(), options.after.target);
  DiffInput input;
  input.before = before->analysis;
  input.after = after->analysis;
  input.before_image = before->image.get();
  input.after_image = after->image.get();
  input.groups = options.groups;
  input.semantic = options.semantic;
  input.limits = options.before.open.limits;
  input.cancel = options.before.open.cancel;
  return diff_images(input);
}

Result<std::unique_ptr<Exploration>> Exploration::start(const InspectOptions& options) {
  TRY_ASSIGN(std::unique_ptr<Image> image, open_image(options.target, options.open));
  return std::unique_ptr<Exploration>(
      std::make_unique<BackgroundExploration>(options, std::move(image)));
}

}  // namespace whittle
