#include "analyze/savings.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "base/strings.h"

namespace whittle {

namespace {

// Decides whether a stored file of one of the two images belongs to a change. `tree` is that
// image's.
using Takes =
    std::function<bool(const MergedTree& tree, size_t layer, size_t entry, std::string_view path)>;

Takes takes_paths(const std::vector<std::string>& patterns) {
  Result<IgnoreMatcher> made = IgnoreMatcher::make(patterns);
  if (!made.ok()) return [](const MergedTree&, size_t, size_t, std::string_view) { return false; };
  auto matcher = std::make_shared<IgnoreMatcher>(std::move(made).value());
  return [matcher](const MergedTree&, size_t, size_t, std::string_view path) {
    return matcher->is_ignored(path);
  };
}

Takes takes_set(std::set<std::string, std::less<>> paths) {
  auto shared = std::make_shared<std::set<std::string, std::less<>>>(std::move(paths));
  return [shared](const MergedTree&, size_t, size_t, std::string_view path) {
    return shared->contains(path);
  };
}

std::string join_path(std::string_view folder, std::string_view name) {
  std::string path = clean_path(std::string(folder) + "/" + std::string(name));
  return path.starts_with("/") ? path.substr(1) : path;
}

// Where COPY and ADD of the context put each of its files: image path -> context path. One context
// file may have several places; `visit` is called for each.
void visit_copies(const Dockerfile& file,
                  const Evaluation& evaluation,
                  const BuildContext& context,
                  const std::function<void(const ContextFile&, std::string image_path)>& visit) {
  for (size_t i = 0; i < file.instructions.size(); ++i) {
    const Instruction& instruction = file.instructions[i];
    bool copies =
        instruction.kind == InstructionKind::Copy || instruction.kind == InstructionKind::Add;
    if (!copies || instruction.flag("from") != nullptr || instruction.words.size() < 2) continue;
    const InstructionState& state = evaluation.states[i];
    Lookup lookup = [&](std::string_view name) { return state.environment.find(name); };
    std::vector<std::string> words;
    for (const Word& word : instruction.words) {
      Result<Expansion> expanded = expand_word(word.text, file.escape, lookup);
      words.push_back(expanded.ok() ? expanded->text : word.text);
    }
    std::string target = words.back();
    words.pop_back();
    bool into_folder =
        words.size() > 1 || target.ends_with("/") || target == "." || target.ends_with("/.");
    std::string folder = target.starts_with("/") ? target : state.working_dir + "/" + target;
    for (const std::string& source : words) {
      std::string clean = join_path("", source);
      const ContextFile* named = context.find(clean);
      bool is_folder =
          clean.empty() || (named != nullptr && named->type == ContextFileType::Directory);
      for (size_t index : files_of_source(context, source)) {
        const ContextFile& found = context.files[index];
        std::string_view relative = found.path;
        if (is_folder) {
          relative.remove_prefix(std::min(relative.size(), clean.empty() ? 0 : clean.size() + 1));
          visit(found, join_path(folder, relative));
        } else if (found.path == clean && !into_folder) {
          visit(found, join_path("", folder));
        } else {
          visit(found, join_path(folder, relative.substr(relative.rfind('/') + 1)));
        }
      }
    }
  }
}

Takes takes_context_files(const Dockerfile& file,
                          const Evaluation& evaluation,
                          const BuildContext& context,
                          const std::vector<std::string>& patterns) {
  Result<IgnoreMatcher> made = IgnoreMatcher::make(patterns);
  std::set<std::string, std::less<>> paths;
  if (made.ok()) {
    visit_copies(file, evaluation, context, [&](const ContextFile& found, std::string image_path) {
      if (made->is_ignored(found.path)) paths.insert(std::move(image_path));
    });
  }
  return takes_set(std::move(paths));
}

using PackageKey = std::tuple<std::string_view, std::string_view, std::string_view>;

PackageKey key_of(const Package& package) {
  return {package.type, package.name, package.architecture};
}

bool is_installed_by_system(const Package& package) {
  return package.is_installed &&
         (package.type == "deb" || package.type == "apk" || package.type == "rpm");
}

// What the operating system's packages own that only the image before has.
Takes takes_dropped_packages(const ReadImage& before, const ReadImage& after) {
  std::set<PackageKey> still;
  for (const Package& package : after.packages().packages) {
    if (is_installed_by_system(package)) still.insert(key_of(package));
  }
  const PackageCatalog& catalog = before.packages();
  std::vector<bool> is_dropped;
  for (const Package& package : catalog.packages)
    is_dropped.push_back(is_installed_by_system(package) && !still.contains(key_of(package)));
  std::set<std::string, std::less<>> paths;
  for (size_t layer = 0; layer < before.layers.size(); ++layer) {
    const LayerIndex& index = before.layers[layer].index;
    for (size_t i = 0; i < index.entries.size(); ++i) {
      uint32_t owner = catalog.owners[layer][i];
      if (owner != kNoPackage && is_dropped[owner]) paths.emplace(index.path(index.entries[i]));
    }
  }
  return takes_set(std::move(paths));
}

// One change's scope, and the line it is about: where several changes of one kind take a file, the
// one whose line made the file's layer has it.
struct Scope {
  Takes takes;
  uint32_t line = 0;
};

// Stored bytes per change, and of all files.
struct Tally {
  std::vector<int64_t> per_change;
  int64_t total = 0;
};

// The order in which the scopes are asked for the files of a layer: those about its line first.
std::vector<size_t> order_for(uint32_t layer_line, const std::vector<Scope>& scopes) {
  std::vector<size_t> order;
  for (bool own : {true, false}) {
    for (size_t c = 0; c < scopes.size(); ++c) {
      bool is_own = layer_line != 0 && scopes[c].line == layer_line;
      if (scopes[c].takes && is_own == own) order.push_back(c);
    }
  }
  return order;
}

// `layer_lines`: the line of the Dockerfile that made each layer, 0 if unknown; may be empty.
Tally tally(const ReadImage& image,
            const std::vector<Scope>& scopes,
            const std::vector<uint32_t>& layer_lines) {
  Tally result;
  result.per_change.resize(scopes.size());
  for (size_t layer = 0; layer < image.layers.size(); ++layer) {
    const LayerIndex& index = image.layers[layer].index;
    std::vector<size_t> order =
        order_for(layer < layer_lines.size() ? layer_lines[layer] : 0, scopes);
    for (size_t e = 0; e < index.entries.size(); ++e) {
      const Entry& entry = index.entries[e];
      if (entry.type != EntryType::File || entry.role != EntryRole::Normal) continue;
      auto bytes = static_cast<int64_t>(entry.size_bytes);
      result.total += bytes;
      for (size_t c : order) {
        if (!scopes[c].takes(image.tree, layer, e, index.path(entry))) continue;
        result.per_change[c] += bytes;
        break;
      }
    }
  }
  return result;
}

Takes takes_scope(const SavingScope& scope,
                  const ReadImage& before,
                  const ReadImage& after,
                  const BuiltFrom& built_from) {
  switch (scope.kind) {
    case SavingKind::None:
      return {};
    case SavingKind::Paths:
      return takes_paths(scope.paths);
    case SavingKind::ContextFiles:
      return takes_context_files(
          built_from.file, built_from.evaluation, built_from.context, scope.paths);
    case SavingKind::DroppedPackages:
      return takes_dropped_packages(before, after);
    case SavingKind::HiddenFiles:
      return [](const MergedTree& tree, size_t layer, size_t entry, std::string_view) {
        return tree.loss[layer][entry] != Loss::Kept;
      };
  }
  return {};
}

}  // namespace

Savings measure_savings(const ReadImage& before,
                        const ReadImage& after,
                        const BuiltFrom& built_from,
                        const std::vector<Change>& changes) {
  std::vector<Scope> scopes;
  for (const Change& change : changes) {
    scopes.push_back({takes_scope(change.saving, before, after, built_from), change.id.line});
  }
  Tally old_tally = tally(before, scopes, built_from.layer_lines);
  Tally new_tally = tally(after, scopes, {});
  Savings savings;
  savings.unattributed = old_tally.total - new_tally.total;
  for (size_t c = 0; c < changes.size(); ++c) {
    savings.image_bytes.push_back(old_tally.per_change[c] - new_tally.per_change[c]);
    savings.unattributed -= savings.image_bytes.back();
  }
  return savings;
}

}  // namespace whittle
