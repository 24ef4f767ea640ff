// Inside of image: how a layer is stored, in the words of the model.
#pragma once

#include "codec/decompress.h"
#include "model/image.h"

namespace whittle {

inline Compression compression_of(StreamFormat format) {
  switch (format) {
    case StreamFormat::Plain:
      return Compression::None;
    case StreamFormat::Gzip:
      return Compression::Gzip;
    case StreamFormat::Zstd:
      return Compression::Zstd;
  }
  return Compression::None;
}

}  // namespace whittle
