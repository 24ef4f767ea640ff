// The names of the dimensions.
#include "model/groups.h"

namespace whittle {

const std::vector<DimensionInfo>& dimension_table() {
  static const std::vector<DimensionInfo> table = {
      {Dimension::Layer, "layer", "the layer and the command that made it"},
      {Dimension::Line, "line", "the line of the Dockerfile, or the command where it is unknown"},
      {Dimension::Package, "package", "the installed package that owns the file"},
      {Dimension::Dir, "dir", "the folder, three levels deep"},
      {Dimension::Ext, "ext", "the end of the file's name"},
      {Dimension::Owner, "owner", "user and group, as numbers"},
      {Dimension::Cause, "cause", "why the bytes are lost, or that they are kept"},
      {Dimension::Kind, "kind", "what the file is: package lists, documentation, tests, ..."},
      {Dimension::Path, "path", "the file"},
  };
  return table;
}

}  // namespace whittle
