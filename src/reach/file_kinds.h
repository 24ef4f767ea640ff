// The kinds of files that say something of other files: a row of one table each, one file each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/content_topic.h"
#include "reach/facts.h"

namespace whittle {

class Walk;  // walk.h

// A file that is needed and what it says.
struct FollowedFile {
  NodeId node = kNoNode;
  std::string path;
  NeedLevel level = NeedLevel::Must;  // how much the file itself is needed
  const FileRecord* record = nullptr;
};

struct FileKind {
  std::string_view name;  // part of the stored form
  std::string_view what;  // one line, for the documentation
  // By name, mode and size alone: whether a look at the first bytes is worth it.
  bool (*wants)(const FileFacts& file);
  // By the first bytes (512, or all).
  bool (*takes)(const FileFacts& file, std::string_view beginning);
  // Facts of the whole content. Bounded in time and memory, whatever the bytes are.
  void (*extract)(const FileFacts& file, std::string_view content, FactWriter& into);
  // Asks the walk for what the facts say.
  void (*follow)(Walk& walk, const FollowedFile& file);
};

// The first row that takes a file has it.
const std::vector<const FileKind*>& file_kind_table();

// Changes with what any row wants, takes or extracts.
inline constexpr uint32_t kFactsVersion = 3;
inline constexpr uint64_t kMaxFactsFileBytes = 512ULL << 20;

bool wants_facts(const FileFacts& file);
bool is_worth_facts(const FileFacts& file, std::string_view beginning);
// The record of a file (facts.h); "" where there is nothing to say.
std::string file_facts(const FileFacts& file, std::string_view content);

}  // namespace whittle
