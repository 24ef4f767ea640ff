// Builds with a program of buildah's family (`buildah bud`, `podman build`): finds out which way of
// running commands works on this machine, and removes what an ended build leaves behind.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "container/build_runner.h"
#include "container/engine.h"

namespace whittle {

struct BuildahFamily {
  std::string program;  // "podman", "buildah"
  std::string verb;     // "build", "bud"
  std::vector<std::string>
      list_working;  // arguments that list containers: id and name on each line
  std::vector<std::string> remove_working;  // arguments before the id
  std::vector<std::string>
      list_images;  // arguments that list all images: full id and repository on each line
  std::vector<std::string> remove_image;  // arguments before the id
  std::string default_runtime;  // "crun" if that is what it uses by itself, or "" if unknown
};

class BuildahBuilder {
 public:
  BuildahBuilder(BuildahFamily family, EngineOptions options)
      : family_(std::move(family)), options_(std::move(options)) {}

  // As Engine::build, without the image's id. One build at a time.
  Result<BuildRecord> build(const BuildRequest& request,
                            const Dockerfile& file,
                            const CancelToken& cancel,
                            Progress& progress);
  // For a trial image of this run: takes its name away but keeps its steps as cache until
  // remove_images_of_run(). False if it is not one.
  bool park(const std::string& image);
  // Takes the names of labelled requests away, and removes the intermediate images that builds have
  // made and nothing else uses, newest first. (A real label would be on the cached steps too, and
  // so on the user's result.)
  void remove_images_of_run();

 private:
  using Words = std::vector<std::string>;

  Command command(Words args) const;
  Command build_command(const BuildRequest& request, const Words& way) const;
  Result<Words> find_way(const BuildRequest& request, const CancelToken& cancel);
  Result<bool> way_works(const Words& way,
                         const std::string& network,
                         const CancelToken& cancel,
                         std::string* why);
  std::set<std::string> working_containers() const;
  void clean_up(const std::set<std::string>& before,
                const Dockerfile& file,
                const BuildRun& run) const;
  void end_runs_in_temp() const;

  fs::path temp() const { return options_.work_dir / "build-tmp"; }

  BuildahFamily family_;
  EngineOptions options_;
  std::vector<std::pair<std::string, Words>> ways_;  // by network
  unsigned parked_ = 0;
  Words trial_tags_;
  Words made_images_;
};

}  // namespace whittle
