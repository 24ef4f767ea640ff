// What the pass over a layer keeps of files with secrets in them: the masked findings, never a
// file's content.
#pragma once

#include <memory>

#include "model/content_topic.h"
#include "secrets/scanner.h"

namespace whittle {

inline constexpr uint8_t kSecretFindings = 1;  // the one set

// What `read_hits` reads stands in the index for each file with findings. Each distinct content is
// searched once, whatever it is called.
ContentWish secret_contents(std::shared_ptr<const SecretScanner> scanner);

}  // namespace whittle
