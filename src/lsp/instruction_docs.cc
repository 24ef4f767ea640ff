#include "lsp/instruction_docs.h"

#include <algorithm>
#include <array>

namespace whittle {

namespace {

using Kind = InstructionKind;

constexpr std::array kInstructions = {
    InstructionDoc{Kind::From,
                   OutlineKind::Stage,
                   "FROM [--platform=PLATFORM] IMAGE[:TAG][@DIGEST] [AS NAME]",
                   "Begins a stage on top of an image, an earlier stage or `scratch`. Only ARGs in "
                   "front of the first FROM can be used in it. The last stage becomes the image "
                   "unless `--target` names another one."},
    InstructionDoc{Kind::Run,
                   OutlineKind::Step,
                   "RUN [--mount=...] [--network=...] COMMAND",
                   "Runs a command in the stage and keeps the changed files as a layer. Files that "
                   "a later RUN deletes stay in this layer. A list in JSON runs a program without "
                   "a shell; `<<EOF` gives a script over several lines."},
    InstructionDoc{Kind::Cmd,
                   OutlineKind::Event,
                   "CMD [\"PROGRAM\", \"ARGUMENT\"]",
                   "What a container runs when it is started without a command; with an ENTRYPOINT "
                   "its default arguments. Only the last one counts. The list in JSON starts the "
                   "program itself, which then gets the signals; text goes through a shell."},
    InstructionDoc{Kind::Label,
                   OutlineKind::Property,
                   "LABEL KEY=VALUE ...",
                   "Facts about the image for tools and people, such as where its source is. Takes "
                   "no space in a layer."},
    InstructionDoc{Kind::Maintainer,
                   OutlineKind::Property,
                   "MAINTAINER NAME",
                   "The author of the image. Out of use: write "
                   "`LABEL org.opencontainers.image.authors=...`."},
    InstructionDoc{Kind::Expose,
                   OutlineKind::Property,
                   "EXPOSE PORT[/PROTOCOL] ...",
                   "Says on which ports the program listens. It opens none of them: that is done "
                   "when the container is started, with `-p` or `-P`."},
    InstructionDoc{Kind::Env,
                   OutlineKind::Variable,
                   "ENV NAME=VALUE ...",
                   "Sets environment variables for the rest of the build and for every container. "
                   "The values are in the image for everybody to read. All values of one ENV see "
                   "the variables as they were in front of it."},
    InstructionDoc{Kind::Add,
                   OutlineKind::File,
                   "ADD [--flags] SOURCE... TARGET",
                   "Copies like COPY, and beyond that downloads URLs, clones git repositories, and "
                   "unpacks local tar archives."},
    InstructionDoc{Kind::Copy,
                   OutlineKind::File,
                   "COPY [--from=STAGE] [--flags] SOURCE... TARGET",
                   "Copies files of the build context, or of another stage or image, into the "
                   "stage as a layer. What the ignore file names cannot be copied. A target that "
                   "is a folder ends with `/`."},
    InstructionDoc{Kind::Entrypoint,
                   OutlineKind::Event,
                   "ENTRYPOINT [\"PROGRAM\", \"ARGUMENT\"]",
                   "The program that a container is. Words behind `docker run IMAGE`, else those "
                   "of CMD, are appended to the list. Written as text, it goes through a shell, "
                   "and CMD counts for nothing."},
    InstructionDoc{Kind::Volume,
                   OutlineKind::Property,
                   "VOLUME PATH ...",
                   "Folders that every container gets an own volume for. What later instructions "
                   "change in them may be lost."},
    InstructionDoc{Kind::User,
                   OutlineKind::Property,
                   "USER NAME[:GROUP]",
                   "The user of the RUNs that follow, and of the container. COPY and ADD go on "
                   "making files of root unless `--chown` says otherwise."},
    InstructionDoc{Kind::Workdir,
                   OutlineKind::Property,
                   "WORKDIR PATH",
                   "The folder in which the instructions that follow and the container work; made "
                   "when it is not there. A relative path goes on from the one before."},
    InstructionDoc{Kind::Arg,
                   OutlineKind::Variable,
                   "ARG NAME[=DEFAULT] ...",
                   "A variable of the build that `--build-arg` can set. It holds from here to the "
                   "end of the stage and is gone in the container. In front of the first FROM it "
                   "holds in FROM lines alone; `ARG NAME` in a stage takes that value over."},
    InstructionDoc{Kind::Onbuild,
                   OutlineKind::Step,
                   "ONBUILD INSTRUCTION",
                   "Keeps an instruction for builds that begin with this image: it runs right "
                   "behind their FROM."},
    InstructionDoc{Kind::Stopsignal,
                   OutlineKind::Property,
                   "STOPSIGNAL SIGNAL",
                   "The signal that asks the container to end, by name or number. SIGTERM if not "
                   "given."},
    InstructionDoc{Kind::Healthcheck,
                   OutlineKind::Property,
                   "HEALTHCHECK [--flags] CMD COMMAND | NONE",
                   "A command that tells whether the container works: exit code 0 is healthy, 1 is "
                   "not. NONE switches off that of the base image. Only the last one counts."},
    InstructionDoc{Kind::Shell,
                   OutlineKind::Property,
                   "SHELL [\"PROGRAM\", \"ARGUMENT\"]",
                   "The shell for RUN, CMD and ENTRYPOINT that are written as text, from here on. "
                   "`[\"/bin/sh\", \"-c\"]` if not given."},
};

constexpr std::array kFlags = {
    FlagDoc{Kind::From,
            "platform",
            "linux/amd64 linux/arm64 linux/arm/v7 $BUILDPLATFORM $TARGETPLATFORM",
            "Takes the image for this platform. `$BUILDPLATFORM` is that of the machine that "
            "builds: for stages that compile for another one."},
    FlagDoc{Kind::Copy,
            "from",
            "",
            "Copies from a stage, an image, or a named context, instead of the build context."},
    FlagDoc{Kind::Copy,
            "chown",
            "",
            "Owner of the copies: `USER:GROUP`, by name or number. Root if not given."},
    FlagDoc{Kind::Copy, "chmod", "", "Rights of the copies, such as `0755` or `u=rwX,go=rX`."},
    FlagDoc{Kind::Copy,
            "link",
            "true false",
            "Makes a layer that does not depend on those below it, so that it stays in the cache "
            "when they change. Links in the target path are not followed."},
    FlagDoc{Kind::Copy,
            "parents",
            "true false",
            "Keeps the folders of the sources; `/./` in a source says where they begin."},
    FlagDoc{Kind::Copy, "exclude", "", "Leaves out what the pattern names. Can be repeated."},
    FlagDoc{Kind::Add, "chown", "", "Owner of what is added: `USER:GROUP`, by name or number."},
    FlagDoc{Kind::Add, "chmod", "", "Rights of what is added, such as `0755`."},
    FlagDoc{
        Kind::Add, "link", "true false", "Makes a layer that does not depend on those below it."},
    FlagDoc{Kind::Add,
            "keep-git-dir",
            "true false",
            "Keeps the `.git` folder of a git repository that is added."},
    FlagDoc{Kind::Add,
            "checksum",
            "sha256:",
            "The digest that a download must have; another one ends the build."},
    FlagDoc{Kind::Add,
            "unpack",
            "true false",
            "Whether tar archives are unpacked, also downloaded ones."},
    FlagDoc{Kind::Add, "exclude", "", "Leaves out what the pattern names. Can be repeated."},
    FlagDoc{Kind::Run,
            "mount",
            "type=bind type=cache type=secret type=ssh type=tmpfs",
            "Something that is there while the command runs and in no layer: files of the context "
            "or a stage, a cache, a secret, an SSH agent, memory. Can be repeated."},
    FlagDoc{Kind::Run,
            "network",
            "default none host",
            "The network of the command: its own, none, or that of the host, which the build has "
            "to allow."},
    FlagDoc{Kind::Run,
            "security",
            "sandbox insecure",
            "`insecure` runs the command with all rights, which the build has to allow."},
    FlagDoc{Kind::Run, "device", "", "A device (CDI) that the command can use."},
    FlagDoc{Kind::Healthcheck,
            "interval",
            "30s 1m",
            "Time between two checks; 30 seconds if not given."},
    FlagDoc{Kind::Healthcheck,
            "timeout",
            "5s 30s",
            "A check that takes longer has failed; 30 seconds if not given."},
    FlagDoc{Kind::Healthcheck,
            "start-period",
            "10s 1m",
            "Failures in this first time do not count; 0 if not given."},
    FlagDoc{Kind::Healthcheck,
            "start-interval",
            "1s 5s",
            "Time between two checks in the first time; 5 seconds if not given."},
    FlagDoc{Kind::Healthcheck,
            "retries",
            "3",
            "So many failures in a row make the container unhealthy; 3 if not given."},
};

constexpr std::array kMountTypes = {
    WordDoc{"bind", "Files of the build context, or of a stage or image with `from`. The default."},
    WordDoc{"cache", "A folder that is kept from build to build, for package managers."},
    WordDoc{"secret", "A file or variable that is in no layer, given to the build by `--secret`."},
    WordDoc{"ssh", "The socket of an SSH agent, given to the build by `--ssh`."},
    WordDoc{"tmpfs", "An empty folder in memory."},
};

constexpr std::array kMountKeys = {
    MountKeyDoc{"type", "bind cache secret ssh tmpfs", "bind cache secret ssh tmpfs", "The kind."},
    MountKeyDoc{"target",
                "bind cache secret ssh tmpfs",
                "",
                "Where it is mounted. Also `dst`, `destination`."},
    MountKeyDoc{
        "source", "bind cache", "", "The path in what it comes from; its root if not given."},
    MountKeyDoc{"from", "bind cache", "", "The stage or image that it comes from."},
    MountKeyDoc{"rw",
                "bind",
                "true false",
                "Lets the command write; what it writes is dropped. Also `readwrite`."},
    MountKeyDoc{"ro", "cache", "true false", "Does not let the command write. Also `readonly`."},
    MountKeyDoc{"id", "cache secret ssh", "", "Which one; for a cache the target if not given."},
    MountKeyDoc{"sharing",
                "cache",
                "shared private locked",
                "Builds at the same time: use it together, get one each, or wait."},
    MountKeyDoc{"required", "secret ssh", "true false", "Fails when it was not given."},
    MountKeyDoc{"env", "secret", "", "The variable that gets the secret."},
    MountKeyDoc{"mode", "cache secret ssh", "", "Rights in octal digits."},
    MountKeyDoc{"uid", "cache secret ssh", "", "Owner, as a number."},
    MountKeyDoc{"gid", "cache secret ssh", "", "Group, as a number."},
    MountKeyDoc{"size", "tmpfs", "", "The most bytes it holds."},
};

constexpr std::array kDirectives = {
    WordDoc{"syntax", "The image that reads this Dockerfile, such as `docker/dockerfile:1`."},
    WordDoc{"escape", "The character that continues lines and escapes: `\\` or a backquote."},
    WordDoc{"check", "Which checks of the builder are left out, and whether they are errors."},
};

}  // namespace

std::span<const InstructionDoc> instruction_docs() {
  return kInstructions;
}

const InstructionDoc* instruction_doc(InstructionKind kind) {
  auto found = std::find_if(kInstructions.begin(),
                            kInstructions.end(),
                            [&](const InstructionDoc& doc) { return doc.kind == kind; });
  return found == kInstructions.end() ? nullptr : &*found;
}

std::span<const FlagDoc> flag_docs() {
  return kFlags;
}

const FlagDoc* flag_doc(InstructionKind kind, std::string_view name) {
  auto found = std::find_if(kFlags.begin(), kFlags.end(), [&](const FlagDoc& doc) {
    return doc.kind == kind && doc.name == name;
  });
  return found == kFlags.end() ? nullptr : &*found;
}

std::span<const MountKeyDoc> mount_key_docs() {
  return kMountKeys;
}

std::span<const WordDoc> mount_type_docs() {
  return kMountTypes;
}

std::span<const WordDoc> directive_docs() {
  return kDirectives;
}

}  // namespace whittle
