// One instruction: keyword, flags, and arguments by the form its kind takes.
#include <algorithm>

#include "base/strings.h"
#include "dockerfile/flags.h"
#include "dockerfile/json.h"
#include "dockerfile/lexer_rune.h"
#include "dockerfile/parser_internal.h"

namespace whittle {

namespace {

// ONBUILD in ONBUILD is an error; what is behind it is read once more, not endlessly.
constexpr int kMaxOnbuildDepth = 2;

std::string_view part_of(const LineParse& parse, uint32_t begin, uint32_t end) {
  return std::string_view(parse.line.text).substr(begin, end - begin);
}

Word make_word(const LineParse& parse, uint32_t begin, uint32_t end) {
  return {parse.line.source_range(begin, end), std::string(part_of(parse, begin, end))};
}

void add_flags(LineParse& parse, Instruction& instruction, const FlagSplit& split, uint32_t base) {
  for (const FlagText& found : split.flags) {
    Flag flag;
    flag.range = parse.line.source_range(base + found.begin, base + found.end);
    flag.value_range = parse.line.source_range(base + found.value_begin, base + found.end);
    size_t equals = found.text.find('=');
    flag.has_value = equals != std::string::npos;
    flag.name = found.text.substr(2, flag.has_value ? equals - 2 : std::string::npos);
    if (flag.has_value) flag.value = found.text.substr(equals + 1);
    instruction.flags.push_back(std::move(flag));
    parse.spans.push_back({base + found.begin, base + found.end, TokenKind::Flag});
  }
  if (split.terminator_begin < split.terminator_end) {
    parse.spans.push_back(
        {base + split.terminator_begin, base + split.terminator_end, TokenKind::Flag});
  }
}

// The whole text as one word.
void take_whole(LineParse& parse, Instruction& instruction, uint32_t begin, uint32_t end) {
  instruction.words.push_back(make_word(parse, begin, end));
}

void take_plain_words(LineParse& parse, Instruction& instruction, uint32_t begin, uint32_t end) {
  instruction.form = ArgumentForm::Words;
  for (TextWord word : split_plain(part_of(parse, begin, end))) {
    instruction.words.push_back(make_word(parse, begin + word.begin, begin + word.end));
  }
}

// True if the text is a JSON array; then its strings are the words, and anything else in it is an
// error.
bool take_json(LineParse& parse, Instruction& instruction, uint32_t begin, uint32_t end) {
  std::string_view text = part_of(parse, begin, end);
  if (text.substr(0, 1) != "[") return false;
  JsonArray array = scan_json_array(text);
  if (!array.is_valid) return false;
  instruction.form = ArgumentForm::Json;
  for (JsonElement& element : array.elements) {
    Range range = parse.line.source_range(begin + element.begin, begin + element.end);
    if (element.is_string) {
      instruction.words.push_back({range, std::move(element.value)});
    } else {
      parse.error(range, "the JSON form takes strings only");
      instruction.words.push_back(make_word(parse, begin + element.begin, begin + element.end));
    }
  }
  return true;
}

void take_healthcheck(LineParse& parse, Instruction& instruction, uint32_t begin, uint32_t end) {
  std::string_view text = part_of(parse, begin, end);
  uint32_t type_end = 0;
  while (type_end < text.size() && !is_unicode_space(rune_at(text, type_end).value)) {
    type_end += rune_at(text, type_end).size;
  }
  take_whole(parse, instruction, begin, begin + type_end);
  instruction.form = ArgumentForm::Words;
  uint32_t rest = type_end + static_cast<uint32_t>(leading_space(text.substr(type_end)));
  if (begin + rest >= end || take_json(parse, instruction, begin + rest, end)) return;
  instruction.form = ArgumentForm::Shell;
  take_whole(parse, instruction, begin + rest, end);
}

KeyValue make_pair(const LineParse& parse, uint32_t begin, uint32_t end) {
  std::string_view text = part_of(parse, begin, end);
  size_t equals = text.find('=');
  KeyValue pair;
  pair.range = parse.line.source_range(begin, end);
  pair.has_value = equals != std::string_view::npos;
  uint32_t key_end = pair.has_value ? begin + static_cast<uint32_t>(equals) : end;
  uint32_t value_begin = pair.has_value ? key_end + 1 : end;
  pair.key = part_of(parse, begin, key_end);
  pair.value = part_of(parse, value_begin, end);
  pair.key_range = {pair.range.begin, pair.range.begin};
  if (key_end > begin) pair.key_range = parse.line.source_range(begin, key_end);
  pair.value_range = parse.line.source_range(value_begin, end);
  return pair;
}

// ENV KEY the rest.
void take_legacy_pair(LineParse& parse, Instruction& instruction, uint32_t begin, uint32_t end) {
  instruction.form = ArgumentForm::LegacyKeyValue;
  auto words = split_plain(part_of(parse, begin, end));
  if (words.size() < 2) {
    parse.error(instruction.arguments,
                std::string(keyword_of(instruction.kind)) + " needs a name and a value");
    return;
  }
  uint32_t key_end = begin + words[0].end;
  uint32_t value_begin = begin + words[1].begin;
  KeyValue pair;
  pair.range = parse.line.source_range(begin, end);
  pair.key = part_of(parse, begin, key_end);
  pair.value = part_of(parse, value_begin, end);
  pair.has_value = true;
  pair.key_range = parse.line.source_range(begin, key_end);
  pair.value_range = parse.line.source_range(value_begin, end);
  instruction.pairs.push_back(std::move(pair));
}

void take_pairs(LineParse& parse, Instruction& instruction, uint32_t begin, uint32_t end) {
  auto words = split_quoted(part_of(parse, begin, end), parse.escape);
  bool is_arg = instruction.kind == InstructionKind::Arg;
  auto has_equals = [&](TextWord word) {
    return contains(part_of(parse, begin + word.begin, begin + word.end), "=");
  };
  if (!is_arg && !words.empty() && !has_equals(words[0])) {
    take_legacy_pair(parse, instruction, begin, end);
    return;
  }
  instruction.form = ArgumentForm::KeyValue;
  for (TextWord word : words) {
    KeyValue pair = make_pair(parse, begin + word.begin, begin + word.end);
    if (!is_arg && !pair.has_value) {
      parse.error(pair.range, "`" + printable(pair.key) + "` has no `=`, expected name=value");
    }
    instruction.pairs.push_back(std::move(pair));
  }
}

void take_onbuild(
    LineParse& parse, Instruction& instruction, uint32_t begin, uint32_t end, int depth) {
  if (depth >= kMaxOnbuildDepth) return;
  instruction.onbuild.push_back(parse_instruction(parse, begin, end, depth + 1));
}

// Blanks that end a keyword.
uint32_t keyword_end(std::string_view text) {
  size_t end = text.find_first_of("\t\v\f\r ");
  return static_cast<uint32_t>(std::min(end, text.size()));
}

}  // namespace

void parse_arguments(
    LineParse& parse, Instruction& instruction, uint32_t begin, uint32_t end, int depth) {
  if (begin >= end) return;
  switch (instruction.kind) {
    case InstructionKind::Run:
    case InstructionKind::Cmd:
    case InstructionKind::Entrypoint:
    case InstructionKind::Shell:
      if (take_json(parse, instruction, begin, end)) return;
      instruction.form = ArgumentForm::Shell;
      return take_whole(parse, instruction, begin, end);
    case InstructionKind::Add:
    case InstructionKind::Copy:
    case InstructionKind::Volume:
      if (take_json(parse, instruction, begin, end)) return;
      return take_plain_words(parse, instruction, begin, end);
    case InstructionKind::From:
    case InstructionKind::Expose:
      return take_plain_words(parse, instruction, begin, end);
    case InstructionKind::Env:
    case InstructionKind::Label:
    case InstructionKind::Arg:
      return take_pairs(parse, instruction, begin, end);
    case InstructionKind::Healthcheck:
      return take_healthcheck(parse, instruction, begin, end);
    case InstructionKind::Onbuild:
      return take_onbuild(parse, instruction, begin, end, depth);
    case InstructionKind::Maintainer:
    case InstructionKind::User:
    case InstructionKind::Workdir:
    case InstructionKind::Stopsignal:
      instruction.form = ArgumentForm::Words;
      return take_whole(parse, instruction, begin, end);
    case InstructionKind::Unknown:
      return;
  }
}

Instruction parse_instruction(LineParse& parse, uint32_t begin, uint32_t end, int depth) {
  Instruction instruction;
  begin += static_cast<uint32_t>(leading_space(part_of(parse, begin, end)));
  end -= static_cast<uint32_t>(trailing_space(part_of(parse, begin, end)));
  uint32_t keyword = begin + keyword_end(part_of(parse, begin, end));
  instruction.keyword_text = part_of(parse, begin, keyword);
  instruction.keyword = parse.line.source_range(begin, keyword);
  instruction.kind = instruction_kind(instruction.keyword_text);
  instruction.range = parse.line.source_range(begin, end);
  parse.spans.push_back({begin, keyword, TokenKind::Keyword});

  FlagSplit split = split_flags(part_of(parse, keyword, end));
  add_flags(parse, instruction, split, keyword);
  uint32_t arguments = keyword + split.rest;
  arguments += static_cast<uint32_t>(leading_space(part_of(parse, arguments, end)));
  bool is_onbuild = instruction.kind == InstructionKind::Onbuild && depth < kMaxOnbuildDepth;
  bool is_known = instruction.kind != InstructionKind::Unknown;
  if (!is_onbuild && arguments < end) {
    parse.spans.push_back({arguments, end, is_known ? TokenKind::Argument : TokenKind::Garbage});
  }
  instruction.text = part_of(parse, arguments, end);
  instruction.pieces = parse.line.slice(arguments, end);
  instruction.arguments = parse.line.source_range(arguments, end);
  parse_arguments(parse, instruction, arguments, end, depth);
  return instruction;
}

}  // namespace whittle
