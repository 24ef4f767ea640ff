// The three formats, as printed by: BuildKit util/progress/progressui (plain mode), Docker's
// classic builder (builder/dockerfile), buildah imagebuildah/stage_executor.go.
#include "container/build_log.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/strings.h"
#include "container/log_tail.h"

namespace whittle {

namespace {

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<uint32_t> take_number(std::string_view& text) {
  uint32_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

// "3/9" with the blanks that BuildKit pads with.
bool take_position(std::string_view& text, PrintedStep& step) {
  std::string_view rest = trim_left(text);
  std::optional<uint32_t> number = take_number(rest);
  if (!number || !take_prefix(rest, "/")) return false;
  std::optional<uint32_t> total = take_number(rest);
  if (!total) return false;
  step.number = *number;
  step.total = *total;
  text = rest;
  return true;
}

std::string describe(const PrintedStep& step) {
  std::string out;
  if (!step.stage.empty()) out += step.stage + " ";
  if (step.number > 0) out += std::to_string(step.number) + "/" + std::to_string(step.total) + " ";
  return out + step.text;
}

// "#7 [build 2/6] RUN ...", "#7 DONE 3.2s", "#7 CACHED", "#7 ERROR: ...", "#7 CANCELED"; anything
// else is output.
class BuildkitLog : public BuildLog {
 public:
  void line(std::string_view raw, double) override {
    std::string clean = strip_escapes(raw);
    std::string_view text = clean;
    if (!take_prefix(text, "#")) return;
    std::optional<uint32_t> vertex = take_number(text);
    if (!vertex || !take_prefix(text, " ")) return;
    auto known = steps_.find(*vertex);
    if (known == steps_.end()) {
      if (steps_.size() < kMaxPrintedSteps) begin(*vertex, text);
      return;
    }
    update(known->second, text);
  }

  std::vector<PrintedStep> finish(bool, double) override {
    std::vector<PrintedStep> out;
    for (const auto& [vertex, step] : steps_) {
      if (step.number > 0) out.push_back(step);
    }
    return out;
  }

  std::string current() const override { return current_; }

 private:
  void begin(uint32_t vertex, std::string_view text) {
    PrintedStep step;
    parse_name(text, step);
    if (step.number > 0) current_ = describe(step);
    steps_.emplace(vertex, std::move(step));
  }

  // "[linux/amd64 build 2/6] RUN ...": platform and stage are there only when BuildKit needs them.
  static void parse_name(std::string_view text, PrintedStep& step) {
    if (!take_prefix(text, "[")) return;
    size_t close = text.find("] ");
    if (close == std::string_view::npos) return;
    std::string_view inside = text.substr(0, close);
    size_t slash = inside.rfind('/');
    if (slash == std::string_view::npos) return;
    size_t begin = inside.find_last_of(' ', slash);
    std::string_view position = begin == std::string_view::npos ? inside : inside.substr(begin + 1);
    if (!take_position(position, step) || !position.empty()) {
      step.number = 0;
      return;
    }
    std::vector<std::string_view> names;
    if (begin != std::string_view::npos) names = split_blanks(inside.substr(0, begin));
    if (!names.empty() && !contains(names.back(), "/")) step.stage = names.back();
    step.text = text.substr(close + 2);
  }

  void update(PrintedStep& step, std::string_view text) {
    if (text == "CACHED") {
      step.cached = true;
    } else if (text.starts_with("ERROR")) {
      step.failed = true;
    } else if (take_prefix(text, "DONE ") && text.ends_with("s")) {
      double seconds = 0;
      std::from_chars(text.data(), text.data() + text.size() - 1, seconds);
      step.seconds = seconds;
    } else if (step.number > 0 && text.starts_with("[")) {
      current_ = describe(step);
    }
  }

  std::map<uint32_t, PrintedStep> steps_;
  std::string current_;
};

// What the two sequential builders share: one step runs at a time and ends where the next begins.
class SequentialLog : public BuildLog {
 public:
  std::vector<PrintedStep> finish(bool build_ok, double at_seconds) override {
    end(at_seconds);
    if (!build_ok && !steps_.empty() && !last_has_ended_) steps_.back().failed = true;
    return steps_;
  }

  std::string current() const override { return steps_.empty() ? "" : describe(steps_.back()); }

 protected:
  void begin(PrintedStep step, double at_seconds) {
    end(at_seconds);
    if (steps_.size() >= kMaxPrintedSteps) return;
    steps_.push_back(std::move(step));
    began_at_ = at_seconds;
    last_has_ended_ = false;
    running_ = true;
  }

  // The running step is over, whatever its result.
  void end(double at_seconds) {
    if (running_) steps_.back().seconds = at_seconds - began_at_;
    running_ = false;
  }

  // The running step made `image` or took it from the cache.
  void yield_image(std::string_view image, double at_seconds) {
    if (steps_.empty()) return;
    end(at_seconds);
    last_has_ended_ = true;
    if (!image.empty()) steps_.back().image = image;
  }

  void mark_cached() {
    if (!steps_.empty()) steps_.back().cached = true;
  }

  PrintedStep* last() { return steps_.empty() ? nullptr : &steps_.back(); }

 private:
  std::vector<PrintedStep> steps_;
  double began_at_ = 0;
  bool running_ = false;
  bool last_has_ended_ = false;
};

bool is_image_id(std::string_view text) {
  if (text.size() < 8 || text.size() > 64) return false;
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// "Step 3/9 : RUN ...", " ---> Using cache", " ---> 955815be610c"
class ClassicLog : public SequentialLog {
 public:
  void line(std::string_view raw, double at_seconds) override {
    std::string clean = strip_escapes(raw);
    std::string_view text = clean;
    if (take_prefix(text, "Step ")) {
      PrintedStep step;
      if (!take_position(text, step) || !take_prefix(text, " : ")) return;
      step.text = text;
      begin(std::move(step), at_seconds);
    } else if (text == " ---> Using cache") {
      mark_cached();
    } else if (take_prefix(text, " ---> ") && is_image_id(text)) {
      // A FROM yields the base, which is nobody's to remove.
      bool is_base = last() != nullptr && last()->text.starts_with("FROM");
      yield_image(is_base ? std::string_view() : text, at_seconds);
    }
  }
};

// "[1/2] STEP 3/5: RUN ...", "--> Using cache ID", "--> ID"
class BuildahLog : public SequentialLog {
 public:
  void line(std::string_view raw, double at_seconds) override {
    std::string clean = strip_escapes(raw);
    std::string_view text = clean;
    PrintedStep step;
    take_stage(text, step);
    if (take_prefix(text, "STEP ")) {
      if (!take_position(text, step) || !take_prefix(text, ": ")) return;
      step.text = text;
      begin(std::move(step), at_seconds);
    } else if (text.starts_with("--> Using cache ")) {
      mark_cached();
      yield_image(text.substr(std::string_view("--> Using cache ").size()), at_seconds);
    } else if (take_prefix(text, "--> ") && is_image_id(text)) {
      yield_image(text, at_seconds);
    }
  }

 private:
  static void take_stage(std::string_view& text, PrintedStep& step) {
    std::string_view rest = text;
    PrintedStep position;
    if (!take_prefix(rest, "[") || !take_position(rest, position) || !take_prefix(rest, "] "))
      return;
    step.stage = std::to_string(position.number);
    text = rest;
  }
};

// Keyword and text for comparison: blanks as one, keyword in upper case.
std::string normalized(std::string_view text) {
  std::string out;
  for (std::string_view word : split_blanks(text)) {
    if (!out.empty()) out += ' ';
    out += out.empty() ? to_upper(word) : std::string(word);
  }
  return out;
}

std::string_view first_word(std::string_view text) {
  text = trim_left(text);
  return text.substr(0, text.find_first_of(" \t"));
}

// Matches printed steps with instructions.
class StepMapper {
 public:
  StepMapper(const Dockerfile& file, BuilderKind kind)
      : file_(file), kind_(kind), used_(file.instructions.size()) {}

  std::optional<uint32_t> find(const PrintedStep& step) {
    std::optional<uint32_t> found = by_number(step);
    if (!found || !agrees(*found, step)) found = by_text(step);
    if (found) used_[*found] = true;
    return found;
  }

 private:
  bool agrees(uint32_t index, const PrintedStep& step) const {
    return !used_[index] &&
           instruction_kind(first_word(step.text)) == file_.instructions[index].kind;
  }

  std::optional<uint32_t> by_number(const PrintedStep& step) const {
    if (step.number == 0) return std::nullopt;
    if (kind_ == BuilderKind::Classic) {
      if (step.number > file_.instructions.size()) return std::nullopt;
      return step.number - 1;
    }
    const Stage* stage = stage_of(step);
    if (stage == nullptr) return std::nullopt;
    return kind_ == BuilderKind::Buildah ? nth(*stage, step.number) : vertex(*stage, step);
  }

  const Stage* stage_of(const PrintedStep& step) const {
    if (step.stage.empty())
      return file_.stages.size() == 1 ? &file_.stages[0] : only_stage_with(step);
    for (const Stage& stage : file_.stages) {
      bool is_it = kind_ == BuilderKind::Buildah ? step.stage == std::to_string(stage.index + 1)
                   : stage.name.empty() ? step.stage == "stage-" + std::to_string(stage.index)
                                        : equals_ignoring_case(step.stage, stage.name);
      if (is_it) return &stage;
    }
    return nullptr;
  }

  // Builders that skip unused stages name no stage when one is left.
  const Stage* only_stage_with(const PrintedStep& step) const {
    if (kind_ != BuilderKind::Buildah || step.number != 1) return current_;
    for (const Stage& stage : file_.stages) {
      if (normalized(statement(stage.from)) == normalized(step.text)) current_ = &stage;
    }
    return current_;
  }

  static std::optional<uint32_t> nth(const Stage& stage, uint32_t number) {
    if (number > stage.end - stage.from) return std::nullopt;
    return stage.from + number - 1;
  }

  // BuildKit counts what makes a vertex: RUN, COPY, ADD, WORKDIR, and FROM unless it names a stage
  // or scratch.
  std::optional<uint32_t> vertex(const Stage& stage, const PrintedStep& step) const {
    std::vector<uint32_t> vertices;
    for (uint32_t i = stage.from + 1; i < stage.end; ++i) {
      InstructionKind kind = file_.instructions[i].kind;
      if (kind == InstructionKind::Run || kind == InstructionKind::Copy ||
          kind == InstructionKind::Add || kind == InstructionKind::Workdir) {
        vertices.push_back(i);
      }
    }
    if (step.total == vertices.size() + 1) vertices.insert(vertices.begin(), stage.from);
    if (step.total != vertices.size() || step.number > vertices.size()) return std::nullopt;
    return vertices[step.number - 1];
  }

  std::string statement(uint32_t index) const {
    const Instruction& instruction = file_.instructions[index];
    std::string out(keyword_of(instruction.kind));
    for (const Flag& flag : instruction.flags) {
      out += " --" + flag.name + (flag.has_value ? "=" + flag.value : "");
    }
    return out + " " + instruction.text;
  }

  std::optional<uint32_t> by_text(const PrintedStep& step) const {
    std::string wanted = normalized(step.text);
    for (uint32_t i = 0; i < file_.instructions.size(); ++i) {
      if (agrees(i, step) && normalized(statement(i)) == wanted) return i;
    }
    return std::nullopt;
  }

  const Dockerfile& file_;
  BuilderKind kind_;
  std::vector<bool> used_;
  mutable const Stage* current_ = nullptr;
};

}  // namespace

std::unique_ptr<BuildLog> make_build_log(BuilderKind kind) {
  switch (kind) {
    case BuilderKind::Buildkit:
      return std::make_unique<BuildkitLog>();
    case BuilderKind::Classic:
      return std::make_unique<ClassicLog>();
    case BuilderKind::Buildah:
      break;
  }
  return std::make_unique<BuildahLog>();
}

std::vector<BuildStep> map_steps(const std::vector<PrintedStep>& printed,
                                 const Dockerfile& file,
                                 BuilderKind kind) {
  StepMapper mapper(file, kind);
  std::vector<BuildStep> steps;
  for (const PrintedStep& step : printed) {
    steps.push_back({step.text, mapper.find(step), step.seconds, step.cached, step.failed});
  }
  std::stable_sort(steps.begin(), steps.end(), [](const BuildStep& a, const BuildStep& b) {
    return a.instruction.value_or(UINT32_MAX) < b.instruction.value_or(UINT32_MAX);
  });
  return steps;
}

std::optional<uint32_t> instruction_named_in(std::string_view log, const Dockerfile& file) {
  for (std::string_view mark : {"parse error on line ", "parse error line "}) {
    size_t at = log.find(mark);
    if (at == std::string_view::npos) continue;
    std::string_view rest = log.substr(at + mark.size());
    std::optional<uint32_t> line = take_number(rest);
    for (uint32_t i = 0; line && i < file.instructions.size(); ++i) {
      if (file.instructions[i].first_line <= *line && *line <= file.instructions[i].last_line)
        return i;
    }
  }
  return std::nullopt;
}

}  // namespace whittle
