#include "lsp/outline.h"

#include <algorithm>

#include "base/strings.h"
#include "lint/image_names.h"

namespace whittle {

namespace {

constexpr size_t kMaxDetail = 100;

// Blanks as one, cut where it is long.
std::string one_line(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool begins_character = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    if (out.size() >= kMaxDetail && begins_character) return out + "...";
    if (!is_space(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return std::string(trim(out));
}

OutlineItem item_of(const Instruction& instruction) {
  const InstructionDoc* doc = instruction_doc(instruction.kind);
  OutlineItem item;
  item.name = doc == nullptr ? printable(instruction.keyword_text.substr(0, kMaxDetail))
                             : std::string(keyword_of(instruction.kind));
  if (item.name.empty()) item.name = "?";
  item.kind = doc == nullptr ? OutlineKind::Step : doc->outline;
  item.detail = one_line(instruction.text);
  item.range = instruction.range;
  item.selection = instruction.keyword;
  return item;
}

OutlineItem stage_item(const Dockerfile& file, const Stage& stage) {
  const Instruction& from = file.instructions[stage.from];
  OutlineItem item;
  item.name = stage.name.empty() ? "stage " + std::to_string(stage.index) : stage.name;
  item.detail = "FROM " + one_line(stage.base);
  item.kind = OutlineKind::Stage;
  item.range = {from.range.begin, from.range.end};
  item.selection = stage.name_range.empty() ? from.keyword : stage.name_range;
  for (uint32_t i = stage.from + 1; i < stage.end; ++i) {
    item.children.push_back(item_of(file.instructions[i]));
    item.range.end = std::max(item.range.end, file.instructions[i].range.end);
  }
  return item;
}

class Folds {
 public:
  explicit Folds(const Dockerfile& file) : file_(file) {}

  std::vector<Fold> run() {
    for (const Stage& stage : file_.stages) {
      uint32_t end = file_.instructions[stage.from].range.end;
      for (uint32_t i = stage.from; i < stage.end; ++i) end = file_.instructions[i].range.end;
      add(file_.instructions[stage.from].range.begin, end, false);
    }
    for (const Instruction& instruction : file_.instructions) {
      if (instruction.kind != InstructionKind::From)
        add(instruction.range.begin, instruction.range.end, false);
      for (const Heredoc& heredoc : instruction.heredocs) {
        bool is_whole = instruction.heredocs.size() == 1;
        if (!is_whole) add(heredoc.body.begin, heredoc.terminator.end, false);
      }
    }
    add_comments();
    std::stable_sort(folds_.begin(), folds_.end(), [](const Fold& a, const Fold& b) {
      return a.first_line < b.first_line;
    });
    return std::move(folds_);
  }

 private:
  void add(uint32_t begin, uint32_t end, bool is_comment) {
    uint32_t first = file_.lines.line_of(begin);
    uint32_t last = file_.lines.line_of(end > begin ? end - 1 : end);
    if (last > first) folds_.push_back({first, last, is_comment});
  }

  // Comments on lines that follow each other.
  void add_comments() {
    std::optional<Range> block;
    for (const Token& token : file_.tokens) {
      if (token.kind != TokenKind::Comment || token.range.empty()) continue;
      uint32_t line = file_.lines.line_of(token.range.begin);
      if (block && file_.lines.line_of(block->end - 1) + 1 == line) {
        block->end = token.range.end;
        continue;
      }
      if (block) add(block->begin, block->end, true);
      block = token.range;
    }
    if (block) add(block->begin, block->end, true);
  }

  const Dockerfile& file_;
  std::vector<Fold> folds_;
};

// The page of an image on Docker Hub; "" for images of other registries.
std::string hub_page(const std::string& name) {
  if (name.empty() || name == "scratch" || !is_valid_image_name(name)) return "";
  ImageName image = split_image_name(name);
  if (image.registry != "docker.io") return "";
  constexpr std::string_view kOfficial = "library/";
  std::string repository = image.repository;
  if (repository.starts_with(kOfficial)) repository.erase(0, kOfficial.size());
  bool is_official = repository.find('/') == std::string::npos;
  return "https://hub.docker.com/" + std::string(is_official ? "_/" : "r/") + repository;
}

}  // namespace

std::vector<OutlineItem> outline_of(const LintInput& input) {
  const Dockerfile& file = *input.file;
  std::vector<OutlineItem> items;
  for (const Instruction& instruction : file.instructions) {
    if (instruction.stage < file.stages.size()) break;
    items.push_back(item_of(instruction));
  }
  for (const Stage& stage : file.stages) items.push_back(stage_item(file, stage));
  return items;
}

std::vector<Fold> folds_of(const Dockerfile& file) {
  return Folds(file).run();
}

std::vector<ImageLink> image_links(const LintInput& input) {
  const Dockerfile& file = *input.file;
  std::vector<ImageLink> links;
  for (const Stage& stage : file.stages) {
    std::optional<std::string> image = known_base_image(input, stage.index);
    std::string url = image ? hub_page(*image) : "";
    if (!url.empty() && !stage.base_range.empty()) links.push_back({stage.base_range, url});
  }
  return links;
}

}  // namespace whittle
