#include "engine/vuln_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "codec/digest.h"
#include "engine/vuln_fetch.h"
#include "vuln/database_builder.h"
#include "vuln/ecosystems.h"
#include "vuln/feeds/feeds.h"

namespace whittle {

namespace {

constexpr std::string_view kPublicExport = "https://storage.googleapis.com/osv-vulnerabilities";
constexpr auto kPublicTables = std::to_array<std::string_view>(
    {"https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
     "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"});
constexpr auto kFeedEnds = std::to_array<std::string_view>(
    {".zip", ".json", ".csv", ".tsv", ".gz", ".xz", ".zst", ".tar", ".tgz", ".bz2"});
constexpr size_t kMostFiles = 2'000'000;

bool is_url(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

bool has_feed_end(std::string_view name) {
  return std::any_of(kFeedEnds.begin(), kFeedEnds.end(), [name](std::string_view end) {
    return name.ends_with(end);
  });
}

class Update {
 public:
  explicit Update(const VulnUpdateOptions& options)
      : options_(options), fetcher_(options.file.parent_path() / "feeds", options) {}

  Result<VulnUpdate> run() {
    if (options_.from.empty()) TRY(read_public());
    for (const std::string& source : options_.from) TRY(read_source(source));
    if (documents_ == 0) {
      return Error(ErrorKind::Usage, "no feed was found in what was named")
          .hint("Name OSV's all.zip files, or a folder with them");
    }
    options_.progress->phase("writing the database");
    TRY_ASSIGN(std::string bytes, builder_.finish(options_.now));
    TRY(make_dirs(options_.file.parent_path()));
    TRY(write_file_atomic(options_.file, bytes));
    const DatabaseBuilder::Counts& counts = builder_.counts();
    result_.bytes = bytes.size();
    result_.advisories = counts.advisories;
    result_.affected = counts.affected;
    result_.withdrawn = counts.withdrawn;
    result_.unchanged = fetcher_.unchanged();
    for (const std::string& problem : counts.problems) result_.notes.push_back(problem);
    if (counts.problem_count > counts.problems.size()) {
      result_.notes.push_back(fmt::format(
          "and {} more", count_of(counts.problem_count - counts.problems.size(), "problem")));
    }
    return std::move(result_);
  }

 private:
  Status read_source(const std::string& source) {
    if (!is_url(source)) return read_path(source);
    if (!has_feed_end(source)) return read_export({source});
    TRY_ASSIGN(FetchedFile fetched, fetcher_.fetch(source, Sidecar::Wanted));
    return read_file_of(fetched.path, source, fetched.digest);
  }

  Status read_public() {
    std::vector<std::string> mirrors = options_.mirrors;
    if (mirrors.empty()) mirrors.emplace_back(kPublicExport);
    TRY(read_export(mirrors));
    for (std::string_view table : kPublicTables) {
      Result<FetchedFile> fetched = fetcher_.fetch(std::string(table), Sidecar::None);
      if (!fetched.ok() && fetched.error().kind() == ErrorKind::Cancelled) {
        return std::move(fetched).error();
      }
      if (!fetched.ok()) {  // findings go without it
        result_.notes.push_back(fetched.error().message());
        continue;
      }
      TRY(read_file_of(fetched->path, std::string(table), fetched->digest));
    }
    return {};
  }

  // OSV's bulk export: ECOSYSTEM/all.zip, from the first mirror that has it.
  Status read_export(const std::vector<std::string>& mirrors) {
    for (const Ecosystem& ecosystem : ecosystem_table()) {
      std::string name = replace_all(ecosystem.name, " ", "%20") + "/all.zip";
      std::optional<Error> last;
      bool is_read = false;
      for (std::string mirror : mirrors) {
        while (mirror.ends_with('/')) mirror.pop_back();
        bool is_public = mirror == kPublicExport;
        Result<FetchedFile> fetched =
            fetcher_.fetch(mirror + "/" + name, is_public ? Sidecar::None : Sidecar::Wanted);
        if (fetched.ok()) {
          TRY(read_file_of(fetched->path, mirror + "/" + name, fetched->digest));
          is_read = true;
          break;
        }
        if (fetched.error().kind() == ErrorKind::Cancelled) return std::move(fetched).error();
        if (fetched.error().kind() != ErrorKind::NotFound) last = std::move(fetched).error();
      }
      // An ecosystem that no mirror has is no error; a mirror that does not answer is.
      if (!is_read && last) return std::move(*last);
      if (!is_read) result_.notes.push_back(fmt::format("no mirror has {}", ecosystem.name));
    }
    return {};
  }

  Status read_path(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      TRY_ASSIGN(std::string digest, check_sidecar(path));
      return read_file_of(path, path.filename().string(), digest);
    }
    std::vector<fs::path> files;
    fs::recursive_directory_iterator at(path, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      std::error_code ignored;
      bool is_feed = at->is_regular_file(ignored) && has_feed_end(at->path().string());
      if (is_feed) files.push_back(at->path());
      if (files.size() > kMostFiles) {
        return Error(ErrorKind::Limit, printable(path.string()) + ": too many files");
      }
    }
    if (error) return errno_error(printable(path.string()), error.value());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      TRY_ASSIGN(std::string digest, check_sidecar(file));
      TRY(read_file_of(file, fs::relative(file, path, error).string(), digest));
    }
    return {};
  }

  Status read_file_of(const fs::path& file, std::string name, std::string digest) {
    options_.progress->detail(name);
    builder_.begin_source(std::move(name), std::move(digest));
    TRY_ASSIGN(FeedCounts counts, read_feed_file(file, builder_, *options_.cancel));
    for (uint64_t count : counts.documents) documents_ += count;
    return {};
  }

  const VulnUpdateOptions& options_;
  FeedFetcher fetcher_;
  DatabaseBuilder builder_;
  VulnUpdate result_;
  uint64_t documents_ = 0;
};

}  // namespace

Result<VulnUpdate> update_vuln_database(const VulnUpdateOptions& options) {
  options.progress->phase("reading advisories");
  VulnUpdateOptions absolute = options;
  std::error_code error;
  absolute.file = fs::absolute(options.file, error);
  return Update(absolute).run();
}

}  // namespace whittle
