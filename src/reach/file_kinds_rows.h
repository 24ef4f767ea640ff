// The rows of the table in file_kinds.cc, and the functions that follow their facts.
#pragma once

#include "reach/file_kinds.h"

namespace whittle {

extern const FileKind kElfKind;
extern const FileKind kJarKind;
extern const FileKind kPackageJsonKind;
extern const FileKind kJavaScriptKind;
extern const FileKind kPythonKind;
extern const FileKind kPythonPathsKind;
extern const FileKind kPythonEntriesKind;
extern const FileKind kPerlKind;
extern const FileKind kRubyKind;
extern const FileKind kPhpKind;
extern const FileKind kShellKind;
extern const FileKind kScriptKind;
extern const FileKind kConfigKind;

void follow_elf(Walk& walk, const FollowedFile& file);
void follow_python(Walk& walk, const FollowedFile& file);
void follow_javascript(Walk& walk, const FollowedFile& file);
void follow_package_json(Walk& walk, const FollowedFile& file);
void follow_jar(Walk& walk, const FollowedFile& file);
void follow_perl(Walk& walk, const FollowedFile& file);
void follow_ruby(Walk& walk, const FollowedFile& file);
// What facts mean whatever the kind of file: paths, commands, libraries by name, locales.
void follow_plain(Walk& walk, const FollowedFile& file);

}  // namespace whittle
