// The table of rules: a row here is the only registration. Its order decides between fixes at the
// same place.
#include "lint/rules/rules.h"

#include <algorithm>
#include <tuple>

#include "base/strings.h"

namespace whittle {

extern const Rule kAddInsteadOfCopy;
extern const Rule kAddRemoteUnverified;
extern const Rule kApkNoCache;
extern const Rule kApkPin;
extern const Rule kApkVirtual;
extern const Rule kAptInstallNoUpdate;
extern const Rule kAptLists;
extern const Rule kAptNoRecommends;
extern const Rule kAptNotAptGet;
extern const Rule kAptPin;
extern const Rule kAptUpdateAlone;
extern const Rule kAptUpgrade;
extern const Rule kAptYes;
extern const Rule kArchiveLeft;
extern const Rule kArgTooEarly;
extern const Rule kBaseEol;
extern const Rule kBaseImageLarge;
extern const Rule kBashBuiltin;
extern const Rule kBashCondition;
extern const Rule kBashExpansion;
extern const Rule kBashFunction;
extern const Rule kBashRedirect;
extern const Rule kBashSetOption;
extern const Rule kBraceExpansion;
extern const Rule kBuildFilesInContext;
extern const Rule kCachesInContext;
extern const Rule kCdInRun;
extern const Rule kCommentSwallowsCommand;
extern const Rule kConfigureBuild;
extern const Rule kConsecutiveRun;
extern const Rule kCopyAfterUserNoChown;
extern const Rule kCopyAllBeforeDeps;
extern const Rule kCopyArchiveExtract;
extern const Rule kCopyDestSlash;
extern const Rule kCopyFromEmptyScratch;
extern const Rule kCopyFromSelf;
extern const Rule kCopyFromUnknown;
extern const Rule kCopyIgnoredFile;
extern const Rule kCopyRelativeDest;
extern const Rule kCopyRootToRoot;
extern const Rule kCudaDevelAtRunTime;
extern const Rule kCurlAndWget;
extern const Rule kCurlNoFail;
extern const Rule kCurlNoRedirect;
extern const Rule kDangerousCommand;
extern const Rule kDebianFrontendEnv;
extern const Rule kDefaultArgInFrom;
extern const Rule kDefinitionDescription;
extern const Rule kDevDependencies;
extern const Rule kDevDependencyGroups;
extern const Rule kDirectiveCasing;
extern const Rule kDnfClean;
extern const Rule kDnfPin;
extern const Rule kDnfYes;
extern const Rule kDockerignoreMissing;
extern const Rule kDownloadUnverified;
extern const Rule kDuplicateStageName;
extern const Rule kEchoFlags;
extern const Rule kEditorFilesInContext;
extern const Rule kEmptyContinuation;
extern const Rule kEnvSelfReference;
extern const Rule kEpilogueOrder;
extern const Rule kExposeFormat;
extern const Rule kExposePortRange;
extern const Rule kExposeProtoCasing;
extern const Rule kExposeSsh;
extern const Rule kFromAsCasing;
extern const Rule kGemDocs;
extern const Rule kGemPin;
extern const Rule kGoBuildFlags;
extern const Rule kGoPin;
extern const Rule kGpgHygiene;
extern const Rule kGpuDriverInImage;
extern const Rule kHeredocNoErrexit;
extern const Rule kHttpDownload;
extern const Rule kImageLatest;
extern const Rule kImageNotDigest;
extern const Rule kImageUntagged;
extern const Rule kInlineIgnoreUsed;
extern const Rule kInstructionCasing;
extern const Rule kInvalidJsonForm;
extern const Rule kJdkAtRunTime;
extern const Rule kLabelDuplicates;
extern const Rule kLabelEmail;
extern const Rule kLabelEmpty;
extern const Rule kLabelHash;
extern const Rule kLabelKey;
extern const Rule kLabelRfc3339;
extern const Rule kLabelSchemaExtra;
extern const Rule kLabelSchemaMissing;
extern const Rule kLabelSemver;
extern const Rule kLabelSpdx;
extern const Rule kLabelUrl;
extern const Rule kLegacyKeyValue;
extern const Rule kLnBinSh;
extern const Rule kLocalOutputInContext;
extern const Rule kLogsInContext;
extern const Rule kMaintainer;
extern const Rule kMetadataCopyLayer;
extern const Rule kMultipleCmd;
extern const Rule kMultipleEntrypoint;
extern const Rule kMultipleHealthcheck;
extern const Rule kNoHealthcheck;
extern const Rule kNotFromFirst;
extern const Rule kNpmCache;
extern const Rule kNpmCi;
extern const Rule kNpmPin;
extern const Rule kOnbuildTrigger;
extern const Rule kPasswordSet;
extern const Rule kPhpOpcache;
extern const Rule kPhpXdebug;
extern const Rule kPipNoCache;
extern const Rule kPipPin;
extern const Rule kPipeToShell;
extern const Rule kPipefail;
extern const Rule kPlatformBaseMismatch;
extern const Rule kPlatformConstant;
extern const Rule kPlatformRedundant;
extern const Rule kPreferAddGit;
extern const Rule kPreferAddUnpack;
extern const Rule kPreferCacheMount;
extern const Rule kPreferCopyHeredoc;
extern const Rule kPreferMultiStage;
extern const Rule kPreferRunHeredoc;
extern const Rule kPythonBytecode;
extern const Rule kRailsEnvironment;
extern const Rule kReservedStageName;
extern const Rule kRmInLaterLayer;
extern const Rule kRmRfVariable;
extern const Rule kRunInScratch;
extern const Rule kRunPrivileged;
extern const Rule kSecretInArgEnv;
extern const Rule kSecretLiteral;
extern const Rule kSecretNeedsMount;
extern const Rule kSecretsInContext;
extern const Rule kSha256sumSpacing;
extern const Rule kShellFormCmd;
extern const Rule kSigApk;
extern const Rule kSigApt;
extern const Rule kSigRpm;
extern const Rule kSigYum;
extern const Rule kSortPackages;
extern const Rule kStageNameCasing;
extern const Rule kStopsignal;
extern const Rule kSudo;
extern const Rule kTelemetry;
extern const Rule kTestsInContext;
extern const Rule kTlsCurl;
extern const Rule kTlsGit;
extern const Rule kTlsNode;
extern const Rule kTlsNpm;
extern const Rule kTlsPip;
extern const Rule kTlsPython;
extern const Rule kTlsWget;
extern const Rule kUncheckedSequence;
extern const Rule kUndefinedArgInFrom;
extern const Rule kUndefinedVar;
extern const Rule kUnguardedCd;
extern const Rule kUnquotedSubstitution;
extern const Rule kUnquotedVariable;
extern const Rule kUnreachableStage;
extern const Rule kUntrustedRegistry;
extern const Rule kUnusedArg;
extern const Rule kUserExplicitGroup;
extern const Rule kUserMissing;
extern const Rule kUserNonNumeric;
extern const Rule kUserRoot;
extern const Rule kUseraddHighUid;
extern const Rule kVcsInContext;
extern const Rule kVolumeSensitive;
extern const Rule kWgetProgress;
extern const Rule kWindowsUnsupported;
extern const Rule kWorkdirRelative;
extern const Rule kWorkdirSystemDir;
extern const Rule kWorldWritable;
extern const Rule kYarnCache;
extern const Rule kYumClean;
extern const Rule kYumPin;
extern const Rule kYumYes;
extern const Rule kZypperClean;
extern const Rule kZypperDup;
extern const Rule kZypperPin;
extern const Rule kZypperYes;

const std::vector<const Rule*>& rule_table() {
  static const std::vector<const Rule*> kRules = {
      &kMaintainer,
      &kLegacyKeyValue,
      &kAddInsteadOfCopy,
      &kAptUpdateAlone,
      &kAptInstallNoUpdate,
      &kRmInLaterLayer,
      &kAptLists,
      &kApkNoCache,
      &kYumClean,
      &kDnfClean,
      &kPipNoCache,
      &kNpmCache,
      &kYarnCache,
      &kAptNoRecommends,
      &kCopyAllBeforeDeps,
      &kNpmCi,
      &kDevDependencies,
      &kVcsInContext,
      &kEditorFilesInContext,
      &kCachesInContext,
      &kLocalOutputInContext,
      &kLogsInContext,
      &kSecretsInContext,
      &kBuildFilesInContext,
      &kTestsInContext,
      &kUserRoot,
      &kUserMissing,
      &kAptYes,
      &kAptNotAptGet,
      &kYumYes,
      &kDnfYes,
      &kZypperYes,
      &kAptPin,
      &kApkPin,
      &kYumPin,
      &kDnfPin,
      &kZypperPin,
      &kPipPin,
      &kNpmPin,
      &kGemPin,
      &kGoPin,
      &kZypperDup,
      &kZypperClean,
      &kSudo,
      &kCdInRun,
      &kDangerousCommand,
      &kUseraddHighUid,
      &kWgetProgress,
      &kLnBinSh,
      &kPipefail,
      &kCurlAndWget,
      &kConsecutiveRun,
      &kWorkdirRelative,
      &kCopyRelativeDest,
      &kCopyDestSlash,
      &kCopyFromUnknown,
      &kCopyFromSelf,
      &kCopyRootToRoot,
      &kCopyArchiveExtract,
      &kCopyIgnoredFile,
      &kMultipleCmd,
      &kMultipleEntrypoint,
      &kMultipleHealthcheck,
      &kShellFormCmd,
      &kOnbuildTrigger,
      &kNotFromFirst,
      &kExposePortRange,
      &kExposeFormat,
      &kExposeProtoCasing,
      &kNoHealthcheck,
      &kUserNonNumeric,
      &kImageUntagged,
      &kImageLatest,
      &kUntrustedRegistry,
      &kPlatformConstant,
      &kPlatformRedundant,
      &kDuplicateStageName,
      &kReservedStageName,
      &kStageNameCasing,
      &kFromAsCasing,
      &kInstructionCasing,
      &kEmptyContinuation,
      &kDefinitionDescription,
      &kInlineIgnoreUsed,
      &kUndefinedArgInFrom,
      &kDefaultArgInFrom,
      &kEnvSelfReference,
      &kUndefinedVar,
      &kSecretInArgEnv,
      &kLabelKey,
      &kLabelSchemaMissing,
      &kLabelSchemaExtra,
      &kLabelEmpty,
      &kLabelUrl,
      &kLabelRfc3339,
      &kLabelSpdx,
      &kLabelHash,
      &kLabelSemver,
      &kLabelEmail,
      &kTlsCurl,
      &kTlsWget,
      &kSigApk,
      &kSigApt,
      &kSigYum,
      &kSigRpm,
      &kTlsPython,
      &kTlsNode,
      &kTlsNpm,
      &kTlsGit,
      &kTlsPip,
      &kCommentSwallowsCommand,
      &kHeredocNoErrexit,
      &kUncheckedSequence,
      &kDebianFrontendEnv,
      &kRunPrivileged,
      &kPipeToShell,
      &kDownloadUnverified,
      &kBashRedirect,
      &kBashBuiltin,
      &kBashSetOption,
      &kEchoFlags,
      &kBraceExpansion,
      &kBashExpansion,
      &kBashFunction,
      &kUnguardedCd,
      &kRmRfVariable,
      &kUnquotedSubstitution,
      &kUnquotedVariable,
      &kBashCondition,
      &kExposeSsh,
      &kVolumeSensitive,
      &kWorkdirSystemDir,
      &kAptUpgrade,
      &kPasswordSet,
      &kWorldWritable,
      &kUnusedArg,
      &kArgTooEarly,
      &kStopsignal,
      &kLabelDuplicates,
      &kGemDocs,
      &kSha256sumSpacing,
      &kDirectiveCasing,
      &kSortPackages,
      &kEpilogueOrder,
      &kMetadataCopyLayer,
      &kCopyAfterUserNoChown,
      &kUserExplicitGroup,
      &kDockerignoreMissing,
      &kAddRemoteUnverified,
      &kSecretLiteral,
      &kInvalidJsonForm,
      &kUnreachableStage,
      &kRunInScratch,
      &kHttpDownload,
      &kCurlNoFail,
      &kCurlNoRedirect,
      &kPreferMultiStage,
      &kBaseImageLarge,
      &kJdkAtRunTime,
      &kGoBuildFlags,
      &kPythonBytecode,
      &kPreferCacheMount,
      &kTelemetry,
      &kSecretNeedsMount,
      &kDevDependencyGroups,
      &kArchiveLeft,
      &kImageNotDigest,
      &kPlatformBaseMismatch,
      &kBaseEol,
      &kGpgHygiene,
      &kApkVirtual,
      &kCopyFromEmptyScratch,
      &kConfigureBuild,
      &kPreferAddUnpack,
      &kPreferAddGit,
      &kPreferCopyHeredoc,
      &kPreferRunHeredoc,
      &kWindowsUnsupported,
      &kGpuDriverInImage,
      &kCudaDevelAtRunTime,
      &kPhpXdebug,
      &kPhpOpcache,
      &kRailsEnvironment,
  };
  return kRules;
}

namespace {

bool has_id(const RuleInfo& info, std::string_view id) {
  if (equals_ignoring_case(info.name, id) || equals_ignoring_case(info.code, id)) return true;
  std::vector<std::string_view> aliases = split_blanks(info.aliases);
  return std::any_of(aliases.begin(), aliases.end(), [&](std::string_view alias) {
    return equals_ignoring_case(alias, id);
  });
}

}  // namespace

const Rule* find_rule(std::string_view id) {
  for (const Rule* rule : rule_table()) {
    if (has_id(rule->info, id)) return rule;
  }
  return nullptr;
}

std::vector<const Rule*> find_rules(std::string_view id) {
  std::vector<const Rule*> found;
  for (const Rule* rule : rule_table()) {
    if (has_id(rule->info, id)) found.push_back(rule);
  }
  return found;
}

namespace {

// Instructions end behind the blanks at the end of their line; nobody wants them underlined.
Range without_last_blanks(Range range, std::string_view source) {
  std::string_view text = trim_right(range.of(source));
  if (text.empty()) return range;
  return {range.begin, range.begin + static_cast<uint32_t>(text.size())};
}

}  // namespace

std::vector<Finding> run_rules(const LintInput& input,
                               const std::function<bool(const RuleInfo&)>& is_wanted) {
  std::vector<Finding> findings;
  for (const Rule* rule : rule_table()) {
    if (is_wanted(rule->info)) rule->check(input, findings);
  }
  for (Finding& finding : findings)
    finding.range = without_last_blanks(finding.range, input.file->source);
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.range.begin, a.range.end, a.rule) <
           std::tie(b.range.begin, b.range.end, b.rule);
  });
  return findings;
}

std::vector<Finding> run_rules(const LintInput& input) {
  return run_rules(input, [](const RuleInfo&) { return true; });
}

}  // namespace whittle
