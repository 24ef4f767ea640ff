#include "apply/apply.h"

#include <optional>

namespace whittle {

namespace {

// What one file must be put back to.
struct Undo {
  fs::path path;
  std::optional<std::string> bytes;  // nullopt: it was not there
};

// Best effort: an undo that fails is named in the error.
std::string undo_all(const std::vector<Undo>& done) {
  std::string failed;
  for (auto undo = done.rbegin(); undo != done.rend(); ++undo) {
    bool is_undone = false;
    if (undo->bytes) {
      is_undone = write_file_atomic(undo->path, *undo->bytes).ok();
    } else {
      std::error_code error;
      fs::remove(undo->path, error);
      is_undone = !error;
    }
    if (!is_undone) failed += (failed.empty() ? "" : ", ") + undo->path.string();
  }
  return failed;
}

Status check_unchanged(const InPlaceFile& file) {
  std::error_code error;
  fs::file_status status = fs::symlink_status(file.path, error);
  if (file.is_new) {
    if (status.type() == fs::file_type::not_found) return {};
    return Error(ErrorKind::Usage,
                 file.path.string() + ": was made while whittle worked; nothing was written");
  }
  Result<std::string> now = read_file(file.path, file.expected.size() + 1);
  if (now.ok() && *now == file.expected) return {};
  bool is_other_error = !now.ok() && now.error().kind() == ErrorKind::Failed;
  if (is_other_error) return std::move(now).error();
  return Error(ErrorKind::Usage,
               file.path.string() + ": changed while whittle worked; nothing was written")
      .hint("run whittle again");
}

}  // namespace

Result<std::vector<fs::path>> write_outputs(const fs::path& folder,
                                            const std::vector<OutputFile>& files) {
  std::vector<fs::path> paths;
  for (const OutputFile& file : files) {
    std::string name = clean_path(file.name);
    if (name.empty() || name == "." || name[0] == '/' || name == ".." ||
        name.substr(0, 3) == "../") {
      return Error(ErrorKind::Usage, "'" + file.name + "' does not lie in the output folder");
    }
    paths.push_back(folder / name);
  }
  TRY(make_dirs(folder));
  for (size_t i = 0; i < files.size(); ++i) {
    TRY(make_dirs(paths[i].parent_path()));
    TRY(write_file_atomic(paths[i], files[i].bytes));
  }
  return paths;
}

Status replace_in_place(const std::vector<InPlaceFile>& files) {
  for (const InPlaceFile& file : files) TRY(check_unchanged(file));
  std::vector<Undo> done;
  for (const InPlaceFile& file : files) {
    Status status = write_file_atomic(file.path, file.bytes);
    if (status.ok()) {
      done.push_back(
          {file.path, file.is_new ? std::nullopt : std::optional<std::string>(file.expected)});
      continue;
    }
    std::string failed = undo_all(done);
    if (failed.empty()) return std::move(status).error();
    return std::move(status).error().hint("not put back: " + failed);
  }
  return {};
}

}  // namespace whittle
