// Inside of checks/rules: the rows of the table, one file each.
#pragma once

#include "checks/check.h"

namespace whittle {

extern const ImageCheck kAddInHistory;
extern const ImageCheck kBuildTools;
extern const ImageCheck kContentTrust;
extern const ImageCheck kCredentialFiles;
extern const ImageCheck kCredentialVariables;
extern const ImageCheck kDeviceFiles;
extern const ImageCheck kDistUpgrade;
extern const ImageCheck kDuplicateAccounts;
extern const ImageCheck kEmptyPassword;
extern const ImageCheck kFileCapabilities;
extern const ImageCheck kHealthcheckMissing;
extern const ImageCheck kLatestTag;
extern const ImageCheck kNetworkTools;
extern const ImageCheck kPackageCaches;
extern const ImageCheck kPackageManagers;
extern const ImageCheck kPasswordHash;
extern const ImageCheck kReadableShadow;
extern const ImageCheck kRiskyPorts;
extern const ImageCheck kRunsAsRoot;
extern const ImageCheck kSensitiveVolume;
extern const ImageCheck kSetuidFiles;
extern const ImageCheck kShells;
extern const ImageCheck kSshServer;
extern const ImageCheck kStrayFiles;
extern const ImageCheck kSudoInHistory;
extern const ImageCheck kSudoWithoutPassword;
extern const ImageCheck kTlsCheckOff;
extern const ImageCheck kUnknownBase;
extern const ImageCheck kUnknownUser;
extern const ImageCheck kUnsafeSearchPath;
extern const ImageCheck kUnsupportedDistribution;
extern const ImageCheck kUnverifiedPackages;
extern const ImageCheck kUpdateAlone;
extern const ImageCheck kWorldWritableFiles;
extern const ImageCheck kWritableApplication;

}  // namespace whittle
