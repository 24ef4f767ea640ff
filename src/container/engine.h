// Container engines: build an image, run it, and leave nothing behind. One file each in engines/,
// one table there.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/limits.h"
#include "base/progress.h"
#include "base/result.h"
#include "base/subprocess.h"
#include "model/dockerfile.h"
#include "model/image.h"

namespace whittle {

// Label on every image, container, network and volume that whittle makes; its value is the run's
// id.
inline constexpr std::string_view kRunLabel = "io.whittle.run";

struct BuildRequest {
  fs::path context;        // folder; its .dockerignore counts
  std::string dockerfile;  // relative to context
  std::string tag;         // the new image's name
  bool label = true;       // put kRunLabel on it (trial images); false for the user's result
  std::vector<std::pair<std::string, std::string>> build_args;
  std::string target;   // stage, "" for the last
  std::string network;  // "" for the engine's default
  bool no_cache = false;
  std::vector<std::string> extra_args;  // passed to the engine's build as they are
  uint64_t timeout_ms = 0;
};

// One step as the engine reported it.
struct BuildStep {
  std::string text;                     // as printed: "RUN apt-get update"
  std::optional<uint32_t> instruction;  // index into Dockerfile::instructions
  double seconds = 0;
  bool cached = false;
  bool failed = false;
};

struct BuildRecord {
  bool ok = false;
  std::vector<BuildStep> steps;  // in the order of the Dockerfile
  double seconds = 0;            // whole build, wall clock
  std::string builder;           // "buildkit", "classic", "buildah"
  std::string image_id;          // "" unless ok
  std::string log_tail;          // last lines of the build's output (bounded)
  std::optional<uint32_t> failed_instruction;
};

// A file that is laid into a container's own folder.
struct PlacedFile {
  std::string name;
  uint32_t mode = 0644;
  std::string content;
};

// What a writable folder of a container holds from the start, as a tar archive.
struct FilledFolder {
  std::string path;
  std::string archive;
};

struct RunRequest {
  std::string image;
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<std::string> command;  // replaces CMD; empty: the image's
  std::vector<uint16_t> publish;     // container TCP ports, each mapped to a free port on 127.0.0.1
  uint64_t memory_bytes = 0;         // 0: no limit
  std::vector<std::string> extra_args;  // engines that take them
  std::vector<std::string> entrypoint;  // replaces ENTRYPOINT, and CMD goes with it; empty: theirs
  std::string user;                     // replaces USER
  std::vector<std::string> add_capabilities;  // "SYS_PTRACE", to the engine's default ones
  // A writable folder that is not the image's, also in a read-only container; with these files.
  std::string folder;
  std::vector<PlacedFile> files;
  std::vector<FilledFolder> filled;  // volumes that `extra_args` name
  uint64_t max_processes = 0;        // 0: no limit
  bool no_health_check = false;      // the engine does not run the image's
};

struct ContainerState {
  bool running = false;
  int exit_code = 0;  // when not running
  bool out_of_memory = false;
};

// A started container; removed (killed first) when the object goes, also on errors and
// cancellation.
class Container {
 public:
  virtual ~Container() = default;
  virtual const std::string& id() const = 0;
  // Container port to the port on 127.0.0.1.
  virtual const std::map<uint16_t, uint16_t>& ports() const = 0;
  virtual Result<ContainerState> state() = 0;
  // stdout and stderr so far, interleaved as the engine has them; at most max_bytes, the last ones.
  virtual Result<std::string> logs(uint64_t max_bytes) = 0;
  // Sends the image's stop signal, and SIGKILL when it still runs after `grace_ms`. One that has
  // ended is no error. Works after a cancellation.
  virtual Status stop(uint64_t grace_ms);
  // Reads a file of RunRequest::folder, also when the container has ended. NotFound, Limit.
  virtual Result<std::string> read_file(const std::string& path, uint64_t max_bytes);
  // Runs a command inside the running container, as `user` ("" for the image's).
  virtual Result<CommandResult> exec(const std::vector<std::string>& command,
                                     const std::string& user,
                                     uint64_t timeout_ms);
  // On the network it was run in, for others there; "" where the engine tells names itself.
  virtual Result<std::string> address();
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string_view name() const = 0;    // "docker", "podman", "builtin"
  virtual std::string description() const = 0;  // "Docker 20.10.24 with BuildKit"
  // Folders of this machine below which containers write: layers, volumes, logs. Empty where they
  // are on another machine or the engine does not tell.
  virtual std::vector<fs::path> storage(const CancelToken& cancel);
  // Builds. A build that fails is a record with ok == false; Errors are for an engine that cannot
  // be asked, Cancelled.
  virtual Result<BuildRecord> build(const BuildRequest& request,
                                    const Dockerfile& file,
                                    const CancelToken& cancel,
                                    Progress& progress) = 0;
  // `cancel` must outlive the container.
  // Starts a container. ErrorKind::Invalid: the image's command cannot be started (a fault of the
  // image, not of the engine).
  virtual Result<std::unique_ptr<Container>> run(const RunRequest& request,
                                                 const CancelToken& cancel) = 0;
  // True if an image of that name is there.
  virtual Result<bool> has_image(const std::string& name, const CancelToken& cancel) = 0;
  // A target for open_image (image/sources) with this image's content. The engine keeps what it
  // needs for it (an exported file, say) until release_targets() or its own end.
  virtual Result<std::string> image_target(const std::string& name, const CancelToken& cancel) = 0;
  // No target that was handed out is read any more.
  virtual void release_targets() = 0;
  virtual Status tag(const std::string& image,
                     const std::string& name,
                     const CancelToken& cancel) = 0;
  // Takes the one image of a docker archive, which names itself `name`. It carries no label of
  // ours: whoever loads it removes it.
  virtual Status load_image(const fs::path& archive,
                            const std::string& name,
                            const CancelToken& cancel) = 0;
  // A network on which containers reach each other (`--network` of RunRequest::extra_args), and a
  // volume; both empty, with the run's label. Returns the name. Unsupported where there is no such
  // thing.
  virtual Result<std::string> make_network(const CancelToken& cancel);
  virtual Result<std::string> make_volume(const CancelToken& cancel);
  // Missing ones are no error. Works after a cancellation.
  virtual Status remove_network(const std::string& name);
  virtual Status remove_volume(const std::string& name);
  // Missing images are no error.
  virtual Status remove_image(const std::string& name) = 0;
  // Removes every container, image, network and volume that carries this run's label. Works after a
  // cancellation.
  virtual Status remove_all_of_run() = 0;
};

struct EngineOptions {
  std::string run_id;  // unique for this run of whittle; the value of kRunLabel
  Limits limits;
  fs::path work_dir;  // a private folder that outlives the engine
};

}  // namespace whittle
