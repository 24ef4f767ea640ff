#include "model/shell.h"

namespace whittle {

std::string ShellNode::command_name() const {
  if (kind != ShellNodeKind::Simple || words.empty() || !words[0].value) return "";
  const std::string& name = *words[0].value;
  size_t slash = name.rfind('/');
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

}  // namespace whittle
