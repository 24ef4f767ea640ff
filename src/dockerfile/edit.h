// Edits on byte ranges: applied to a text, with a map from the new text back to the old one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/finding.h"

namespace whittle {

// Where the bytes of an edited text come from. Maps compose over several passes.
class OriginMap {
 public:
  // Every offset is its own origin.
  static OriginMap identity(uint32_t size);
  // The origin of an offset of the new text: for inserted text, that of the edit's begin.
  uint32_t origin(uint32_t offset) const;
  // This map (B to A) after `next` (C to B): C to A.
  OriginMap then(const OriginMap& next) const;

 private:
  struct Segment {
    uint32_t begin;   // in the new text
    uint32_t origin;  // in the old text
    bool is_inserted; // the whole segment stands for one origin
  };
  friend struct EditedText;
  friend Result<struct EditedText> apply_edits(std::string_view text, const std::vector<Edit>& edits);
  void append(Segment segment);
  void append_kept(const Segment& outer, uint32_t length, OriginMap& result) const;

  std::vector<Segment> segments_;  // ascending; the last one goes on without an end
};

struct EditedText {
  std::string text;
  OriginMap origins;
};

// Applies disjoint edits, in any order. Errors: Usage when two overlap or one lies outside the text. Two insertions at
// the same place are applied in the order given.
Result<EditedText> apply_edits(std::string_view text, const std::vector<Edit>& edits);

}  // namespace whittle
