#include "analyze/provenance.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "image/json.h"

namespace whittle {

namespace {

using nlohmann::json;

constexpr size_t kMaxSteps = 10'000;

// The member at the end of a path of names; null when one is missing or no object.
const json* member(const json* value, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (value == nullptr || !value->is_object()) return nullptr;
    auto found = value->find(name);
    value = found == value->end() ? nullptr : &*found;
  }
  return value;
}

const json* first_of(std::initializer_list<const json*> values) {
  for (const json* value : values) {
    if (value != nullptr) return value;
  }
  return nullptr;
}

std::string text_of(const json* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

uint32_t line_of(const json* value) {
  if (value == nullptr || !value->is_number_unsigned()) return 0;
  uint64_t line = value->get<uint64_t>();
  return line > UINT32_MAX ? 0 : static_cast<uint32_t>(line);
}

// Calls `use` for each member of an array; nothing when it is none.
template <typename Use>
void each(const json* value, Use use) {
  if (value == nullptr || !value->is_array()) return;
  for (const json& item : *value) use(item);
}

// RFC 4648, section 4. What is no base64 ends it.
std::string decode_base64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    int value = c >= 'A' && c <= 'Z'   ? c - 'A'
                : c >= 'a' && c <= 'z' ? c - 'a' + 26
                : is_digit(c)          ? c - '0' + 52
                : c == '+'             ? 62
                : c == '/'             ? 63
                                       : -1;
    if (value < 0) break;
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>((bits >> count) & 0xff));
  }
  return out;
}

std::string decode_percent(std::string_view text) {
  auto digit = [](char c) {
    if (is_digit(c)) return c - '0';
    char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    bool is_escape =
        text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    if (!is_escape) {
      out.push_back(text[i]);
      continue;
    }
    out.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
    i += 2;
  }
  return out;
}

// "pkg:docker/debian@bookworm?platform=linux%2Famd64" to "debian:bookworm"; "" for other kinds.
std::string name_of_purl(std::string_view uri) {
  constexpr std::string_view kKind = "pkg:docker/";
  if (!uri.starts_with(kKind)) return "";
  uri.remove_prefix(kKind.size());
  uri = uri.substr(0, uri.find_first_of("?#"));
  size_t at = uri.rfind('@');
  std::string name = decode_percent(uri.substr(0, at));
  if (at == std::string_view::npos) return familiar_name(name);
  std::string version = decode_percent(uri.substr(at + 1));
  return familiar_name(name + (version.starts_with("sha256:") ? "@" : ":") + version);
}

void add_materials(const json* list, Provenance& provenance) {
  each(list, [&](const json& item) {
    Provenance::Material material;
    material.name = name_of_purl(text_of(member(&item, {"uri"})));
    std::string hash = text_of(member(&item, {"digest", "sha256"}));
    if (!hash.empty()) material.digest = "sha256:" + hash;
    bool is_frontend = material.name.starts_with("docker/dockerfile");
    if (!material.name.empty() && !is_frontend) provenance.materials.push_back(std::move(material));
  });
}

struct Lines {
  uint32_t first = 0;
  uint32_t last = 0;
};

Lines lines_of_step(const json* locations, const std::string& step) {
  Lines lines;
  each(member(member(locations, {step.c_str()}), {"locations"}), [&](const json& location) {
    if (line_of(member(&location, {"sourceIndex"})) != 0) return;  // not the first file
    each(member(&location, {"ranges"}), [&](const json& range) {
      uint32_t first = line_of(member(&range, {"start", "line"}));
      uint32_t last = std::max(first, line_of(member(&range, {"end", "line"})));
      if (first == 0) return;
      lines.first = lines.first == 0 ? first : std::min(lines.first, first);
      lines.last = std::max(lines.last, last);
    });
  });
  return lines;
}

// Steps that pull an image, by id.
std::map<std::string, bool> source_steps(const json* definition) {
  std::map<std::string, bool> sources;
  each(definition, [&](const json& step) {
    const json* op = member(&step, {"op"});
    const json* source = first_of({member(op, {"Op", "source", "identifier"}),
                                   member(op, {"source", "identifier"}),
                                   member(op, {"Op", "Op", "source", "identifier"})});
    if (text_of(source).starts_with("docker-image://"))
      sources[text_of(member(&step, {"id"}))] = true;
  });
  return sources;
}

uint64_t number_of_step(const std::string& step) {
  return parse_u64(std::string_view(step).substr(std::min<size_t>(step.size(), 4)))
      .value_or(UINT64_MAX);
}

void add_steps(const json* metadata, const json* definition, Provenance& provenance) {
  const json* layers = member(metadata, {"layers"});
  const json* locations = member(metadata, {"source", "locations"});
  if (layers == nullptr || !layers->is_object()) return;
  std::map<std::string, bool> sources = source_steps(definition);
  for (const auto& [output, chains] : layers->items()) {
    std::string step = output.substr(0, output.find(':'));
    Lines lines = lines_of_step(locations, step);
    each(&chains, [&](const json& chain) {
      if (provenance.steps.size() >= kMaxSteps) return;
      Provenance::StepLayers& found = provenance.steps.emplace_back();
      found.step = step;
      found.is_source = sources.contains(step);
      found.first_line = lines.first;
      found.last_line = lines.last;
      each(&chain, [&](const json& layer) {
        found.digests.push_back(text_of(member(&layer, {"digest"})));
      });
    });
  }
  std::stable_sort(
      provenance.steps.begin(), provenance.steps.end(), [](const auto& a, const auto& b) {
        return number_of_step(a.step) < number_of_step(b.step);
      });
}

void add_source(const json* metadata, const Limits& limits, Provenance& provenance) {
  const json* infos = member(metadata, {"source", "infos"});
  if (infos == nullptr || !infos->is_array() || infos->empty()) return;
  const json* info = &infos->front();
  provenance.dockerfile_text = decode_base64(text_of(member(info, {"data"})));
  if (provenance.dockerfile_text.size() > limits.max_dockerfile_bytes)
    provenance.dockerfile_text.clear();
  provenance.dockerfile_name = text_of(member(info, {"filename"}));
  if (provenance.dockerfile_name.empty()) provenance.dockerfile_name = "Dockerfile";
}

// The chain of blobs that the image's layers are: by digest; else, where the image was packed anew,
// the one chain that is as long, if there is none longer.
const Provenance::StepLayers* chain_of(const Provenance& provenance, const ImageInfo& image) {
  const Provenance::StepLayers* by_number = nullptr;
  bool is_sure = true;
  for (const Provenance::StepLayers& step : provenance.steps) {
    is_sure = is_sure && step.digests.size() <= image.layers.size();
    if (step.digests.size() != image.layers.size() || step.digests.empty()) continue;
    bool is_same = true;
    for (size_t i = 0; i < image.layers.size() && is_same; ++i)
      is_same = image.layers[i].blob.digest == step.digests[i];
    if (is_same) return &step;
    if (by_number == nullptr) by_number = &step;
    is_sure = is_sure && by_number->digests == step.digests;
  }
  return is_sure ? by_number : nullptr;
}

bool begins_with(const std::vector<Digest>& chain, const std::vector<Digest>& begin) {
  return begin.size() <= chain.size() && std::equal(begin.begin(), begin.end(), chain.begin());
}

}  // namespace

std::string familiar_name(std::string_view reference) {
  for (std::string_view host : {"docker.io/", "index.docker.io/"}) {
    if (reference.starts_with(host)) reference.remove_prefix(host.size());
  }
  constexpr std::string_view kLibrary = "library/";
  if (reference.starts_with(kLibrary)) reference.remove_prefix(kLibrary.size());
  return std::string(reference);
}

std::optional<Provenance> parse_provenance(std::string_view statement, const Limits& limits) {
  if (statement.empty()) return {};
  Result<json> root = parse_json(statement, "provenance", limits);
  if (!root.ok()) return {};
  const json* predicate = member(&*root, {"predicate"});
  if (predicate == nullptr) predicate = &*root;
  const json* v1 = member(predicate, {"buildDefinition"});
  const json* run = member(predicate, {"runDetails", "metadata"});
  const json* metadata =
      first_of({member(run, {"buildkit_metadata"}),
                member(run, {"https://mobyproject.org/buildkit@v1#metadata"}),
                member(predicate, {"metadata", "https://mobyproject.org/buildkit@v1#metadata"})});
  const json* definition =
      first_of({member(v1, {"internalParameters", "buildConfig", "llbDefinition"}),
                member(predicate, {"buildConfig", "llbDefinition"})});
  const json* arguments = first_of({member(v1, {"externalParameters", "request", "args"}),
                                    member(predicate, {"invocation", "parameters", "args"})});
  const json* materials =
      first_of({member(v1, {"resolvedDependencies"}), member(predicate, {"materials"})});
  if (materials == nullptr && metadata == nullptr) return {};
  Provenance provenance;
  add_materials(materials, provenance);
  add_source(metadata, limits, provenance);
  add_steps(metadata, definition, provenance);
  provenance.target = text_of(member(arguments, {"target"}));
  return provenance;
}

std::vector<std::optional<SourcePlace>> places_by_provenance(const Provenance& provenance,
                                                             const ImageInfo& image) {
  const Provenance::StepLayers* whole = chain_of(provenance, image);
  if (whole == nullptr || provenance.dockerfile_text.empty()) return {};
  std::vector<std::optional<SourcePlace>> places(image.layers.size());
  for (const Provenance::StepLayers& step : provenance.steps) {
    bool tells = !step.is_source && step.first_line > 0 && !step.digests.empty() &&
                 begins_with(whole->digests, step.digests);
    if (!tells) continue;
    std::optional<SourcePlace>& place = places[step.digests.size() - 1];
    if (!place) place = {provenance.dockerfile_name, step.first_line, step.last_line};
  }
  // Nothing below the base's top is the Dockerfile's.
  uint32_t base = base_layers_by_provenance(provenance, image);
  for (uint32_t i = 0; i < base; ++i) places[i].reset();
  return places;
}

uint32_t base_layers_by_provenance(const Provenance& provenance, const ImageInfo& image) {
  const Provenance::StepLayers* whole = chain_of(provenance, image);
  if (whole == nullptr) return 0;
  size_t layers = 0;
  for (const Provenance::StepLayers& step : provenance.steps) {
    if (step.is_source && begins_with(whole->digests, step.digests))
      layers = std::max(layers, step.digests.size());
  }
  return static_cast<uint32_t>(layers);
}

}  // namespace whittle
