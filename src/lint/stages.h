// Where an instruction stands: which stages end in the image, what comes later, which shell runs
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace whittle {

// True if the layers of the stage are layers of an image somebody gets: the last stage, and every
// stage that one is FROM.
bool is_image_stage(const LintInput& input, uint32_t stage);
// True if the stage is the last one or a (grand)parent of the last one.
bool is_in_final_chain(const LintInput& input, uint32_t stage);

// The instructions that run after `index` on the same file system: the rest of its stage, then all
// stages FROM it and FROM those, each from its begin. A path is one way down to a leaf.
std::vector<std::vector<size_t>> paths_after(const LintInput& input, size_t index);

// True for sh, bash, dash, ash, ksh and zsh with any options.
bool is_posix_shell(const std::vector<std::string>& shell);
// True if the shell stops at the first failed command by itself ("-e").
bool has_errexit(const std::vector<std::string>& shell);

// True if the base image of the stage says Windows by its name: its default shell is not POSIX.
bool is_windows_stage(const LintInput& input, uint32_t stage);

// True if the text of this RUN may be edited: shell form without heredoc, understood to its end, no
// comment or operator behind its last command, a POSIX shell, and the usual escape character.
bool is_editable_run(const LintInput& input, size_t index);

// The text up to the end of the stage that a build ends with, by name or number; nullopt where that
// is the whole file: for "", the last stage, and one that is not there.
std::optional<std::string> text_up_to_stage(const Dockerfile& file, std::string_view target);

// The user is root as far as the Dockerfile says: USER root, 0, or none set.
bool runs_as_root(const LintInput& input, size_t index);

// True if the instruction mounts something at `path` or above it, so that what is written there is
// in no layer.
bool mounts_over(const Instruction& instruction, std::string_view path);

}  // namespace whittle
