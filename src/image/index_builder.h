// Inside of image: tar entries to a LayerIndex.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "codec/tar.h"
#include "model/layer_index.h"

namespace whittle {

// False for what IndexBuilder leaves out.
bool is_indexed(const TarEntry& entry);

class IndexBuilder {
 public:
  // Sets memory aside for a layer of about that many bytes. What is not needed is never touched.
  void expect(uint64_t tar_bytes);

  // Adds one entry; returns its place, or nullptr for what is no part of the layer (AUFS
  // book-keeping). Valid until the next call. Invalid for a path that leaves the root, holds a NUL,
  // or is no path. `stated_bytes`: the size its header states, whatever it is.
  Result<Entry*> add(const TarEntry& entry, uint64_t stated_bytes);

  Result<Entry*> add(const TarEntry& entry) {
    return add(entry, entry.type == TarType::File ? entry.size_bytes : 0);
  }

  // Keeps the content of the entry that was added last.
  void keep(const Entry& entry, TopicId topic, std::string_view content);

  // Of the content of the entry that was added last.
  void set_content_hash(uint64_t hash);

  // Of the entry that was added last.
  std::string_view path(const Entry& entry) const { return index_.path(entry); }

  // Adds the entries of another builder behind these and leaves it empty; false, and nothing is
  // done, if the names of both take more than a layer's may.
  bool append(IndexBuilder& tail);

  // Marks shadowed entries and hands the index over.
  LayerIndex finish();

 private:
  Result<NameRef> add_clean_path(std::string_view path);
  Result<NameRef> add_bytes(std::string_view bytes);
  void set_mtime(const TarEntry& source, Entry& entry);
  Status apply_whiteout(Entry& entry, uint32_t folder_bytes);
  Status add_link_target(const TarEntry& source, Entry& entry);
  bool is_each_folder_in_order() const;
  void mark_shadowed();

  bool is_beside_last(std::string_view path) const;

  LayerIndex index_;
  NameRef last_folder_;  // of the entry that was added last; the root after what is left out
};

}  // namespace whittle
