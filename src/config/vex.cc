#include "config/vex.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxBranches = 32;  // branches of a product tree inside each other

std::string text_of(const YamlNode& node, std::string_view key) {
  const YamlNode* found = node.find(key);
  bool is_text = found != nullptr && found->kind == YamlNode::Kind::Scalar;
  return is_text ? found->text : std::string();
}

const std::vector<YamlNode>& items_of(const YamlNode& node, std::string_view key) {
  static const std::vector<YamlNode> none;
  const YamlNode* found = node.find(key);
  return found != nullptr && found->kind == YamlNode::Kind::Sequence ? found->items : none;
}

bool is_image_url(std::string_view url) {
  return url.starts_with("pkg:oci/") || url.starts_with("pkg:docker/");
}

// What a statement is about: a package, an image, or a package of an image. Both "" for nothing
// that is known.
struct Product {
  std::string package;
  std::string image;

  bool is_known() const { return !package.empty() || !image.empty(); }
};

class VexReader {
 public:
  VexReader(const std::string& name, VulnIgnores& result) : name_(name), result_(result) {}

 protected:
  std::string place(const YamlNode& node) const { return fmt::format("{}:{}", name_, node.line); }

  void problem(const YamlNode& node, std::string_view what) {
    result_.problems.push_back(fmt::format("{}: {}", place(node), what));
  }

  // One rule for each product.
  void add(VulnIgnore rule, const std::vector<Product>& products, const YamlNode& node) {
    bool is_any = false;
    for (const Product& product : products) {
      if (!product.is_known()) continue;
      is_any = true;
      rule.purl = product.package;
      rule.image = product.image;
      result_.rules.push_back(rule);
    }
    if (!is_any) problem(node, "a statement about nothing that is known here takes nothing");
  }

  const std::string& name_;
  VulnIgnores& result_;
};

class OpenVex : public VexReader {
 public:
  using VexReader::VexReader;

  void read(const YamlNode& root) {
    for (const YamlNode& item : items_of(root, "statements")) read_statement(item);
  }

 private:
  void read_statement(const YamlNode& item) {
    VulnIgnore rule;
    rule.origin = place(item);
    rule.status = text_of(item, "status");
    constexpr std::string_view kStatuses[] = {
        "not_affected", "fixed", "affected", "under_investigation"};
    bool is_known =
        std::find(std::begin(kStatuses), std::end(kStatuses), rule.status) != std::end(kStatuses);
    rule.id = vulnerability_of(item);
    if (!is_known || rule.id.empty()) {
      problem(item, "a statement without a vulnerability or a status that is known takes nothing");
      return;
    }
    rule.justification = text_of(item, "justification");
    rule.reason = rule.justification;
    for (const char* key : {"impact_statement", "action_statement", "status_notes"}) {
      std::string more = text_of(item, key);
      if (!more.empty()) rule.reason += (rule.reason.empty() ? "" : ", ") + more;
    }
    if (item.find("products") == nullptr) {
      result_.rules.push_back(std::move(rule));
      return;
    }
    add(std::move(rule), products_of(item), item);
  }

  static std::string vulnerability_of(const YamlNode& item) {
    std::string id = text_of(item, "vulnerability");
    const YamlNode* about = item.find("vulnerability");
    if (about != nullptr && id.empty()) id = text_of(*about, "name");
    if (about != nullptr && id.empty()) id = text_of(*about, "@id");
    return id.substr(id.rfind('/') + 1);
  }

  static std::string url_of(const YamlNode& node) {
    std::string id = node.kind == YamlNode::Kind::Scalar ? node.text : text_of(node, "@id");
    const YamlNode* identifiers = node.find("identifiers");
    if (identifiers == nullptr || id.starts_with("pkg:")) return id;
    std::string url = text_of(*identifiers, "purl");
    return url.empty() ? id : url;
  }

  // Of the parts where a product has some, else of the product.
  static std::vector<Product> products_of(const YamlNode& statement) {
    std::vector<Product> products;
    for (const YamlNode& node : items_of(statement, "products")) {
      std::string url = url_of(node);
      bool is_package = url.starts_with("pkg:") && !is_image_url(url);
      const std::vector<YamlNode>& parts = items_of(node, "subcomponents");
      if (parts.empty()) {
        products.push_back(is_package ? Product{url, ""} : Product{"", url});
        continue;
      }
      for (const YamlNode& part : parts) {
        std::string part_url = url_of(part);
        if (!part_url.starts_with("pkg:")) part_url.clear();
        // Without its package, it would be about all of the image.
        if (part_url.empty()) continue;
        products.push_back({part_url, is_package ? "" : url});
      }
    }
    return products;
  }
};

struct CsafStatus {
  std::string_view key;     // of product_status
  std::string_view status;  // OpenVEX'
};

// In this order: what a document says is affected goes before what it says is not.
constexpr CsafStatus kCsafStatuses[] = {{"under_investigation", "under_investigation"},
                                        {"known_not_affected", "not_affected"},
                                        {"fixed", "fixed"},
                                        {"first_fixed", "fixed"},
                                        {"known_affected", "affected"},
                                        {"first_affected", "affected"},
                                        {"last_affected", "affected"}};

class Csaf : public VexReader {
 public:
  using VexReader::VexReader;

  void read(const YamlNode& root) {
    const YamlNode* tree = root.find("product_tree");
    if (tree != nullptr) read_products(*tree);
    for (const YamlNode& item : items_of(root, "vulnerabilities")) read_vulnerability(item);
    if (without_url_ > 0) {
      problem(root,
              count_of(without_url_, "statement") +
                  " about products without a package URL, which take nothing");
    }
  }

 private:
  void add_product(const YamlNode& product) {
    std::string id = text_of(product, "product_id");
    const YamlNode* helper = product.find("product_identification_helper");
    std::string url = helper == nullptr ? "" : text_of(*helper, "purl");
    if (!id.empty() && url.starts_with("pkg:"))
      products_[id] = is_image_url(url) ? Product{"", url} : Product{url, ""};
  }

  void read_branches(const YamlNode& node, size_t depth) {
    if (depth > kMaxBranches) {
      problem(node, "too many branches inside each other: they are left out");
      return;
    }
    for (const YamlNode& branch : items_of(node, "branches")) {
      if (const YamlNode* product = branch.find("product")) add_product(*product);
      read_branches(branch, depth + 1);
    }
  }

  void read_products(const YamlNode& tree) {
    for (const YamlNode& product : items_of(tree, "full_product_names")) add_product(product);
    read_branches(tree, 0);
    for (const YamlNode& relation : items_of(tree, "relationships")) {
      const YamlNode* whole = relation.find("full_product_name");
      if (whole == nullptr) continue;
      auto part = products_.find(text_of(relation, "product_reference"));
      auto of = products_.find(text_of(relation, "relates_to_product_reference"));
      // A platform that has no URL, as a distribution has none, narrows nothing.
      if (part == products_.end()) continue;
      Product product = part->second;
      if (of != products_.end() && product.image.empty()) product.image = of->second.image;
      products_[text_of(*whole, "product_id")] = product;
    }
  }

  // The word or sentence that a list says of a product, as "flags" and "threats" do.
  static std::string said_of(const YamlNode& item,
                             std::string_view list,
                             std::string_view key,
                             const std::string& product) {
    for (const YamlNode& node : items_of(item, list)) {
      const std::vector<YamlNode>& ids = items_of(node, "product_ids");
      bool is_about = ids.empty() || std::any_of(ids.begin(), ids.end(), [&](const YamlNode& id) {
                        return id.text == product;
                      });
      if (list == "threats" && text_of(node, "category") != "impact") continue;
      if (is_about) return text_of(node, key);
    }
    return "";
  }

  void read_vulnerability(const YamlNode& item) {
    std::vector<std::string> ids;
    if (std::string cve = text_of(item, "cve"); !cve.empty()) ids.push_back(cve);
    for (const YamlNode& id : items_of(item, "ids")) {
      std::string text = text_of(id, "text");
      if (ids.empty() && !text.empty()) ids.push_back(text);
    }
    const YamlNode* statuses = item.find("product_status");
    if (ids.empty() || statuses == nullptr) {
      problem(item, "a vulnerability without a name or a status takes nothing");
      return;
    }
    for (const CsafStatus& status : kCsafStatuses) {
      for (const YamlNode& product : items_of(*statuses, status.key)) {
        auto known = products_.find(product.text);
        if (known == products_.end()) {
          ++without_url_;
          continue;
        }
        VulnIgnore rule;
        rule.id = ids[0];
        rule.status = status.status;
        rule.origin = place(product);
        rule.justification = said_of(item, "flags", "label", product.text);
        rule.reason = rule.justification;
        std::string impact = said_of(item, "threats", "details", product.text);
        if (!impact.empty()) rule.reason += (rule.reason.empty() ? "" : ", ") + impact;
        add(std::move(rule), {known->second}, product);
      }
    }
  }

  std::map<std::string, Product> products_;
  size_t without_url_ = 0;
};

}  // namespace

void read_openvex(const YamlNode& root, const std::string& name, VulnIgnores& result) {
  OpenVex(name, result).read(root);
}

bool is_csaf(const YamlNode& root) {
  const YamlNode* document = root.find("document");
  return document != nullptr && document->find("csaf_version") != nullptr;
}

void read_csaf(const YamlNode& root, const std::string& name, VulnIgnores& result) {
  Csaf(name, result).read(root);
}

}  // namespace whittle
