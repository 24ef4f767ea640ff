#include "tui/details_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/text_layout.h"
#include "tui/layers_view.h"

namespace whittle::tui {

namespace {

constexpr size_t kLabelWidth = 12;
constexpr size_t kSecondsEnd = 19;  // of "2024-05-01T12:00:00.123Z"

// Broken at blanks, and where a word is too long.
std::vector<std::string> wrapped_hard(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  for (const std::string& line : wrapped(text, std::max<size_t>(width, 1))) {
    for (std::string& piece : chopped(line, std::max<size_t>(width, 1)))
      lines.push_back(std::move(piece));
  }
  return lines;
}

void add_text(std::vector<Line>& lines, std::string_view text, size_t width, Role role) {
  for (const std::string& line : wrapped_hard(text, width > 2 ? width - 2 : 1)) {
    lines.push_back(text_line(" " + line, width, role));
  }
}

void add_heading(std::vector<Line>& lines, std::string_view text, size_t width) {
  if (!lines.empty()) lines.push_back(blank_line(width));
  lines.push_back(text_line(" " + std::string(text), width, Role::Strong));
}

std::string bytes_text(uint64_t bytes) {
  return bytes == 0 ? "nothing" : format_bytes(bytes);
}

std::string_view compression_name(Compression compression) {
  switch (compression) {
    case Compression::None:
      return "not compressed";
    case Compression::Gzip:
      return "gzip";
    case Compression::Zstd:
      return "zstd";
  }
  return "";
}

void add_read_facts(std::vector<Line>& lines, const LayerFacts& facts, size_t width) {
  if (!facts.problem.empty()) add_field(lines, "not read", shown(facts.problem), width, Role::Bad);
  add_field(
      lines,
      "size",
      fmt::format("{}, {}", format_bytes(facts.content_bytes), count_of(facts.file_count, "file")),
      width);
  if (facts.compressed_bytes) {
    add_field(lines,
              "compressed",
              fmt::format("{}{}{}",
                          facts.is_compressed_estimated ? "~" : "",
                          format_bytes(*facts.compressed_bytes),
                          facts.is_compressed_estimated ? " as gzip" : ""),
              width);
  }
  Role role = facts.lost_bytes > 0 ? Role::Bad : Role::Good;
  add_field(lines,
            "lost",
            facts.lost_bytes == 0
                ? "nothing"
                : fmt::format("{} of it, in no file of the image", format_bytes(facts.lost_bytes)),
            width,
            role);
  if (facts.killed_bytes > 0) {
    add_field(lines,
              "ends",
              fmt::format("{} that layers hold below", format_bytes(facts.killed_bytes)),
              width,
              Role::Caution);
  }
  if (facts.whiteout_count > 0)
    add_field(lines, "deletes", count_of(facts.whiteout_count, "path"), width);
  add_field(lines, "belongs to", facts.is_base ? "the base image" : "this image", width);
  if (facts.place && facts.place->first_line > 0) {
    add_field(lines,
              "from",
              fmt::format("{}:{}", shown(facts.place->file), facts.place->first_line),
              width,
              Role::Accent);
  }
  if (!facts.created.empty()) {
    add_field(
        lines, "created", shown(std::string_view(facts.created).substr(0, kSecondsEnd)), width);
  }
}

void add_account(std::vector<Line>& lines,
                 std::string_view label,
                 const Account& account,
                 size_t width) {
  add_field(lines,
            label,
            fmt::format("{} stored, {} in files, {} reclaimable",
                        format_bytes(account.stored),
                        format_bytes(account.final),
                        bytes_text(account.reclaimable)),
            width);
}

std::string efficiency_text(const Account& account) {
  // Never rounded up to a hundred.
  double share = 100 * account.efficiency();
  double cut = static_cast<double>(static_cast<int64_t>(share * 10)) / 10;
  return fmt::format("{:.1f} %", cut);
}

Role efficiency_role(const Account& account) {
  return account.efficiency() >= 0.95  ? Role::Good
         : account.efficiency() >= 0.8 ? Role::Caution
                                       : Role::Bad;
}

std::string base_text(const BaseImage& base) {
  if (base.layer_count == 0) return "not known";
  std::string name = base.name.empty() ? "" : shown(base.name) + ", ";
  return fmt::format("{}{}; {}", name, count_of(base.layer_count, "layer"), shown(base.why));
}

void add_list(std::vector<Line>& lines,
              std::string_view label,
              const std::vector<std::string>& values,
              size_t width) {
  for (size_t i = 0; i < values.size(); ++i) {
    add_field(lines, i == 0 ? label : "", shown(values[i]), width);
  }
}

std::string words(const std::vector<std::string>& arguments) {
  std::string text;
  for (const std::string& argument : arguments)
    text += (text.empty() ? "" : " ") + shell_quote(argument);
  return shown(text);
}

void add_configuration(std::vector<Line>& lines, const RunConfig& run, size_t width) {
  add_heading(lines, "Configuration", width);
  if (!run.entrypoint.empty()) add_field(lines, "entrypoint", words(run.entrypoint), width);
  if (!run.cmd.empty()) add_field(lines, "command", words(run.cmd), width);
  add_field(lines, "user", run.user.empty() ? "root" : shown(run.user), width);
  if (!run.working_dir.empty()) add_field(lines, "folder", shown(run.working_dir), width);
  add_list(lines, "ports", run.exposed_ports, width);
  add_list(lines, "volumes", run.volumes, width);
  add_list(lines, "environment", run.env, width);
  bool is_first = true;
  for (const auto& [key, value] : run.labels) {
    add_field(lines, is_first ? "labels" : "", shown(key + "=" + value), width);
    is_first = false;
  }
}

void add_figures(std::vector<Line>& lines, const Analysis& analysis, size_t width) {
  add_heading(lines, "Figures", width);
  add_account(lines, "whole", analysis.total, width);
  add_account(lines, "own layers", analysis.own, width);
  add_field(
      lines, "efficiency", efficiency_text(analysis.total), width, efficiency_role(analysis.total));
  if (analysis.compressed_bytes) {
    add_field(lines,
              "compressed",
              (analysis.is_compressed_estimated ? "about " : "") +
                  format_bytes(*analysis.compressed_bytes),
              width);
  }
  add_field(lines, "base", base_text(analysis.base), width);
  for (const LossCauseInfo& info : loss_causes()) {
    uint64_t bytes = analysis.total.by_cause[static_cast<size_t>(info.cause)];
    if (info.cause == LossCause::Kept || bytes == 0) continue;
    add_field(lines, format_bytes(bytes), info.title, width);
  }
  add_heading(lines, "As dive counts", width);
  add_field(lines, "efficiency", fmt::format("{:.2f} %", 100 * analysis.dive.efficiency), width);
  add_field(lines, "wasted", fmt::format("{} bytes", analysis.dive.wasted_bytes), width);
  if (analysis.notes.empty()) return;
  add_heading(lines, "Notes", width);
  for (const std::string& note : analysis.notes) add_text(lines, shown(note), width, Role::Plain);
}

}  // namespace

void add_field(std::vector<Line>& lines,
               std::string_view label,
               std::string_view value,
               size_t width,
               Role role) {
  size_t label_width = std::min(kLabelWidth, width / 3);
  size_t value_width = width > label_width + 3 ? width - label_width - 3 : 1;
  bool is_first = true;
  for (const std::string& part : wrapped_hard(value, value_width)) {
    LineBuilder line(width);
    line.add(" ").column(is_first ? label : "", label_width, Role::Dim).add(" ").add(part, role);
    lines.push_back(line.done());
    is_first = false;
  }
}

std::vector<Line> layer_details(const Model& model, size_t layer, size_t width) {
  std::vector<Line> lines;
  if (model.image == nullptr || layer >= model.layer_count()) return lines;
  std::string command = command_of(model, layer);
  add_text(lines,
           command.empty() ? "(no history)" : shown(replace_all(command, "\n", " ")),
           width,
           Role::Plain);
  lines.push_back(blank_line(width));
  const Layer& stored = model.image->info().layers[layer];
  if (model.analysis != nullptr) add_read_facts(lines, model.analysis->layers[layer], width);
  std::shared_ptr<const LayerIndex> index = model.image->layer(layer);
  if (index != nullptr)
    add_field(lines, "entries", fmt::format("{}", index->entries.size()), width);
  std::string form = index == nullptr ? "" : std::string(compression_name(index->compression));
  if (!stored.blob.media_type.empty())
    add_field(lines, "media type", shown(stored.blob.media_type), width);
  if (!form.empty()) add_field(lines, "stored", form, width);
  if (!stored.blob.digest.empty()) add_field(lines, "digest", shown(stored.blob.digest), width);
  if (!stored.diff_id.empty()) add_field(lines, "diff id", shown(stored.diff_id), width);
  if (!stored.why_unavailable.empty())
    add_field(lines, "missing", shown(stored.why_unavailable), width, Role::Bad);
  return lines;
}

std::vector<Line> image_summary(const Model& model, size_t width) {
  std::vector<Line> lines;
  if (model.image == nullptr) return lines;
  if (model.analysis == nullptr) {
    add_field(lines,
              "read",
              fmt::format(
                  "{} of {}", model.timeline.layer_count(), count_of(model.layer_count(), "layer")),
              width,
              Role::Dim);
    return lines;
  }
  const Analysis& analysis = *model.analysis;
  add_field(lines, "stored", format_bytes(analysis.total.stored), width);
  add_field(lines, "in files", format_bytes(analysis.total.final), width);
  add_field(lines,
            "reclaimable",
            bytes_text(analysis.total.reclaimable),
            width,
            analysis.total.reclaimable == 0 ? Role::Good : Role::Bad);
  add_field(
      lines, "efficiency", efficiency_text(analysis.total), width, efficiency_role(analysis.total));
  if (analysis.compressed_bytes) {
    add_field(lines,
              "compressed",
              (analysis.is_compressed_estimated ? "about " : "") +
                  format_bytes(*analysis.compressed_bytes),
              width);
  }
  if (analysis.base.layer_count > 0) {
    add_field(lines,
              "own",
              fmt::format("{}, {} reclaimable",
                          format_bytes(analysis.own.stored),
                          bytes_text(analysis.own.reclaimable)),
              width);
  }
  if (!analysis.waste.empty()) lines.push_back(blank_line(width));
  for (const WasteItem& item : analysis.waste) {
    LineBuilder line(width);
    line.add(" ").right(short_bytes(item.bytes), 8, Role::Bad).add("  ");
    line.add(fit_end(shown(item.path), line.left()));
    lines.push_back(line.done());
  }
  return lines;
}

std::vector<Line> image_details(const Model& model, size_t width) {
  std::vector<Line> lines;
  if (model.image == nullptr) return lines;
  const ImageInfo& info = model.image->info();
  add_heading(lines, "Image", width);
  add_field(lines, "target", shown(model.target), width);
  add_list(lines, "names", info.names, width);
  add_field(lines, "source", shown(info.source), width);
  const Platform& platform = info.config.platform;
  add_field(lines,
            "platform",
            shown(platform.os + "/" + platform.architecture +
                  (platform.variant.empty() ? "" : "/" + platform.variant)),
            width);
  if (!info.manifest_digest.empty())
    add_field(lines, "manifest", shown(info.manifest_digest), width);
  if (!info.config_digest.empty()) add_field(lines, "config", shown(info.config_digest), width);
  if (!info.config.created.empty()) add_field(lines, "created", shown(info.config.created), width);
  if (!info.config.author.empty()) add_field(lines, "author", shown(info.config.author), width);
  if (!info.platforms.empty())
    add_field(lines, "index", count_of(info.platforms.size(), "platform"), width);
  if (model.analysis != nullptr) add_figures(lines, *model.analysis, width);
  add_configuration(lines, info.config.run, width);
  return lines;
}

std::string TextView::note() const {
  bool is_cut = count_ > height_;
  return is_cut ? fmt::format(
                      "{}-{} of {}", state_.top + 1, std::min(state_.top + height_, count_), count_)
                : "";
}

std::vector<Line> TextView::render(size_t width, size_t height, bool focused) {
  static_cast<void>(focused);
  std::vector<Line> text = make_(width);
  count_ = text.size();
  height_ = std::max<size_t>(height, 1);
  return render_text(state_, text, width, height);
}

Request TextView::act(Action action) {
  scroll_text(state_, action, count_, height_);
  return {};
}

Request TextView::click(size_t row, size_t column, bool again) {
  static_cast<void>(row);
  static_cast<void>(column);
  static_cast<void>(again);
  return {};
}

void TextView::wheel(int rows) {
  state_.selected = state_.top;
  state_.wheel(rows, count_, height_);
}

}  // namespace whittle::tui
