// The lines of a source text that a range stands on, with carets under exactly that range, as a
// terminal shows it: tabs as blanks, wide characters as two columns, control characters spelled
// out, long lines cut around the carets.
#pragma once

#include <string>
#include <string_view>

#include "model/source.h"
#include "report/report.h"
#include "report/text_layout.h"

namespace whittle {

// Lines like "12 | RUN x\n" and "   | ^^^\n", after an empty line of the margin. Of a range of many
// lines the first ones and the last are shown. `lines` is the index of `text`; a range behind the
// end of the text is taken for its end.
std::string source_excerpt(std::string_view text,
                           const LineIndex& lines,
                           Range range,
                           Style mark,
                           const RenderOptions& options);

}  // namespace whittle
