// Programs that whoever breaks into a container is glad of, by name.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/image_facts.h"

namespace whittle {

namespace {

// "python*" is python and python with a version: digits and dots.
struct ProgramRow {
  ToolKind kind;
  std::string_view names;  // split by blanks
};

constexpr ProgramRow kPrograms[] = {
    {ToolKind::Shell, "sh bash dash ash zsh ksh mksh fish tcsh csh pwsh rbash"},
    {ToolKind::Interpreter,
     "python* pypy* perl* ruby* node nodejs php* lua* luajit tclsh* java jshell guile* julia "
     "Rscript "
     "deno bun erl elixir"},
    {ToolKind::PackageManager,
     "apt apt-get aptitude dpkg apk rpm yum dnf dnf5 microdnf tdnf zypper pacman opkg pip* pipx uv "
     "poetry conda mamba npm npx yarn pnpm gem bundle composer cargo go mvn gradle cpan nuget"},
    {ToolKind::Compiler,
     "gcc* g++* cc c++ clang* clang++* ld ld.bfd ld.gold ld.lld as make cmake ninja gdb lldb "
     "strace "
     "ltrace rustc javac tcc gfortran* ghc objdump"},
    {ToolKind::NetworkTool,
     "curl wget nc ncat netcat nc.openbsd nc.traditional socat ssh scp sftp sshd telnet telnetd "
     "ftp "
     "tftp nmap tcpdump rsync dig nslookup host ping ping6 traceroute iptables* nft ip ifconfig "
     "arp "
     "dropbear"},
    {ToolKind::Other,
     "sudo su doas pkexec gosu su-exec docker podman kubectl mount umount chroot"}};

bool fits(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return pattern == name;
  pattern.remove_suffix(1);
  if (!name.starts_with(pattern)) return false;
  std::string_view version = name.substr(pattern.size());
  return std::all_of(
      version.begin(), version.end(), [](char c) { return is_digit(c) || c == '.' || c == '-'; });
}

}  // namespace

std::optional<ToolKind> tool_kind(std::string_view name) {
  static const std::vector<std::pair<std::string_view, ToolKind>> names = [] {
    std::vector<std::pair<std::string_view, ToolKind>> all;
    for (const ProgramRow& row : kPrograms) {
      for (std::string_view one : split_blanks(row.names)) all.emplace_back(one, row.kind);
    }
    return all;
  }();
  for (const auto& [pattern, kind] : names) {
    if (pattern[0] == name.substr(0, 1)[0] && fits(pattern, name)) return kind;
  }
  return std::nullopt;
}

}  // namespace whittle
