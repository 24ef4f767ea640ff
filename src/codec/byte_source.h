// Streams of bytes: what every reader of foreign bytes reads from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace whittle {

using MutableBytes = std::span<std::byte>;
using Bytes = std::span<const std::byte>;

// A forward stream. Not thread-safe; owned by one reader.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Reads 1..into.size() bytes, or 0 at the end. `into` is not empty.
  virtual Result<size_t> read(MutableBytes into) = 0;

  // Passes over up to `count` bytes where that is cheaper than reading them; returns how many, 0 if
  // it is not.
  virtual uint64_t skip(uint64_t count) {
    static_cast<void>(count);
    return 0;
  }

  // The bytes to come where they lie in memory, without a copy: `count` of them or more, fewer only
  // at the end. They stay to be read or skipped, and are valid until the next call. Empty at the
  // end, and where they are not to be had: then read() has them. An error if bytes that were seen
  // before could not be read after all; asks for that alone with 0.
  virtual Result<Bytes> look(size_t count) {
    static_cast<void>(count);
    return Bytes();
  }

  // Whether skip() passes over bytes at all.
  virtual bool can_skip() const { return false; }

  // The stream from byte `offset` on, to be read by itself, also on another thread; null where the
  // bytes before it would have to be read. Lives as long as what this source reads from.
  virtual std::unique_ptr<ByteSource> from(uint64_t offset) const {
    static_cast<void>(offset);
    return nullptr;
  }
};

// Fills `into` as far as the stream goes; returns the bytes read (less than into.size() only at the
// end).
Result<size_t> read_fully(ByteSource& source, MutableBytes into);
// The whole stream; ErrorKind::Limit beyond max_bytes.
Result<std::string> read_all(ByteSource& source, uint64_t max_bytes);

// Bytes [offset, offset + size) of a descriptor, by pread; the descriptor is shared by several
// sources and must outlive them. A long range of a file is read through an open file of its own
// where the system gives one (/proc/self/fd), and can be looked at.
std::unique_ptr<ByteSource> file_range_source(int fd, uint64_t offset, uint64_t size);
// The rest of a descriptor (pipe, socket, file), owned. That of a file can be skipped.
std::unique_ptr<ByteSource> fd_source(UniqueFd fd);
// Bytes in memory, owned.
std::unique_ptr<ByteSource> string_source(std::string bytes);
// Copies the whole stream to a descriptor; returns the bytes copied. ErrorKind::Limit beyond
// max_bytes.
Result<uint64_t> copy_to_fd(ByteSource& source, int fd, uint64_t max_bytes);

}  // namespace whittle
