// Long lists of packages in RUN: one package a line, sorted where the order cannot matter.
#pragma once

#include <vector>

#include "formatter/formatter.h"
#include "lint/lint.h"
#include "lint/package_commands.h"

namespace whittle {

// The packages of an install command: its last words, behind all options. Empty for a command that
// has options behind packages, redirections between them, or is no install.
std::vector<const ShellWord*> listed_packages(const PackageCommand& command);

// Edits of the blanks and lines between packages; none where every package has its line.
std::vector<Edit> list_edits(const LintInput& input, const FormatOptions& options);

// Edits that put the packages of lists in order, bytewise. Only lists of the package managers of
// systems, which take all packages at once, of plain names, without comments or paragraphs, behind
// options that are known to take no package for their value.
std::vector<Edit> sort_edits(const LintInput& input);

}  // namespace whittle
