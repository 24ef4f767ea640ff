#include "vuln/alias_groups.h"

#include <algorithm>

namespace whittle {

using database_format::Text;

bool is_cve(std::string_view id) {
  return id.starts_with("CVE-");
}

namespace {

int rank(std::string_view id) {
  return is_cve(id) ? 0 : id.starts_with("GHSA-") ? 1 : 2;
}

}  // namespace

Text AliasGroups::root_of(Text text) {
  auto found = parent_.try_emplace(text, text).first;
  Text root = text;
  while (found->second != root) {
    root = found->second;
    found = parent_.find(root);
  }
  while (text != root) {  // so that the next look is short
    Text& next = parent_[text];
    text = next;
    next = root;
  }
  return root;
}

void AliasGroups::join(Text a, Text b) {
  Text left = root_of(a);
  Text right = root_of(b);
  if (left != right) parent_[right] = left;
}

bool AliasGroups::is_before(Text a, Text b) const {
  std::string_view left = texts_.text(a);
  std::string_view right = texts_.text(b);
  if (rank(left) != rank(right)) return rank(left) < rank(right);
  return left < right;
}

void AliasGroups::finish() {
  std::vector<Text> all;
  for (const auto& [text, parent] : parent_) all.push_back(text);
  for (Text text : all) members_[root_of(text)].push_back(text);
  for (Text text : all) root_of(text);  // every parent is a root now
  for (auto& [root, members] : members_) {
    std::sort(members.begin(), members.end(), [this](Text a, Text b) { return is_before(a, b); });
  }
}

Text AliasGroups::name_of(Text any) const {
  auto parent = parent_.find(any);
  return parent == parent_.end() ? any : members_.at(parent->second).front();
}

std::vector<Text> AliasGroups::members_of(Text any) const {
  auto parent = parent_.find(any);
  return parent == parent_.end() ? std::vector<Text>{any} : members_.at(parent->second);
}

}  // namespace whittle
