// Archives that a RUN downloads into tar.
#include <optional>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/downloads.h"
#include "lint/findings.h"
#include "lint/online.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kPreferAddUnpack;

namespace {

struct Unpacking {
  std::string url;
  std::string folder;
};

bool is_simple_word(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\"'\\$*?[]#,<>{}") == text.npos && text[0] != '-';
}

// Nothing but -x with what says how it is compressed, and where to.
std::optional<std::string> folder_of_tar(const ShellNode& node) {
  std::vector<const ShellWord*> words = unwrapped(node);
  if (words.size() < 2 || command_name(words) != "tar") return std::nullopt;
  std::string folder = "./";
  for (size_t i = 1; i < words.size(); ++i) {
    std::string_view text = text_of(*words[i]);
    bool is_flags = i == 1 && text.find_first_not_of("-xzjJvfp") == text.npos;
    if (is_flags || is_one_of("- -x -z -j -J -v -f -p --extract --gzip --xz --bzip2", text))
      continue;
    bool is_folder = (text == "-C" || text == "--directory") && i + 1 < words.size();
    if (!is_folder) return std::nullopt;
    folder = text_of(*words[++i]);
  }
  return folder.ends_with('/') ? folder : folder + "/";
}

// The RUN is `curl URL | tar x` and no more.
std::optional<Unpacking> whole_run(const LintInput& input, const RunText& run) {
  const std::vector<ShellNode>& nodes = run.script->root.children;
  bool is_pipe = nodes.size() == 2 && nodes[1].op_before == ShellOp::Pipe &&
                 nodes[1].kind == ShellNodeKind::Simple && run.instruction->flags.empty();
  if (!is_pipe || !is_editable(input, run)) return std::nullopt;
  CommandWords line = download_words(unwrapped(nodes[0]));
  bool is_plain = line.operands.size() == 1 &&
                  !line.has("-H --header -u --user -d --data -X --request -b --cookie -e --config");
  std::optional<std::string> folder = folder_of_tar(nodes[1]);
  if (!is_plain || !folder || !line.operands[0]->value) return std::nullopt;
  std::string url = *line.operands[0]->value;
  bool is_web = url.starts_with("https://") || url.starts_with("http://");
  if (!is_web || !is_simple_word(url) || !is_simple_word(*folder)) return std::nullopt;
  return Unpacking{std::move(url), std::move(*folder)};
}

std::optional<Fix> add_fix(const LintInput& input, const RunText& run) {
  std::optional<Unpacking> unpacking = whole_run(input, run);
  if (!unpacking) return std::nullopt;
  std::string add = "ADD --unpack=true ";
  if (input.online != nullptr) {
    std::optional<std::string> digest = input.online->file_sha256(unpacking->url);
    if (digest) add += "--checksum=sha256:" + *digest + " ";
  }
  return make_fix("Let ADD download and unpack it",
                  Applicability::Unsafe,
                  {{run.instruction->range, add + unpacking->url + " " + unpacking->folder}});
}

bool feeds_tar(const CommandRef& ref) {
  if (ref.list == nullptr || ref.index_in_list + 1 >= ref.list->children.size()) return false;
  const ShellNode& next = ref.list->children[ref.index_in_list + 1];
  return next.op_before == ShellOp::Pipe && next.kind == ShellNodeKind::Simple &&
         command_name(unwrapped(next)) == "tar";
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      if (!is_download(*ref.node) || !downloaded_file(*ref.node).empty() || !feeds_tar(ref))
        continue;
      Finding finding =
          make_finding(kPreferAddUnpack,
                       ref.node->range,
                       "The archive is fetched without a checksum, and the layer stays "
                       "in the cache when it changes",
                       "Use `ADD --unpack=true --checksum=sha256:... URL FOLDER`");
      finding.fix = add_fix(input, run);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kPreferAddUnpack = {
    {.name = "prefer-add-unpack",
     .code = "WH3703",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "A RUN downloads an archive into tar",
     .why = "`ADD --unpack=true` downloads and unpacks in one instruction, checks the file by "
            "`--checksum`, notices when the file has changed, and needs neither curl nor tar in "
            "the image. It needs version 1.17 of the Dockerfile's syntax. Off unless asked for.",
     .bad = "FROM debian:bookworm\nRUN curl -fsSL https://example.com/x.tgz | tar -xz -C /opt\n",
     .good = "FROM debian:bookworm\nADD --unpack=true https://example.com/x.tgz /opt/\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
