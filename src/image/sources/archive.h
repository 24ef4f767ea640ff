// Inside of sources: a tar file whose members are read at random, the carrier of docker archives
// and OCI archives.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "image/source.h"

namespace whittle {

// Immutable once opened; thread-safe.
class Archive {
 public:
  // Takes a descriptor. A stream that is compressed or cannot seek is first unpacked into an
  // unnamed temporary file. Invalid if it is no tar archive or is cut off.
  static Result<std::shared_ptr<const Archive>> open(UniqueFd fd, const OpenOptions& options);

  // By clean path; links inside the archive are followed.
  bool contains(std::string_view path) const { return members_.contains(path); }

  bool is_folder(std::string_view path) const;
  Result<uint64_t> size(std::string_view path) const;
  Result<std::unique_ptr<ByteSource>> read(std::string_view path) const;
  Result<std::string> read_text(std::string_view path, uint64_t max_bytes) const;

  // Names at the top, sorted; folders end in '/'.
  std::vector<std::string> top_names() const;

 private:
  struct Member {
    uint64_t offset = 0;
    uint64_t size = 0;
    std::string link_target;  // clean path in the archive; "" for a file
    bool is_link = false;
    bool leaves_archive = false;
  };

  Status index(uint64_t file_bytes, const OpenOptions& options);
  Result<const Member*> find(std::string_view path) const;

  UniqueFd fd_;
  std::map<std::string, Member, std::less<>> members_;
};

}  // namespace whittle
