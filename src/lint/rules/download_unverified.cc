// A download that is used unseen.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/downloads.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kDownloadUnverified;

namespace {

constexpr std::string_view kUnpackers =
    "tar bsdtar unzip gunzip gzip xz unxz bunzip2 bzip2 zcat cpio 7z dpkg rpm";

bool verifies(const CommandRef& ref) {
  std::vector<const ShellWord*> words = unwrapped(*ref.node);
  std::string name = command_name(words);
  return contains(name, "sum") ||
         is_one_of("gpg gpg2 gpgv cosign minisign openssl sq rhash b2sum", name) ||
         std::any_of(words.begin(), words.end(), [](const ShellWord* word) {
           return contains(word->raw, "sha256") || contains(word->raw, "--checksig");
         });
}

// Uses the file by its name: unpacks it, runs it, makes it a program.
bool uses_file(const CommandRef& ref, const std::string& file) {
  std::vector<const ShellWord*> words = unwrapped(*ref.node);
  std::string name = command_name(words);
  bool is_program = !words.empty() && words[0]->value &&
                    words[0]->value->substr(words[0]->value->rfind('/') + 1) == file &&
                    contains(*words[0]->value, "/");
  if (is_program) return true;
  if (!is_one_of(kUnpackers, name) &&
      !is_one_of("sh bash python python3 chmod install apt apt-get", name))
    return false;
  return std::any_of(words.begin() + 1, words.end(), [&](const ShellWord* word) {
    std::string_view text = text_of(*word);
    return text.substr(text.rfind('/') + 1) == file;
  });
}

bool is_used_later(const RunText& run, size_t at, const std::string& file) {
  for (size_t i = at + 1; i < run.commands->size(); ++i) {
    if (uses_file((*run.commands)[i], file)) return true;
  }
  return false;
}

// The next command of a pipe unpacks what the download writes.
bool is_piped_to_unpacker(const CommandRef& ref) {
  if (ref.list == nullptr) return false;
  const std::vector<ShellNode>& nodes = ref.list->children;
  for (size_t i = ref.index_in_list + 1; i < nodes.size() && nodes[i].op_before == ShellOp::Pipe;
       ++i) {
    if (nodes[i].kind == ShellNodeKind::Simple &&
        is_one_of("tar bsdtar cpio unzip", command_name(unwrapped(nodes[i]))))
      return true;
  }
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    if (std::any_of(run.commands->begin(), run.commands->end(), verifies)) continue;
    for (size_t i = 0; i < run.commands->size(); ++i) {
      const CommandRef& ref = (*run.commands)[i];
      if (!is_download(*ref.node)) continue;
      std::string file = downloaded_file(*ref.node);
      bool is_used = is_piped_to_unpacker(ref) || (!file.empty() && is_used_later(run, i, file));
      if (!is_used) continue;
      findings.push_back(make_finding(kDownloadUnverified,
                                      ref.node->range,
                                      "What the server sends is unpacked or run whatever it is",
                                      "Check it against a checksum, or use `ADD --checksum=`"));
    }
  }
}

}  // namespace

const Rule kDownloadUnverified = {
    {.name = "download-unverified",
     .code = "WH3107",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "A download is unpacked or run without a checksum",
     .why = "The file behind a URL can change or be replaced; then the same Dockerfile builds "
            "another image. A checksum beside the URL, or a signature, makes the build stop "
            "instead. `ADD --checksum=` does both in one line.",
     .bad = "FROM debian:bookworm\nRUN curl -fsSL https://example.com/x.tgz | tar -xz -C /opt\n",
     .good = "FROM debian:bookworm\nRUN curl -fsSLo x.tgz https://example.com/x.tgz && echo "
             "\"24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d  x.tgz\" | "
             "sha256sum -c && tar -xzf x.tgz -C /opt\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
