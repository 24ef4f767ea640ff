// Two scans compared. Changes nothing, prints nothing.
#pragma once

#include "model/scan_diff.h"

namespace whittle {

// What is compared: of a vulnerability its name and its package's type and name, whatever the
// version; of a secret the secret itself and where it is, whatever the line; of a check what it
// saw. The scans looked for the same things.
ScanDiff compare_scans(ScanReport before, ScanReport after);

}  // namespace whittle
