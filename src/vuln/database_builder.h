// Gathers what feeds tell and writes it as a database file: texts once, ranges in the order of
// their versions, aliases joined, the names of findings decided.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "vuln/database.h"
#include "vuln/feeds/advisory.h"

namespace whittle {

class DatabaseBuilder : public FeedSink {
 public:
  DatabaseBuilder();
  ~DatabaseBuilder() override;

  void add(const Advisory& advisory) override;
  void add(const CveNote& note) override;
  void withdrawn() override;
  void problem(const std::string& text) override;

  // What comes from here on is this source's.
  void begin_source(std::string name, std::string digest);

  struct Counts {
    uint64_t advisories = 0;
    uint64_t affected = 0;
    uint64_t foreign = 0;               // affected packages of ecosystems that no image has
    uint64_t withdrawn = 0;             // records that were taken back
    uint64_t repeated = 0;              // records of an id that was there already
    std::vector<std::string> problems;  // the first of them
    uint64_t problem_count = 0;
  };

  const Counts& counts() const;

  // The bytes of the file. `built` in seconds since 1970. Errors: Limit.
  Result<std::string> finish(int64_t built);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace whittle
