#include "lsp/lint_document.h"

namespace whittle {

Result<DocumentFindings> lint_document(const DocumentLint& request, const CancelToken& cancel) {
  LintSource source;
  source.path = request.path;
  source.shown = request.path.empty() ? "Dockerfile" : request.path.filename().string();
  source.text = request.text;
  ConfigFinder configs(request.config);
  fs::path place = request.path.empty() ? request.folder / "Dockerfile" : request.path;
  TRY_ASSIGN(source.policy, configs.policy_for(place));
  LintOptions options;
  options.fix = request.fix;
  options.fix_only = request.fix_only;
  options.shellcheck = request.shellcheck;
  options.limits = request.limits;
  options.sources.push_back(std::move(source));
  TRY_ASSIGN(LintRun run, lint_files(options, cancel));
  return DocumentFindings{std::move(run.report.files.front()), std::move(run.changes)};
}

}  // namespace whittle
