#include "lint/downloads.h"

#include "base/strings.h"
#include "dockerfile/shell.h"
#include "lint/run_texts.h"

namespace whittle {

namespace {

constexpr std::string_view kCurlValues =
    "-A -b -c -C -d -D -e -E -F -h -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --output "
    "--header "
    "--user --data --request --user-agent --cacert --cert --key --retry --retry-delay --max-time "
    "--connect-timeout --proxy --write-out --form --referer --cookie --output-dir --limit-rate "
    "--data-binary --data-raw --resolve --interface --range";
constexpr std::string_view kWgetValues =
    "-O -o -a -P -e -i -t -T -w -Q -U -l -A -R -D -I -X --output-document --output-file "
    "--append-output --directory-prefix --execute --input-file --tries --timeout --wait "
    "--user-agent --header --post-data --user --password --referer";

std::string base_name(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#"));
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace

bool is_download(const ShellNode& node) {
  if (node.kind != ShellNodeKind::Simple) return false;
  std::vector<const ShellWord*> words = unwrapped(node);
  return words.size() > 1 && is_one_of("curl wget aria2c", command_name(words));
}

CommandWords download_words(const std::vector<const ShellWord*>& words) {
  return read_command_words(words, 1, command_name(words) == "curl" ? kCurlValues : kWgetValues);
}

std::string downloaded_file(const ShellNode& node) {
  std::vector<const ShellWord*> words = unwrapped(node);
  bool is_curl = command_name(words) == "curl";
  CommandWords line = download_words(words);
  const CommandOption* option = line.find(is_curl ? "-o --output" : "-O --output-document");
  if (option != nullptr) return option->value == "-" ? "" : base_name(option->value);
  for (const ShellRedirect& redirect : node.redirects) {
    if (redirect.op == ">") return base_name(text_of(redirect.target));
  }
  bool takes_name = !is_curl || line.has("-O --remote-name --remote-name-all");
  if (!takes_name || line.operands.empty()) return "";
  return base_name(text_of(*line.operands[0]));
}

}  // namespace whittle
