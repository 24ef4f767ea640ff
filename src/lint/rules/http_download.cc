// curl and wget of http:// addresses.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/downloads.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kHttpDownload;

namespace {

constexpr std::string_view kScheme = "http://";

// Names without a dot, addresses of the own machine and network: there is nobody to ask for https.
bool is_local(std::string_view host) {
  host = host.substr(0, host.find_first_of("/:?\"'"));
  bool is_named = host.find('.') != host.npos;
  return host.find('$') != host.npos || !is_named || host.substr(0, 4) == "127." ||
         host.substr(0, 3) == "10." || host.substr(0, 8) == "192.168." ||
         host.substr(0, 8) == "169.254." ||
         (host.size() > 6 &&
          (host.substr(host.size() - 6) == ".local" || host.substr(host.size() - 5) == ".test")) ||
         contains(host, ".internal");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      if (!is_download(*ref.node)) continue;
      for (const ShellWord* word : download_words(unwrapped(*ref.node)).operands) {
        size_t at = word->raw.find(kScheme);
        if (at == std::string::npos || at > 1 ||
            is_local(std::string_view(word->raw).substr(at + kScheme.size())))
          continue;
        Finding finding =
            make_finding(kHttpDownload,
                         word->range,
                         "Nothing keeps others from changing what comes over plain http",
                         "Use https");
        uint32_t begin = word->range.begin + static_cast<uint32_t>(at + 4);
        if (is_editable(input, run) && word->range.size() == word->raw.size())
          finding.fix = make_fix("Use https", Applicability::Unsafe, {insert_at(begin, "s")});
        findings.push_back(std::move(finding));
      }
    }
  }
}

}  // namespace

const Rule kHttpDownload = {
    {.name = "http-download",
     .code = "WH3507",
     .aliases = "curlUseHttpsUrl wgetUseHttpsUrl",
     .severity = Severity::Warning,
     .summary = "A download over plain http",
     .why = "Anybody between the build and the server can change what http transports, and nothing "
            "notices unless a checksum does.",
     .bad = "FROM debian:bookworm\nRUN curl -fsSLo /x http://example.com/x\n",
     .good = "FROM debian:bookworm\nRUN curl -fsSLo /x https://example.com/x\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
