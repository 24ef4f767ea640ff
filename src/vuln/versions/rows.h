// The functions behind the table of orders, one pair a file.
#pragma once

#include <string_view>

namespace whittle {

int compare_apk(std::string_view a, std::string_view b);
bool is_apk_version(std::string_view version);
int compare_bitnami(std::string_view a, std::string_view b);
bool is_bitnami_version(std::string_view version);
int compare_composer(std::string_view a, std::string_view b);
bool is_composer_version(std::string_view version);
int compare_dpkg(std::string_view a, std::string_view b);
bool is_dpkg_version(std::string_view version);
int compare_gem(std::string_view a, std::string_view b);
bool is_gem_version(std::string_view version);
int compare_go(std::string_view a, std::string_view b);
bool is_go_version(std::string_view version);
int compare_maven(std::string_view a, std::string_view b);
bool is_maven_version(std::string_view version);
int compare_nuget(std::string_view a, std::string_view b);
bool is_nuget_version(std::string_view version);
int compare_numbers(std::string_view a, std::string_view b);
bool is_numbers_version(std::string_view version);
int compare_pep440(std::string_view a, std::string_view b);
bool is_pep440_version(std::string_view version);
int compare_rpm(std::string_view a, std::string_view b);
bool is_rpm_version(std::string_view version);
int compare_semver(std::string_view a, std::string_view b);
bool is_semver_version(std::string_view version);

}  // namespace whittle
