#include "reach/reach.h"

#include "base/strings.h"
#include "reach/walk_parts.h"

namespace whittle {

namespace {

Ask root(std::string_view why) {
  return {NeedLevel::Must, NeedKind::Root, kNoNode, 0, std::string(why)};
}

std::vector<std::string> joined(const std::vector<std::string>& a,
                                const std::vector<std::string>& b) {
  std::vector<std::string> words = a;
  words.insert(words.end(), b.begin(), b.end());
  return words;
}

void need_configured(Walk& walk, const RunConfig& run) {
  walk.need_command(joined(run.entrypoint, run.cmd),
                    root(run.entrypoint.empty() ? "command" : "entry point"));
  // An entry point that ends in exec "$@" runs the command.
  if (!run.entrypoint.empty() && !run.cmd.empty()) walk.need_command(run.cmd, root("command"));
  if (!run.health_check || run.health_check->test.empty()) return;
  const std::vector<std::string>& test = run.health_check->test;
  std::vector<std::string> words(test.begin() + 1, test.end());
  if (test[0] == "CMD") walk.need_command(words, root("health check"));
  if (test[0] != "CMD-SHELL" || words.empty()) return;
  std::vector<std::string> shell =
      run.shell.empty() ? std::vector<std::string>{"/bin/sh", "-c"} : run.shell;
  shell.push_back(words[0]);
  walk.need_command(shell, root("health check"));
}

void need_root(Walk& walk, const ReachRoot& asked) {
  const std::string& text = asked.path_or_command;
  bool is_there = walk.paths().resolve(text, kRootNode) != kNoNode || contains(text, "*");
  if (is_there) {
    walk.need_path(text, kRootNode, root(asked.why));
  } else {
    walk.need_shell_text(text, root(asked.why));
  }
}

}  // namespace

std::shared_ptr<const ContentTopic> needs_topic() {
  static const auto kTopic = [] {
    auto topic = std::make_shared<ContentTopic>();
    topic->id = TopicId::Needs;
    topic->version = kFactsVersion;
    topic->wants = [](const FileFacts& file, uint8_t /*sets*/) {
      return wants_facts(file) ? Keep::Extract : Keep::Nothing;
    };
    topic->is_worth_reading = &is_worth_facts;
    topic->extract = &file_facts;
    return std::shared_ptr<const ContentTopic>(topic);
  }();
  return kTopic;
}

ContentWish needed_contents() {
  return {needs_topic(), 1};
}

Reach find_reach(const ReachInput& input) {
  if (input.tree.nodes.empty()) return {};
  Walk walk(input);
  need_configured(walk, input.config.run);
  for (const ReachRoot& asked : input.roots) need_root(walk, asked);
  for (NodeId node : input.used) walk.need(node, root("a run"));
  need_basics(walk);
  // Reasons that name a file come before the general one.
  walk.run();
  need_application(walk);
  do {
    walk.run();
  } while (need_distributions(walk));
  walk.need_aliases();
  return walk.take();
}

}  // namespace whittle
