// An engine and a container that hand everything on to another one, for those that change one thing
// of it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "container/engine.h"

namespace whittle {

class ForwardingContainer : public Container {
 public:
  explicit ForwardingContainer(std::unique_ptr<Container> inner) : inner_(std::move(inner)) {}

  const std::string& id() const override { return inner_->id(); }

  const std::map<uint16_t, uint16_t>& ports() const override { return inner_->ports(); }

  Result<ContainerState> state() override { return inner_->state(); }

  Result<std::string> logs(uint64_t max_bytes) override { return inner_->logs(max_bytes); }

  Status stop(uint64_t grace_ms) override { return inner_->stop(grace_ms); }

  Result<std::string> read_file(const std::string& path, uint64_t max_bytes) override {
    return inner_->read_file(path, max_bytes);
  }

  Result<CommandResult> exec(const std::vector<std::string>& command,
                             const std::string& user,
                             uint64_t timeout_ms) override {
    return inner_->exec(command, user, timeout_ms);
  }

  Result<std::string> address() override { return inner_->address(); }

 protected:
  std::unique_ptr<Container> inner_;
};

class ForwardingEngine : public Engine {
 public:
  // `inner` must outlive this.
  explicit ForwardingEngine(Engine& inner) : inner_(inner) {}

  std::string_view name() const override { return inner_.name(); }

  std::string description() const override { return inner_.description(); }

  std::vector<fs::path> storage(const CancelToken& cancel) override {
    return inner_.storage(cancel);
  }

  Result<BuildRecord> build(const BuildRequest& request,
                            const Dockerfile& file,
                            const CancelToken& cancel,
                            Progress& progress) override {
    return inner_.build(request, file, cancel, progress);
  }

  Result<std::unique_ptr<Container>> run(const RunRequest& request,
                                         const CancelToken& cancel) override {
    return inner_.run(request, cancel);
  }

  Result<bool> has_image(const std::string& image, const CancelToken& cancel) override {
    return inner_.has_image(image, cancel);
  }

  Result<std::string> image_target(const std::string& image, const CancelToken& cancel) override {
    return inner_.image_target(image, cancel);
  }

  void release_targets() override { inner_.release_targets(); }

  Status tag(const std::string& image,
             const std::string& name,
             const CancelToken& cancel) override {
    return inner_.tag(image, name, cancel);
  }

  Status load_image(const fs::path& archive,
                    const std::string& name,
                    const CancelToken& cancel) override {
    return inner_.load_image(archive, name, cancel);
  }

  Result<std::string> make_network(const CancelToken& cancel) override {
    return inner_.make_network(cancel);
  }

  Result<std::string> make_volume(const CancelToken& cancel) override {
    return inner_.make_volume(cancel);
  }

  Status remove_network(const std::string& name) override { return inner_.remove_network(name); }

  Status remove_volume(const std::string& name) override { return inner_.remove_volume(name); }

  Status remove_image(const std::string& image) override { return inner_.remove_image(image); }

  Status remove_all_of_run() override { return inner_.remove_all_of_run(); }

 protected:
  Engine& inner_;
};

}  // namespace whittle
