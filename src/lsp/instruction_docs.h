// What an editor tells of instructions, their flags and the keys of mounts: one table each, in own
// words. Source of the facts: Docker's Dockerfile reference.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/dockerfile.h"

namespace whittle {

// What an outline shows an instruction as.
enum class OutlineKind { Stage, Step, Variable, File, Property, Event };

struct InstructionDoc {
  InstructionKind kind;
  OutlineKind outline;
  std::string_view form;  // "COPY [--flags] SOURCE... TARGET"
  std::string_view text;
};

struct FlagDoc {
  InstructionKind kind;
  std::string_view name;    // "mount"
  std::string_view values;  // blank-separated, what it may be; "" for anything
  std::string_view text;
};

struct MountKeyDoc {
  std::string_view name;
  std::string_view types;   // blank-separated: the types that take it
  std::string_view values;  // as above
  std::string_view text;
};

struct WordDoc {
  std::string_view name;
  std::string_view text;
};

std::span<const InstructionDoc> instruction_docs();
// Null for Unknown.
const InstructionDoc* instruction_doc(InstructionKind kind);
std::span<const FlagDoc> flag_docs();
const FlagDoc* flag_doc(InstructionKind kind, std::string_view name);
std::span<const MountKeyDoc> mount_key_docs();
std::span<const WordDoc> mount_type_docs();
// Directives of the first lines: "syntax", "escape", "check".
std::span<const WordDoc> directive_docs();

}  // namespace whittle
