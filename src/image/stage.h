// Inside of image: one stage of the pipeline that reads a layer, on a thread of its own. The stage
// reads ahead into a ring of buffers, from where the caller and any number of listeners take them.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "codec/byte_source.h"

namespace whittle {

// Owned by one reader, who sees the bytes and the errors of `inner` in their order. `inner` must
// outlive the stage and is left alone by the reader meanwhile.
class ReadStage : public ByteSource {
 public:
  // Called with every piece, in order, from a thread of its own.
  using Listener = std::function<void(std::string_view)>;

  explicit ReadStage(ByteSource& inner, std::vector<Listener> listeners = {});
  // Stops all threads, wherever they are.
  ~ReadStage() override;
  ReadStage(const ReadStage&) = delete;
  ReadStage& operator=(const ReadStage&) = delete;

  Result<size_t> read(MutableBytes into) override;

  // After read() came to the end: waits until the listeners have heard all. The stage is over.
  void finish();

 private:
  struct Slot {
    std::vector<std::byte> bytes;
    size_t size = 0;
  };

  void produce();
  void listen(size_t listener);
  std::optional<size_t> wait_for_room();
  const Slot* wait_for_piece(size_t consumer);
  void release(size_t consumer);
  void join();

  ByteSource& inner_;
  std::vector<Listener> listeners_;
  std::vector<Slot> slots_;
  size_t piece_at_ = 0;  // read so far of the reader's piece

  std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  uint64_t produced_ = 0;
  std::vector<uint64_t> consumed_;  // [0] the reader, then the listeners
  bool is_ended_ = false;
  bool is_abandoned_ = false;
  std::optional<Error> error_;
  std::vector<std::thread> threads_;
};

}  // namespace whittle
