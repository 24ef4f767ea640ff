// runc or crun: runs one bundle in the foreground, in a thread of its own, with its output kept in
// memory.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/result.h"
#include "container/engine.h"
#include "container/log_tail.h"

namespace whittle {

// Kept of one container's output.
inline constexpr size_t kMaxContainerLog = 4ULL << 20;

struct OciRuntime {
  std::string program;  // "runc"
  fs::path state;       // its own folder for the state of our containers
};

// A running bundle. The container is killed and its state removed with the object.
class BundleRun {
 public:
  // Starts `bundle` (with its config.json) as `id` and waits until the process runs or has ended.
  // Invalid: the command cannot be started; Failed: the runtime does not work here.
  static Result<std::unique_ptr<BundleRun>> start(const OciRuntime& runtime,
                                                  const std::string& id,
                                                  const fs::path& bundle,
                                                  const CancelToken& cancel);
  ~BundleRun();
  BundleRun(const BundleRun&) = delete;
  BundleRun& operator=(const BundleRun&) = delete;

  // Of the container's first process; 0 if it ended before it could be asked.
  int pid() const { return pid_; }

  bool ended() const { return ended_; }

  int exit_code() const { return exit_code_; }

  std::string logs(uint64_t max_bytes);

  // "TERM", "SIGQUIT", "15", to the first process. One that has ended is no error.
  Status signal(const std::string& name) const;
  // A further process, with the container's environment; as `user` of the form "uid:gid", or the
  // container's.
  Result<CommandResult> exec(const std::vector<std::string>& command,
                             const std::string& user,
                             uint64_t timeout_ms,
                             const CancelToken& cancel) const;

 private:
  BundleRun(OciRuntime runtime, std::string id, fs::path bundle);
  void run();
  Status wait_until_started(const CancelToken& cancel);
  Status why_not_started() const;

  OciRuntime runtime_;
  std::string id_;
  fs::path bundle_;
  int pid_ = 0;
  CancelToken stop_;
  std::atomic<bool> ended_{false};
  std::atomic<int> exit_code_{0};
  std::mutex mutex_;  // of tail_
  ByteTail tail_{kMaxContainerLog};
  std::thread thread_;
};

// Kills and forgets a container of that runtime; a missing one is no error.
void delete_container(const OciRuntime& runtime, const std::string& id);

// True if the runtime can run a bundle that does nothing; else *why says what it complained of.
Result<bool> runtime_works(const OciRuntime& runtime,
                           const std::string& id,
                           const CancelToken& cancel,
                           std::string* why);

}  // namespace whittle
