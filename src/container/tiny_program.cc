// Layout: ELF64 header, one PT_LOAD program header, code (System V ABI, ELF-64 object file format).
#include "container/tiny_program.h"

#include <elf.h>

#include <cstring>
#include <string_view>

namespace whittle {

namespace {

constexpr uint64_t kBase = 0x400000;

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
// xor edi, edi; mov eax, 60 (exit); syscall
constexpr std::string_view kCode("\x31\xff\xb8\x3c\x00\x00\x00\x0f\x05", 9);
#elif defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
// mov x0, #0; mov x8, #93 (exit); svc #0
constexpr std::string_view kCode("\x00\x00\x80\xd2\xa8\x0b\x80\xd2\x01\x00\x00\xd4", 12);
#else
constexpr uint16_t kMachine = EM_NONE;
constexpr std::string_view kCode;
#endif

}  // namespace

std::string tiny_program() {
  if (kCode.empty()) return "";
  constexpr uint64_t kCodeOffset = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr);
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = kMachine;
  header.e_version = EV_CURRENT;
  header.e_entry = kBase + kCodeOffset;
  header.e_phoff = sizeof header;
  header.e_ehsize = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 1;
  Elf64_Phdr segment{};
  segment.p_type = PT_LOAD;
  segment.p_flags = PF_R | PF_X;
  segment.p_vaddr = kBase;
  segment.p_paddr = kBase;
  segment.p_filesz = kCodeOffset + kCode.size();
  segment.p_memsz = segment.p_filesz;
  segment.p_align = 0x1000;
  std::string bytes(sizeof header + sizeof segment, '\0');
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, &segment, sizeof segment);
  return bytes.append(kCode);
}

Status write_tiny_program(const fs::path& file) {
  TRY(write_file_atomic(file, tiny_program()));
  std::error_code error;
  fs::permissions(file, static_cast<fs::perms>(0755), error);
  if (error) return errno_error("cannot make a program", error.value());
  return {};
}

}  // namespace whittle
