// Settings, swap files and litter of editors and desktops are sent to the build.
#include "lint/context_noise.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

const NoiseCategory kCategory = {
    "editor-files-in-context",
    Severity::Info,
    "editor and desktop files",
    "Keep editor and desktop files out of the build context",
    {{".vscode", true, NoiseDepth::AnyName},
     {".idea", true, NoiseDepth::AnyName},
     {".vs", true, NoiseDepth::AnyName},
     {".fleet", true, NoiseDepth::AnyName},
     {".zed", true, NoiseDepth::AnyName},
     {".history", true, NoiseDepth::AnyName},
     {"*.swp", false, NoiseDepth::Anywhere},
     {"*.swo", false, NoiseDepth::Anywhere},
     {"*~", false, NoiseDepth::Anywhere},
     {".DS_Store", false, NoiseDepth::Anywhere},
     {"Thumbs.db", false, NoiseDepth::Anywhere},
     {"desktop.ini", false, NoiseDepth::Anywhere},
     {"*.sublime-workspace", false, NoiseDepth::Anywhere}},
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_context_noise(input, kCategory, findings);
}

}  // namespace

extern const Rule kEditorFilesInContext;
const Rule kEditorFilesInContext = {
    {"editor-files-in-context",
     "WH1032",
     "",
     Severity::Info,
     "The build context holds editor settings, swap files or desktop litter",
     "These files belong to one person's machine. They change while nothing of the program does, "
     "which makes COPY and "
     "every step after it run again, and a swap file may hold text that was never meant to be "
     "published.",
     "FROM debian:bookworm\nCOPY . /app\n",
     "FROM debian:bookworm\nCOPY app /app\n",
     kDeclaresNothing,
     kSafeFix},
    check,
};

}  // namespace whittle
