// The sample image with every foreign text replaced by something that wants to break out: of
// terminals, Markdown, CSV, JSON, HTML elements, attributes, comments and scripts.
#pragma once

#include <string>

#include "support/sample_analysis.h"

namespace whittle::test {

inline const std::string& evil_text() {
  static const std::string text =
      "\x1b[31mred\x07 </script><script>window.pwned=1</script><!--<img src=x "
      "onerror=\"window.pwned=1\">'\"`${window.pwned=1}` | <b>@team</b> \n```\n[x](javascript:1) "
      "\xE2\x80\xA8\xE2\x80\xA9\xFF\xC2\x9B \r =1+1,end";
  return text;
}

inline void make_hostile(ImageInfo& info) {
  const std::string& evil = evil_text();
  info.source = evil;
  info.names = {evil};
  info.annotations = {{evil, evil}};
  info.manifest_digest = info.config_digest = evil;
  info.platforms = {{evil, evil, evil, evil}};
  info.config.platform = {evil, evil, evil, evil};
  info.config.created = info.config.author = evil;
  RunConfig& run = info.config.run;
  run.user = run.working_dir = run.stop_signal = evil;
  run.env = run.entrypoint = run.cmd = run.exposed_ports = run.volumes = {evil};
  run.shell = run.on_build = {evil};
  run.labels = {{evil, evil}};
  run.health_check = HealthCheck{{evil}, 0, 0, 0, 0};
}

// A tree whose names are hostile; blanks and line ends would end the words of the sample's lines.
inline std::shared_ptr<const MergedTree> hostile_tree() {
  std::vector<std::string> layers = sample_layers();
  std::string name = "<img/src=x/onerror=window.pwned=1>\"'`${1}&amp;\x1b[31m\xFF\xE2\x80\xA8";
  layers[4] += "file evil" + name + " 70000\nsymlink link" + name + " </script>" + name + "\n";
  layers[4] += "file __proto__ 5000\nfile constructor/prototype 6000\n";
  return sample_tree(layers);
}

inline Analysis hostile_analysis() {
  const std::string& evil = evil_text();
  Analysis analysis = sample_analysis();
  analysis.tree = hostile_tree();
  account_sample(analysis);
  analysis.target = evil;
  make_hostile(analysis.info);
  for (LayerFacts& layer : analysis.layers) {
    layer.diff_id = layer.blob_digest = layer.media_type = layer.command = layer.created = evil;
    layer.place = SourcePlace{evil, 1, 2};
  }
  analysis.layers[3].problem = evil;
  analysis.base.name = analysis.base.digest = analysis.base.why = evil;
  for (WasteItem& item : analysis.waste) item.title = item.path = item.remedy = evil;
  analysis.packages.packages = {{evil, evil, evil, evil, evil, evil, evil, 0, true, evil, {evil}}};
  analysis.packages.problems = {evil};
  analysis.dive.inefficient = {{evil, 2, 1}};
  analysis.notes = {evil};
  return analysis;
}

}  // namespace whittle::test
