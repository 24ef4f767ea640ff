#include "image/sources/registry_client.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/cache.h"
#include "image/sources/registry_blob.h"
#include "image/sources/registry_certificates.h"
#include "image/sources/registry_http.h"
#include "net/url.h"

namespace whittle {

namespace {

constexpr unsigned kTries = 5;
constexpr unsigned kMirrorTries = 2;

std::vector<std::string> accept_headers() {
  return {
      "Accept: application/vnd.oci.image.index.v1+json, "
      "application/vnd.oci.image.manifest.v1+json, "
      "application/vnd.docker.distribution.manifest.list.v2+json, "
      "application/vnd.docker.distribution.manifest.v2+json"};
}

Error wrong_digest(const Digest& wanted, const Digest& got) {
  return Error(ErrorKind::Invalid, fmt::format("the registry gave {} for {}", got, wanted))
      .hint("Something on the way, or the registry itself, changes what it passes on");
}

}  // namespace

RegistryClient::RegistryClient(RegistryReference reference, const OpenOptions& options)
    : reference_(std::move(reference)), options_(options) {}

Result<std::shared_ptr<const RegistryClient>> RegistryClient::make(RegistryReference reference,
                                                                   const OpenOptions& options) {
  std::shared_ptr<RegistryClient> client(new RegistryClient(std::move(reference), options));
  for (const std::string& mirror : options.registry.mirrors) TRY(client->add_mirror(mirror));
  RegistryEndpoint::Place place;
  place.host = registry_api_host(client->reference_.host);
  place.login_host = client->reference_.host;
  place.repository = client->reference_.repository;
  place.max_tries = kTries;
  TRY_ASSIGN(place.tls, registry_certificates(place.host, options.registry.ca_file));
  client->endpoints_.push_back(
      std::make_unique<RegistryEndpoint>(client->http_, std::move(place), client->options_));
  return std::shared_ptr<const RegistryClient>(std::move(client));
}

Status RegistryClient::add_mirror(std::string_view mirror) {
  size_t equals = mirror.find('=');
  std::string address(mirror.substr(equals == std::string_view::npos ? 0 : equals + 1));
  bool is_plain_http = address.starts_with("http://");
  if (!contains(address, "://")) address = "https://" + address;
  Result<Url> url = parse_url(address);
  if (equals == std::string_view::npos || equals == 0 || !url.ok() || !url->query.empty()) {
    return Error(ErrorKind::Usage, fmt::format("`{}` is not a mirror", printable(mirror)))
        .hint("Mirrors look like docker.io=https://mirror.example/prefix");
  }
  if (canonical_registry_host(mirror.substr(0, equals)) != reference_.host) return {};
  RegistryEndpoint::Place place;
  bool has_usual_port = url->port == (url->scheme == "https" ? 443 : 80);
  place.host = has_usual_port ? url->host : fmt::format("{}:{}", url->host, url->port);
  place.login_host = canonical_registry_host(place.host);
  place.repository = std::string(clean_path(url->path)).substr(1);
  if (!place.repository.empty()) place.repository += "/";
  place.repository += reference_.repository;
  place.is_plain_http = is_plain_http;
  place.max_tries = kMirrorTries;
  TRY_ASSIGN(place.tls, registry_certificates(place.host, options_.registry.ca_file));
  endpoints_.push_back(std::make_unique<RegistryEndpoint>(http_, std::move(place), options_));
  return {};
}

Result<HttpStream> RegistryClient::open(const RegistryRequest& request) const {
  std::vector<std::string> failures;
  for (const auto& endpoint : endpoints_) {
    bool is_last = endpoint == endpoints_.back();
    if (!is_last && endpoint->is_down()) continue;
    Result<HttpStream> stream = endpoint->open(request);
    if (stream.ok() || stream.error().kind() == ErrorKind::Cancelled) return stream;
    if (!is_last) {
      failures.push_back(stream.error().message());
      continue;
    }
    if (failures.empty()) return stream;
    Error error(stream.error().kind(),
                fmt::format("{} (mirrors: {})", stream.error().message(), join(failures, "; ")));
    return std::move(error).hint(stream.error().hint());
  }
  return Error("there is no registry to ask");
}

// With a cache, a tag costs only a look at its digest when its manifest is known.
Result<std::optional<RegistryDocument>> RegistryClient::cached_manifest() const {
  std::optional<RegistryDocument> none;
  if (options_.cache == nullptr) return none;
  Digest digest = reference_.digest;
  if (digest.empty()) {
    RegistryRequest request{"HEAD", "/manifests/" + reference_.tag, accept_headers()};
    Result<HttpStream> stream = open(request);
    if (!stream.ok() && endpoints_.back()->is_down()) return std::move(stream).error();
    if (!stream.ok()) return none;  // GET says why
    digest = stream->head().header("docker-content-digest");
  }
  if (!digest_algorithm(digest)) return none;
  std::optional<std::string> text = options_.cache->find_blob(digest);
  if (!text) return none;
  return std::optional(RegistryDocument{std::move(digest), std::move(*text)});
}

Result<RegistryDocument> RegistryClient::named_manifest() const {
  TRY_ASSIGN(std::optional<RegistryDocument> known, cached_manifest());
  if (known) return std::move(*known);
  TRY(options_.cancel->check());
  TRY_ASSIGN(HttpStream stream,
             open({"GET", "/manifests/" + reference_.version(), accept_headers()}));
  Digest stated = stream.head().header("docker-content-digest");
  if (!reference_.digest.empty()) stated = reference_.digest;
  Result<std::string> text = read_body(stream, options_.limits.max_json_bytes);
  if (!text.ok() && text.error().kind() == ErrorKind::Limit)
    return limit_error("manifest", &Limits::max_json_bytes, options_.limits);
  if (!text.ok()) return std::move(text).error().with("manifest");
  DigestAlgorithm algorithm = digest_algorithm(stated).value_or(DigestAlgorithm::Sha256);
  RegistryDocument document{digest_of(*text, algorithm), std::move(*text)};
  if (!stated.empty() && document.digest != stated) return wrong_digest(stated, document.digest);
  if (options_.cache != nullptr) options_.cache->store_blob(document.digest, document.text);
  return document;
}

Result<std::string> RegistryClient::fetch(const std::string& path,
                                          const BlobRef& blob,
                                          bool is_manifest) const {
  if (blob.size > options_.limits.max_json_bytes)
    return limit_error(blob.digest, &Limits::max_json_bytes, options_.limits);
  if (blob.data) return *blob.data;
  if (options_.cache != nullptr) {
    if (std::optional<std::string> known = options_.cache->find_blob(blob.digest))
      return std::move(*known);
  }
  std::string text;
  if (is_manifest) {
    TRY_ASSIGN(HttpStream stream, open({"GET", path, accept_headers()}));
    TRY_ASSIGN(text, read_body(stream, blob.size));
  } else {
    TRY_ASSIGN(std::unique_ptr<ByteSource> source, open_blob(blob));
    TRY_ASSIGN(text, read_all(*source, blob.size));
  }
  Digest digest = digest_of(text, *digest_algorithm(blob.digest));
  if (digest != blob.digest) return wrong_digest(blob.digest, digest);
  if (options_.cache != nullptr) options_.cache->store_blob(digest, text);
  return text;
}

Result<std::string> RegistryClient::manifest(const BlobRef& blob) const {
  return fetch("/manifests/" + blob.digest, blob, true);
}

Result<std::string> RegistryClient::document(const BlobRef& blob) const {
  return fetch("/blobs/" + blob.digest, blob, false);
}

Result<bool> RegistryClient::has_blob(const Digest& digest) const {
  Result<HttpStream> stream = open({"HEAD", "/blobs/" + digest, {}});
  if (stream.ok()) return true;
  if (stream.error().kind() == ErrorKind::NotFound) return false;
  return std::move(stream).error();
}

Result<std::vector<BlobRef>> RegistryClient::referrers(const Digest& digest) const {
  Result<HttpStream> stream = open({"GET", "/referrers/" + digest, accept_headers()});
  if (!stream.ok() && stream.error().kind() == ErrorKind::NotFound) {
    std::string tag = digest;
    std::replace(tag.begin(), tag.end(), ':', '-');
    stream = open({"GET", "/manifests/" + tag, accept_headers()});
    if (!stream.ok() && stream.error().kind() == ErrorKind::NotFound) return std::vector<BlobRef>();
  }
  if (!stream.ok()) return std::move(stream).error();
  TRY_ASSIGN(std::string text, read_body(*stream, options_.limits.max_json_bytes));
  TRY_ASSIGN(ManifestDocument index, parse_manifest(text, "referrers", options_.limits));
  return std::move(index.manifests);
}

Result<std::unique_ptr<ByteSource>> RegistryClient::open_blob(const Descriptor& blob) const {
  return open_registry_blob(*this, blob);
}

Result<std::string> RegistryClient::read_range(const Descriptor& blob,
                                               uint64_t offset,
                                               uint64_t size) const {
  CHECK(size > 0);
  RegistryRequest request{"GET",
                          "/blobs/" + blob.digest,
                          {fmt::format("Range: bytes={}-{}", offset, offset + size - 1)}};
  TRY_ASSIGN(HttpStream stream, open(request));
  std::optional<ContentRange> range = parse_content_range(stream.head().header("content-range"));
  bool fits = stream.head().status == 206 && range && range->first == offset &&
              range->last == offset + size - 1;
  if (!fits) return Error(ErrorKind::Unsupported, "the registry does not give parts of blobs");
  TRY_ASSIGN(std::string bytes, read_body(stream, size));
  if (bytes.size() != size) return Error("the registry gave less of a blob than it said");
  return bytes;
}

}  // namespace whittle
