// ADD for plain files of the context, where COPY says what is meant.
#include <algorithm>

#include "base/strings.h"
#include "lint/archives.h"
#include "lint/context_sources.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

constexpr size_t kHeadBytes = 512;

enum class SourceKind { Plain, Archive, Remote, Unknown };

bool is_remote(std::string_view source) {
  std::string lower = to_lower(source);
  if (lower.substr(0, 7) == "http://" || lower.substr(0, 8) == "https://" ||
      lower.substr(0, 6) == "git://")
    return true;
  if (lower.substr(0, 6) == "ssh://" || lower.substr(0, 4) == "git@") return true;
  return contains(lower, ".git#") || (lower.size() > 4 && lower.substr(lower.size() - 4) == ".git");
}

// Whether ADD of this source would do anything COPY does not: judged by the content of every file
// it names.
SourceKind kind_of(const LintInput& input, const std::string& source) {
  if (is_remote(source)) return SourceKind::Remote;
  if (!input.context) return has_archive_name(source) ? SourceKind::Archive : SourceKind::Unknown;
  std::vector<size_t> files = files_of_source(*input.context, source);
  if (files.empty()) return SourceKind::Unknown;
  std::string path = source_path({source, {}, true});
  if (path.empty()) return SourceKind::Plain;
  const ContextFile* entry = input.context->find(path);
  if (entry && entry->type == ContextFileType::Directory) return SourceKind::Plain;
  for (size_t i : files) {
    const ContextFile& file = input.context->files[i];
    if (file.type == ContextFileType::Symlink) return SourceKind::Unknown;
    if (file.type != ContextFileType::File) continue;
    std::string head = read_head(*input.context, file.path, kHeadBytes);
    if (head.empty() && file.size_bytes > 0) return SourceKind::Unknown;
    if (may_be_unpacked(head)) return SourceKind::Archive;
  }
  return SourceKind::Plain;
}

SourceKind worst(SourceKind a, SourceKind b) {
  return std::max(a, b);
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& add = input.file->instructions[i];
    if (add.kind != InstructionKind::Add || !add.heredocs.empty() || add.words.size() < 2) continue;
    if (add.flag("checksum") || add.flag("keep-git-dir") || add.flag("unpack")) continue;
    SourceKind kind = SourceKind::Plain;
    for (const CopySource& source : copy_sources(input, i)) {
      kind = worst(kind, source.is_resolved ? kind_of(input, source.path) : SourceKind::Unknown);
      if (is_remote(source.path)) kind = SourceKind::Remote;
    }
    if (kind == SourceKind::Archive || kind == SourceKind::Remote) continue;
    Finding finding;
    finding.rule = "add-instead-of-copy";
    finding.severity = Severity::Warning;
    finding.range = add.keyword;
    finding.message =
        "`ADD` copies plain files of the build context, and would unpack one that becomes an "
        "archive";
    finding.help = "Use COPY";
    Fix fix;
    fix.title = "Replace ADD by COPY";
    fix.applicability = kind == SourceKind::Plain ? Applicability::Safe : Applicability::Shown;
    bool is_lower = add.keyword_text == to_lower(add.keyword_text);
    fix.edits.push_back({add.keyword, is_lower ? "copy" : "COPY"});
    finding.fix = std::move(fix);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

extern const Rule kAddInsteadOfCopy;
const Rule kAddInsteadOfCopy = {
    {"add-instead-of-copy",
     "WH1020",
     "DL3020 CIS-DI-0009 DS-0005 CKV_DOCKER_4",
     Severity::Warning,
     "ADD is used where COPY does the same",
     "ADD also fetches URLs and unpacks archives, by their content and not by their name: the day "
     "a copied file is an "
     "archive, the image holds something else. COPY does one thing. The replacement is safe when "
     "every source was read "
     "and none is an archive; without the build context it is only shown.",
     "FROM debian:bookworm\nADD app.conf /etc/app.conf\n",
     "FROM debian:bookworm\nCOPY app.conf /etc/app.conf\n",
     kDeclaresAddKind,
     kSafeFix | kShownFix},
    check,
};

}  // namespace whittle
