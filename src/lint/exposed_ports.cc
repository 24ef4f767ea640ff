#include "lint/exposed_ports.h"

#include "base/strings.h"
#include "lint/instructions.h"

namespace whittle {

std::vector<ExposedPort> exposed_ports(const LintInput& input) {
  std::vector<ExposedPort> ports;
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Expose)) {
    for (const Word& word : place.instruction->words) {
      std::optional<std::string> text = known_value(input, place.index, word.text);
      if (!text) continue;
      for (std::string_view part : split_blanks(*text)) {
        ExposedPort port;
        port.word = &word;
        port.text = part;
        port.is_onbuild = place.is_onbuild;
        size_t slash = part.find('/');
        if (slash != part.npos) port.protocol = part.substr(slash + 1);
        std::string_view address = part.substr(0, slash);
        size_t colon = address.rfind(':');
        port.container = colon == address.npos ? address : address.substr(colon + 1);
        ports.push_back(std::move(port));
      }
    }
  }
  return ports;
}

}  // namespace whittle
