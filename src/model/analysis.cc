// The causes by which stored bytes are lost.
#include "model/analysis.h"

namespace whittle {

const std::vector<LossCauseInfo>& loss_causes() {
  static const std::vector<LossCauseInfo> table = {
      {LossCause::Kept, "kept", "kept", ""},
      {LossCause::Deleted,
       "deleted-later",
       "deleted in a later layer",
       "Delete it in the RUN that makes it"},
      {LossCause::OverwrittenOther,
       "overwritten-other",
       "overwritten with other content",
       "Write the final content once"},
      {LossCause::OverwrittenEqual,
       "overwritten-equal",
       "overwritten with the same content",
       "Leave the second copy out"},
      {LossCause::MetadataOnly,
       "metadata-only",
       "copied whole to change owner, mode or time",
       "Set owner and mode where the file is made: COPY --chown --chmod, or the same RUN"},
      {LossCause::ReplacedByType,
       "replaced-by-type",
       "replaced by a folder, link or device",
       "Do not make the file that is replaced"},
      {LossCause::HiddenByOpaque,
       "hidden-by-opaque",
       "hidden by a folder that was made anew",
       "Delete the folder in the RUN that makes it"},
      {LossCause::DuplicateEntry,
       "duplicate-entry",
       "stored twice in its own layer",
       "Make the layer with a tool that writes each path once"},
  };
  return table;
}

const LossCauseInfo& info_of(LossCause cause) {
  return loss_causes()[static_cast<size_t>(cause)];
}

}  // namespace whittle
