// Finished results to bytes. One format is one file in formats/; the table is formats/formats.h.
#pragma once

#include <string>

#include "model/report.h"

namespace whittle {

struct RenderOptions {
  bool color = false;    // ANSI colours
  unsigned width = 100;  // columns of the terminal
  bool verbose = false;
};

}  // namespace whittle
