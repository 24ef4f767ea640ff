// `slim` on a terminal: what it came to, why it works, what stays and why, what is gone.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/formats/formats_list.h"
#include "report/formats/text_page.h"
#include "report/slim_summary.h"

namespace whittle {

namespace {

constexpr size_t kShownRows = 12;

class SlimText : public TextPage {
 public:
  SlimText(const SlimReport& report, const RenderOptions& options)
      : TextPage(options), report_(report) {}

  std::string render() {
    bool is_smaller = report_.policy != SlimPolicy::Original;
    for (const std::string& line : wrapped(slim_headline(report_), width_))
      out_ += paint(line, is_smaller ? Style::Heading : Style::Caution) + "\n";
    paragraph("",
              slim_proof_text(report_),
              report_.proof == SlimProof::None ? Style::Caution : Style::Good);
    for (const std::string& text : slim_run_texts(report_)) paragraph("", text);
    add_fall_backs();
    add_misses();
    add_tiers();
    add_reasons();
    add_packages();
    add_facts();
    for (const std::string& note : report_.notes) {
      out_ += "\n";
      paragraph("note: ", printable(note), Style::Caution);
    }
    for (const std::string& step : options_.next_steps) paragraph("", step);
    return std::move(out_);
  }

 private:
  void add_fall_backs() {
    for (const SlimAttempt& attempt : report_.attempts) {
      if (attempt.passed && attempt.put_back == 0) continue;
      out_ += "\n";
      paragraph("", slim_attempt_title(attempt), Style::Caution);
      for (std::string_view line : split_lines(attempt.why))
        out_ += "  " + truncated(printable(line), width_ - 2) + "\n";
    }
  }

  void add_misses() {
    if (report_.misses.empty()) return;
    heading("Put back");
    size_t shown =
        options_.verbose ? report_.misses.size() : std::min(report_.misses.size(), kShownRows);
    for (size_t i = 0; i < shown; ++i) {
      const SlimMiss& miss = report_.misses[i];
      std::string by = miss.program.empty() ? "" : ", missed by " + miss.program;
      out_ += "  " + truncated(printable(miss.path + by), width_ - 2) + "\n";
    }
    add_rest(report_.misses.size() - shown);
  }

  static TextTable::Cell bytes(const SlimBytes& count) { return {format_bytes(count.bytes)}; }

  static TextTable::Cell files(const SlimBytes& count) { return {count_of(count.files, "file")}; }

  void add_tiers() {
    heading("What stays");
    TextTable table;
    table.add_row({{"", Style::Dim},
                   {"kept", Style::Dim},
                   {"", Style::Dim},
                   {"of", Style::Dim},
                   {"", Style::Dim}});
    for (size_t i = 0; i < kKeepTiers; ++i) {
      if (report_.by_tier[i].files == 0) continue;
      KeepTier tier = static_cast<KeepTier>(i);
      table.add_row({{std::string(tier_title(tier))},
                     bytes(report_.kept_by_tier[i]),
                     files(report_.kept_by_tier[i]),
                     bytes(report_.by_tier[i]),
                     files(report_.by_tier[i])});
    }
    table.add_row({{"all", Style::Bold},
                   bytes(report_.tree_after),
                   files(report_.tree_after),
                   bytes(report_.tree_before),
                   files(report_.tree_before)});
    out_ += table.render(2, options_.color);
  }

  void add_reasons() {
    if (report_.reasons.empty()) return;
    heading("Why");
    TextTable table;
    size_t shown =
        options_.verbose ? report_.reasons.size() : std::min(report_.reasons.size(), kShownRows);
    for (size_t i = 0; i < shown; ++i) {
      const SlimReasonRow& row = report_.reasons[i];
      std::string reason = row.reason.empty() ? "of the image itself" : printable(row.reason);
      table.add_row({{truncated(reason, 48)},
                     {std::string(to_text(row.tier))},
                     bytes(row.kept),
                     files(row.kept)});
    }
    out_ += table.render(2, options_.color);
    add_rest(report_.reasons.size() - shown);
  }

  void add_rest(size_t count) {
    if (count > 0)
      out_ += paint(fmt::format("  and {} more (--verbose shows them)", count), Style::Dim) + "\n";
  }

  // Those that were biggest first.
  void add_packages() {
    if (report_.packages.empty()) return;
    heading("Packages");
    paragraph("  ",
              fmt::format("{} of {} stay, with their records; scanners see exactly those.",
                          count_packages(report_, true),
                          report_.packages.size()));
    std::vector<const SlimPackage*> gone;
    for (const SlimPackage& row : report_.packages) {
      if (!row.is_kept && row.before.bytes > 0) gone.push_back(&row);
    }
    std::stable_sort(gone.begin(), gone.end(), [](const SlimPackage* a, const SlimPackage* b) {
      return a->before.bytes > b->before.bytes;
    });
    size_t shown = options_.verbose ? gone.size() : std::min(gone.size(), kShownRows);
    if (shown == 0) return;
    out_ += paint("  gone, the biggest first:", Style::Dim) + "\n";
    TextTable table;
    for (size_t i = 0; i < shown; ++i) {
      std::string name = printable(gone[i]->name) + " " + printable(gone[i]->version);
      table.add_row({{truncated(name, 48)}, {gone[i]->type}, bytes(gone[i]->before)});
    }
    out_ += table.render(2, options_.color);
    add_rest(gone.size() - shown);
  }

  void add_facts() {
    out_ += "\n";
    std::string facts = fmt::format("policy {}", to_text(report_.policy));
    if (report_.policy != report_.wanted)
      facts += fmt::format(" ({} was asked for)", to_text(report_.wanted));
    facts += "; " + slim_layers_text(report_) + "; " + format_seconds(report_.seconds);
    if (report_.probe_seconds > 0)
      facts +=
          fmt::format(", {} of it in {}", format_seconds(report_.probe_seconds), report_.engine);
    paragraph("", facts, Style::Dim);
    for (const std::string& text : slim_debug_texts(report_)) paragraph("", text);
    for (const std::string& place : report_.written)
      paragraph("written: ", printable(place), Style::Good);
    if (report_.written.empty())
      paragraph("",
                "Nothing was written: -o names a file or folder for the result, --tag an image of "
                "the engine.",
                Style::Caution);
  }

  const SlimReport& report_;
};

}  // namespace

std::string slim_as_text(const SlimReport& report, const RenderOptions& options) {
  return SlimText(report, options).render();
}

}  // namespace whittle
