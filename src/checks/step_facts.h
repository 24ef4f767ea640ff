// Looking at commands of an image's history.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "checks/image_facts.h"

namespace whittle {

// True for "PROGRAM [options] VERB ...": the first word that is no option is one of the verbs; with
// no verbs, the program alone counts. A `sudo` in front is looked through.
bool is_command(const std::vector<std::string>& words,
                std::string_view program,
                std::initializer_list<std::string_view> verbs);

template <typename Test>
bool has_command(const ImageStep& step, const Test& test) {
  return std::any_of(step.commands.begin(), step.commands.end(), test);
}

// "RUN apt-get update", cut where it is long; safe to print.
std::string excerpt(const ImageStep& step);

}  // namespace whittle
