// An archive that is copied, unpacked, and stays in its layer.
#include <algorithm>

#include "base/strings.h"
#include "lint/archives.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/pins.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kCopyArchiveExtract;

namespace {

constexpr std::string_view kTarEnds =
    ".tar .tar.gz .tar.bz2 .tar.xz .tar.zst .tar.lz .tar.lzma .tar.Z .tgz .tbz .tb2 .tbz2 .txz "
    ".tlz .tpz .tZ";
constexpr std::string_view kUnpackers =
    "gunzip bunzip2 unlzma unxz zgz uncompress zcat gzcat bzcat xzcat unzstd zstdcat";

bool has_end(std::string_view ends, std::string_view name) {
  std::vector<std::string_view> all = split_blanks(ends);
  return std::any_of(
      all.begin(), all.end(), [&](std::string_view end) { return ends_with(name, end); });
}

std::string base_of(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

bool is_tar_extract(const std::vector<const ShellWord*>& words) {
  if (words.size() > 1 && text_of(*words[1]).find('x') != std::string_view::npos &&
      text_of(*words[1])[0] != '-')
    return true;  // tar xzf
  return read_command_words(words, 1, "-f -C --file --directory").has("-x --extract --get");
}

// True if the command unpacks the archive of that name.
bool unpacks(const CommandRef& ref, const std::string& name) {
  std::vector<const ShellWord*> words = unwrapped(*ref.node);
  std::string command = command_name(words);
  if (command.empty()) return false;
  bool is_unpacker = (command == "tar" || command == "bsdtar")
                         ? is_tar_extract(words)
                         : is_one_of(kUnpackers, command) && has_end(kTarEnds, name);
  return is_unpacker && std::any_of(words.begin() + 1, words.end(), [&](const ShellWord* word) {
           std::string_view text = text_of(*word);
           size_t equals = text.substr(0, 2) == "--" ? text.find('=') : text.npos;
           return base_of(equals == text.npos ? text : text.substr(equals + 1)) == name;
         });
}

// The names of the archives in the image: of each source, or of the target if it is a file.
std::vector<std::string> archives_of(const Instruction& copy) {
  std::vector<std::string> names;
  std::string target = base_of(copy.words.back().text);
  if (has_archive_name(target)) return {target};
  for (size_t i = 0; i + 1 < copy.words.size(); ++i) {
    std::string name = base_of(copy.words[i].text);
    if (has_archive_name(name)) names.push_back(std::move(name));
  }
  return names;
}

bool is_unpacked_later(const LintInput& input,
                       const InstructionPlace& place,
                       const std::string& name) {
  const Stage& stage = input.file->stages[place.instruction->stage];
  for (size_t i = place.index + 1; i < stage.end; ++i) {
    if (input.file->instructions[i].kind != InstructionKind::Run) continue;
    for (const CommandRef& ref : input.commands[i]) {
      if (unpacks(ref, name)) return true;
    }
  }
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Copy)) {
    const Instruction& copy = *place.instruction;
    if (place.is_onbuild || copy.flag("from") || copy.words.size() < 2) continue;
    if (!is_image_stage(input, copy.stage)) continue;
    for (const std::string& name : archives_of(copy)) {
      if (!is_unpacked_later(input, place, name)) continue;
      findings.push_back(
          make_finding(kCopyArchiveExtract,
                       copy.arguments,
                       in_ticks(name) + " stays in this layer beside what a later RUN unpacks",
                       "Use `ADD`, which unpacks it"));
      break;
    }
  }
}

}  // namespace

const Rule kCopyArchiveExtract = {
    {.name = "copy-archive-extract",
     .code = "WH2107",
     .aliases = "DL3010",
     .severity = Severity::Info,
     .summary = "COPY of an archive that a RUN unpacks",
     .why = "The archive stays in the layer of the COPY even if the RUN deletes it. ADD unpacks "
            "archives of tar, also compressed by gzip, bzip2, xz or zstd, and stores only what is "
            "in them.",
     .bad = "FROM debian:bookworm\nCOPY app.tar.gz /tmp/\nRUN tar -xzf /tmp/app.tar.gz -C /opt\n",
     .good = "FROM debian:bookworm\nADD app.tar.gz /opt/\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
