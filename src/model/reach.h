// Which files of an image its programs can need, told without running it, and why: one Need a node
// of the merged tree. Plain values; made by reach/reach.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/tree.h"

namespace whittle {

enum class NeedLevel : uint8_t {
  None,
  May,  // a program can ask for it
  Must  // a program does not work without it
};

// How a need arises; together with its cause it is the reason that people read.
enum class NeedKind : uint8_t {
  None,
  Root,         // the image's configuration or the user asks for it
  Folder,       // something in it is needed
  Link,         // a symbolic link on the way to what is needed
  Interpreter,  // of a script or an ELF program
  Library,      // DT_NEEDED
  Dlopen,       // a library that is opened by name: a note, or a string of the program
  Named,        // a path in a program's strings or a script's words
  Command,      // a program that another one starts
  Import,       // a module of Python, JavaScript, Java, Perl, Ruby, PHP
  Configured,   // named by a configuration file
  Companion,    // goes with the cause: data, plugins (note says which)
  Listed,       // in a folder that is read whole
  Application,  // the image's own files, which no package owns
};

struct Need {
  NodeId cause = kNoNode;  // whose content asks for it; kNoNode: the image itself
  uint32_t line = 0;       // of the cause, from 1; 0: unknown
  uint32_t note = 0;       // into Reach::notes; 0: none
  NeedLevel level = NeedLevel::None;
  NeedKind kind = NeedKind::None;
};

// Where the search begins: a path of the image, or a command line as a shell reads it (a program is
// looked up by PATH).
struct ReachRoot {
  std::string path_or_command;
  std::string why;  // "entry point", "health check", "--include-bin"
};

struct Reach {
  std::vector<Need> needs;         // [node of the tree]
  std::vector<std::string> notes;  // notes[0] is ""
  std::vector<std::string>
      problems;  // for people: roots that lead nowhere, facts that were cut off
};

// "NEEDED by usr/sbin/nginx", "imported by app/app.py line 12", "" for what is not needed.
std::string why(const MergedTree& tree, const Reach& reach, NodeId node);
// The node, its cause, the cause's cause, ... up to a root. Empty for what is not needed.
std::vector<NodeId> need_chain(const Reach& reach, NodeId node);

}  // namespace whittle
