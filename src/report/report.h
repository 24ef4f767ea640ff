// Finished results to bytes. One format is one file in formats/; the table is formats/formats.h.
#pragma once

#include <string>
#include <vector>

#include "model/report.h"

namespace whittle {

struct RenderOptions {
  bool color = false;    // ANSI colours
  unsigned width = 100;  // columns of the terminal
  bool verbose = false;
  // What the reader can do now, in the order of use; shown last by the formats for people.
  std::vector<std::string> next_steps;
};

}  // namespace whittle
