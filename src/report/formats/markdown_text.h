// Foreign text in GitHub-flavoured Markdown: it can neither add markup nor mention people, and it
// cannot close the fences it stands in.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

// Text outside of code spans; already printable.
std::string escaped(std::string_view text);
// House style puts names between backticks: such spans stay code, everything else is escaped.
std::string markdown(std::string_view foreign);
// A code span; "" for "".
std::string code(std::string_view foreign);
// The same in a table, where a pipe would end the cell, in code too.
std::string table_code(std::string_view foreign);
std::string code_block(std::string_view text, std::string_view language, std::string_view indent);
// A part that opens when it is clicked.
std::string details(std::string_view summary, std::string_view body);

}  // namespace whittle
