// Expected trees are written by hand from POSIX and bash's manual.
#include "dockerfile/shell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ShellScript parse(std::string_view text) {
  return parse_shell(text, 0, Limits());
}

// A tree as text: "a b && c" is "List(None:a,b And:c)".
std::string show(const ShellNode& node) {
  constexpr std::string_view kKinds[] = {
      "", "Group", "Subshell", "If", "Loop", "Case", "Function", "List"};
  constexpr std::string_view kOps[] = {"", ";", "&&", "||", "|", "&"};
  std::string text(kOps[static_cast<size_t>(node.op_before)]);
  if (node.negated) text += "!";
  text += kKinds[static_cast<size_t>(node.kind)];
  std::vector<std::string> parts;
  for (const ShellAssignment& assignment : node.assignments)
    parts.push_back(assignment.name + "=" + assignment.value.raw);
  for (const ShellWord& word : node.words)
    parts.push_back(word.value ? *word.value : "?" + word.raw);
  for (const ShellRedirect& redirect : node.redirects) {
    parts.push_back((redirect.fd >= 0 ? std::to_string(redirect.fd) : "") + redirect.op +
                    redirect.target.raw);
    if (!redirect.body.empty()) parts.back() += "{" + redirect.body + "}";
  }
  for (const ShellNode& child : node.children) parts.push_back(show(child));
  for (const ShellNode& list : node.substitutions) parts.push_back("$" + show(list));
  return text + "(" + join(parts, " ") + ")";
}

std::string show(std::string_view text) {
  ShellScript script = parse(text);
  return (script.complete ? "" : "[" + script.problem + "] ") + show(script.root);
}

std::vector<std::string> names(std::string_view text) {
  ShellScript script = parse(text);
  std::vector<std::string> result;
  for (const CommandRef& command : simple_commands(script)) {
    result.push_back(command.node->command_name() + (command.is_conditional ? "?" : "") +
                     (command.is_in_subshell ? "$" : ""));
  }
  return result;
}

TEST(Shell, Lists) {
  EXPECT_EQ(show("a b && c || d; e & f | g |& h"), "List((a b) &&(c) ||(d) ;(e) &(f) |(g) |(h))");
  EXPECT_EQ(show("a\n\n# c\nb # d\n"), "List((a) ;(b))");
  EXPECT_EQ(show("a &&\n\n b"), "List((a) &&(b))");
  EXPECT_EQ(show("a \\\n  b\\\nc"), "List((a bc))");
  EXPECT_EQ(show("! a | b"), "List(!(a) |(b))");
  EXPECT_EQ(show(""), "List()");
  EXPECT_EQ(show("a;"), "List((a))");
  EXPECT_EQ(show("a &"), "List((a))");
}

TEST(Shell, CompoundCommands) {
  EXPECT_EQ(show("{ a; b; } > x"), "List(Group(>x List((a) ;(b))))");
  EXPECT_EQ(show("(a; b) | c"), "List(Subshell(List((a) ;(b))) |(c))");
  EXPECT_EQ(show("((a); b)"), "List(Subshell(List(Subshell(List((a))) ;(b))))");
  EXPECT_EQ(show("if a; then b; elif c; then d; else e; fi"),
            "List(If(List((a)) List((b)) List((c)) List((d)) List((e))))");
  EXPECT_EQ(show("for x in 1 2; do a; done"), "List(Loop(x 1 2 List((a))))");
  EXPECT_EQ(show("for x do a; done"), "List(Loop(x List((a))))");
  EXPECT_EQ(show("for ((i=0; i<3; i++)); do a; done"), "List(Loop(?((i=0; i<3; i++)) List((a))))");
  EXPECT_EQ(show("while a; do b; done; until c\ndo d\ndone"),
            "List(Loop(List((a)) List((b))) ;Loop(List((c)) List((d))))");
  EXPECT_EQ(show("case \"$x\" in a|b) c;; (d*) e ;; *) esac"),
            "List(Case(?\"$x\" a b ?d* ?* List((c)) List((e)) List()))");
  EXPECT_EQ(show("f() { a; }; function g { b; }; function h() (c)"),
            "List(Function(f Group(List((a)))) ;Function(g Group(List((b)))) ;Function(h "
            "Subshell(List((c)))))");
  EXPECT_EQ(show("[[ -f a && ! (b < c) || $x =~ ^(a b|c)$ ]] && d"),
            "List(([[ -f a && ! ( b < c ) || ?$x =~ ?^(a b|c)$ ]]) &&(d))");
  EXPECT_EQ(show("((x++)) && a"), "List((?((x++))) &&(a))");
  EXPECT_EQ(show("time { a; }; time b"), "List(Group(List((a))) ;(time b))");
  EXPECT_EQ(parse("a $(time \\\n b)").root.children[0].words[1].raw, "$(time  b)");
  EXPECT_EQ(show("echo if then done }"), "List((echo if then done }))");
}

TEST(Shell, WordsAndQuotes) {
  EXPECT_EQ(show("a 'b c' \"d\\\"e\" f\\ g $'h\\ti' $\"j\""), "List((a b c d\"e f g h\ti j))");
  EXPECT_EQ(show("a $b \"${c:-\"d }\"}\" *.x [ab] {p,q} {} ~/r a[ ]"),
            "List((a ?$b ?\"${c:-\"d }\"}\" ?*.x ?[ab] ?{p,q} {} ?~/r a[ ]))");
  EXPECT_EQ(show("a #b\nc#d"), "List((a) ;(c#d))");
  EXPECT_EQ(show("a ${x#'}'} b$ $"), "List((a ?${x#'}'} b$ $))");
  EXPECT_TRUE(parse("'a'b").root.children[0].words[0].is_quoted);
  EXPECT_FALSE(parse("ab").root.children[0].words[0].is_quoted);
}

TEST(Shell, Substitutions) {
  EXPECT_EQ(show("a $(b; c | d) \"`e \\`f\\``\" $((1+$(g)))"),
            "List((a ?$(b; c | d) ?\"`e \\`f\\``\" ?$((1+$(g))) $List((b) ;(c) |(d)) $List((e ?`f` "
            "$List((f)))) $List((g))))");
  EXPECT_EQ(show("a <(b) >(c)"), "List((a ?<(b) ?>(c) $List((b)) $List((c))))");
  EXPECT_EQ(show("a $( (b) )"), "List((a ?$( (b) ) $List(Subshell(List((b))))))");
  EXPECT_EQ(show("a $((b) | c)"), "List((a ?$((b) | c) $List(Subshell(List((b))) |(c))))");
  EXPECT_EQ(show("a \"$(case x in y) z;; esac)\""),
            "List((a ?\"$(case x in y) z;; esac)\" $List(Case(x y List((z))))))");
}

TEST(Shell, AssignmentsAndRedirections) {
  EXPECT_EQ(show("A=b C='d e' f"), "List((A=b C='d e' f))");
  EXPECT_EQ(show("A= B+=c D[1]=e"), "List((A= B=c D=e))");
  EXPECT_EQ(show("A=(b 'c' $(d))"), "List((A=(b 'c' $(d)) $List((d))))");
  EXPECT_EQ(show("export A=(b) c=d"), "List((export ?A=(b) c=d))");
  EXPECT_EQ(show("a >b 2>&1 <c >>d &>e <<<f 3<>g >|h"),
            "List((a >b 2>&1 <c >>d &>e <<<f 3<>g >|h))");
  EXPECT_EQ(show("a 2b"), "List((a 2b))");
}

TEST(Shell, HereDocuments) {
  EXPECT_EQ(show("a <<E b <<-'F'\n1\n 2\nE\n\t3\n\tF\nc"),
            "List((a b <<E{1\n 2\n} <<-'F'{3\n}) ;(c))");
  EXPECT_EQ(show("a $(b <<E\n1\nE\n) c"), "List((a ?$(b <<E\n1\nE\n) c $List((b <<E{1\n}))))");
}

TEST(Shell, RangesAreExact) {
  std::string text = "A=1 foo 'b c' && bar >x $(baz q)";
  ShellScript script = parse_shell(text, 100, Limits());
  auto of = [&](Range range) { return text.substr(range.begin - 100, range.size()); };
  const ShellNode& first = script.root.children[0];
  const ShellNode& second = script.root.children[1];
  EXPECT_EQ(of(script.root.range), text);
  EXPECT_EQ(of(first.range), "A=1 foo 'b c'");
  EXPECT_EQ(of(first.assignments[0].range), "A=1");
  EXPECT_EQ(of(first.assignments[0].value.range), "1");
  EXPECT_EQ(of(first.words[1].range), "'b c'");
  EXPECT_EQ(of(second.op_range), "&&");
  EXPECT_EQ(of(second.range), "bar >x $(baz q)");
  EXPECT_EQ(of(second.redirects[0].range), ">x");
  EXPECT_EQ(of(second.redirects[0].target.range), "x");
  EXPECT_EQ(of(second.substitutions[0].range), "baz q");
}

TEST(Shell, ProblemsKeepWhatWasUnderstood) {
  ShellScript script = parse("a && b 'c");
  EXPECT_FALSE(script.complete);
  EXPECT_EQ(script.problem, "a single quote is not closed");
  EXPECT_EQ(script.problem_range, (Range{7, 8}));
  EXPECT_EQ(show(script.root), "List((a) &&(b))");
  EXPECT_EQ(show("if a; then b; c"),
            "[unexpected end of the command, `fi` is missing] List(If(List((a)) List((b) ;(c))))");
  EXPECT_EQ(show("a; )"), "[unexpected `)`] List((a))");
  EXPECT_EQ(show("a && "), "[unexpected end of the command, `command` is missing] List((a))");
  EXPECT_EQ(show("a ;; b"), "[unexpected `;`] List((a))");
}

TEST(Shell, DepthIsLimited) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "$(";
  EXPECT_THAT(parse("a " + deep).problem, HasSubstr("nested too deeply"));
  EXPECT_FALSE(parse(std::string(100000, '(')).complete);
  EXPECT_FALSE(parse("a ${x:-" + replace_all(deep, "(", "{")).complete);
}

TEST(Shell, CommandsInOrderWithSurroundings) {
  EXPECT_THAT(names("a && b || c; d"), ElementsAre("a", "b", "c?", "d"));
  EXPECT_THAT(names("a | b && (c; d) && { e; }"), ElementsAre("a$", "b$", "c$", "d$", "e"));
  EXPECT_THAT(names("if a; then b $(c); fi; d"), ElementsAre("a?", "b?", "c?$", "d"));
  EXPECT_THAT(names("a || b | c && d"), ElementsAre("a", "b?$", "c?$", "d"));
  EXPECT_THAT(names("/usr/bin/apt-get x; for i in 1; do y; done"), ElementsAre("apt-get", "y?"));
}

// A RUN as the parser of Dockerfiles hands it over: `begin` is where its arguments start in the
// source.
Instruction run_of(std::string text, std::vector<TextPiece> pieces, Range arguments) {
  Instruction run;
  run.kind = InstructionKind::Run;
  run.form = ArgumentForm::Shell;
  run.text = std::move(text);
  run.pieces = std::move(pieces);
  run.arguments = arguments;
  return run;
}

TEST(ShellRun, RangesCrossContinuations) {
  Dockerfile file;
  file.source = "RUN apt-get in\\\n# note\nstall \\\n  `x`\n";
  Instruction run = run_of("apt-get install   `x`", {{0, 4}, {10, 23}, {16, 31}}, {4, 36});
  ASSERT_EQ(run.text.substr(0, 10), file.source.substr(4, 10));
  ShellScript script = parse_run(file, run, Limits());
  ASSERT_TRUE(script.complete);
  EXPECT_EQ(show(script.root), "List((apt-get install ?`x` $List((x))))");
  const ShellNode& node = script.root.children[0];
  EXPECT_EQ(file.text(node.words[1].range), "in\\\n# note\nstall");
  EXPECT_EQ(file.text(node.words[2].range), "`x`");
  EXPECT_EQ(file.text(node.substitutions[0].children[0].range), "x");
}

TEST(ShellRun, HereDocumentIsTheScript) {
  Dockerfile file;
  file.source = "RUN <<-E\n\ta b\r\n\t\tc\nE\n";
  Instruction run = run_of("<<-E", {{0, 4}}, {4, 8});
  Heredoc heredoc;
  heredoc.name = "E";
  heredoc.strip_tabs = true;
  heredoc.word = {4, 8};
  heredoc.body = {9, 18};
  heredoc.content = "a b\nc\n";
  run.heredocs = {heredoc};
  ShellScript script = parse_run(file, run, Limits());
  EXPECT_EQ(show(script.root), "List((a b) ;(c))");
  EXPECT_EQ(script.root.children[1].range, (Range{17, 18})) << file.source.substr(17, 1);
  EXPECT_EQ(file.text(script.root.children[0].range), "a b");

  run.heredocs[0].content = "#!/usr/bin/env python3\nimport os\n";
  script = parse_run(file, run, Limits());
  EXPECT_FALSE(script.complete);
  EXPECT_EQ(script.problem, "the script is for `python3`, which is no shell");
  EXPECT_TRUE(script.root.children.empty());

  run.heredocs[0].content = "#!/bin/bash\na\n";
  EXPECT_EQ(show(parse_run(file, run, Limits()).root), "List((a))");
}

TEST(ShellRun, HereDocumentAsInput) {
  Dockerfile file;
  file.source = "RUN cat <<E >f && b\n1\nE\n";
  Instruction run = run_of("cat <<E >f && b", {{0, 4}}, {4, 19});
  Heredoc heredoc;
  heredoc.name = "E";
  heredoc.word = {8, 11};
  heredoc.body = {20, 22};
  heredoc.content = "1\n";
  run.heredocs = {heredoc};
  EXPECT_EQ(show(parse_run(file, run, Limits()).root), "List((cat <<E{1\n} >f) &&(b))");
}

TEST(ShellRun, OtherForms) {
  Dockerfile file;
  file.source = "RUN [\"a\", \"b c\"]\nHEALTHCHECK CMD a && b\nSHELL [\"pwsh\"]\n";
  Instruction run = run_of("[\"a\", \"b c\"]", {{0, 4}}, {4, 16});
  run.form = ArgumentForm::Json;
  run.words = {{{5, 8}, "a"}, {{10, 15}, "b c"}};
  ShellScript script = parse_run(file, run, Limits());
  EXPECT_EQ(show(script.root), "List((a b c))");
  EXPECT_EQ(script.root.children[0].range, (Range{5, 15}));

  Instruction check = run_of("CMD a && b", {{0, 29}}, {29, 39});
  ASSERT_EQ(file.text(check.arguments), check.text);
  check.kind = InstructionKind::Healthcheck;
  check.words = {{{29, 32}, "CMD"}, {{33, 39}, "a && b"}};
  script = parse_run(file, check, Limits());
  EXPECT_EQ(show(script.root), "List((a) &&(b))");
  EXPECT_EQ(file.text(script.root.children[1].range), "b");
}

TEST(ShellRun, TheShellDecides) {
  Dockerfile file;
  file.source = "RUN a && b\n";
  Instruction run = run_of("a && b", {{0, 4}}, {4, 10});
  EXPECT_TRUE(parse_run(file, run, {"/bin/bash", "-c"}, Limits()).complete);
  EXPECT_TRUE(parse_run(file, run, {}, Limits()).complete);
  ShellScript script = parse_run(file, run, {"powershell", "-Command"}, Limits());
  EXPECT_FALSE(script.complete);
  EXPECT_EQ(script.problem, "the shell is `powershell`");
}

TEST(Shell, Unwrapped) {
  auto first = [](std::string_view text) {
    ShellScript script = parse(text);
    std::vector<const ShellWord*> words = unwrapped(script.root.children[0]);
    return words.empty() ? "" : words[0]->raw;
  };
  EXPECT_EQ(first("sudo -E -u root apt-get install x"), "apt-get");
  EXPECT_EQ(first("sudo -H A=b pip x"), "pip");
  EXPECT_EQ(first("env -i A=b C=\"$d\" make"), "make");
  EXPECT_EQ(first("exec -a n foo"), "foo");
  EXPECT_EQ(first("command -v foo"), "command");
  EXPECT_EQ(first("nice -n 5 time -p timeout -k 5 10s make"), "make");
  EXPECT_EQ(first("/usr/bin/sudo -- env x"), "x");
  EXPECT_EQ(first("env"), "env");
  EXPECT_EQ(first("gosu app make"), "make");
}

}  // namespace
}  // namespace whittle
