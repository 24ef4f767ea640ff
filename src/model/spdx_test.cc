#include "model/spdx.h"

#include <gtest/gtest.h>

#include "model/spdx_ids.h"

namespace whittle {
namespace {

TEST(Spdx, knows_expressions_in_any_case) {
  EXPECT_EQ(to_spdx("mit"), "MIT");
  EXPECT_EQ(to_spdx(" Apache-2.0 "), "Apache-2.0");
  EXPECT_EQ(to_spdx("(MIT OR Apache-2.0)"), "(MIT OR Apache-2.0)");
  EXPECT_EQ(to_spdx("mit and (bsd-3-clause or isc)"), "MIT AND (BSD-3-Clause OR ISC)");
  EXPECT_EQ(to_spdx("GPL-2.0-or-later WITH Classpath-exception-2.0"),
            "GPL-2.0-or-later WITH Classpath-exception-2.0");
}

TEST(Spdx, knows_the_words_of_package_managers) {
  EXPECT_EQ(to_spdx("GPL-2"), "GPL-2.0-only");
  EXPECT_EQ(to_spdx("GPL-2+"), "GPL-2.0-or-later");
  EXPECT_EQ(to_spdx("LGPL-2.1+"), "LGPL-2.1-or-later");
  EXPECT_EQ(to_spdx("GPLv2+"), "GPL-2.0-or-later");
  EXPECT_EQ(to_spdx("GPL-2+ or Artistic"), "GPL-2.0-or-later OR Artistic-1.0-Perl");
  EXPECT_EQ(to_spdx("MIT License"), "MIT");
  EXPECT_EQ(to_spdx("BSD AND GPLv2+"), "");  // which BSD is not said
}

TEST(Spdx, does_not_know_what_is_no_license) {
  for (const char* text : {"", "public-domain", "SEE LICENSE IN x", "GPL-9", "and", "(MIT"})
    EXPECT_EQ(to_spdx(text), "") << text;
  EXPECT_EQ(spdx_license("bsd-3-CLAUSE"), "BSD-3-Clause");
  EXPECT_EQ(spdx_license("MIT OR ISC"), "");
}

TEST(Spdx, knows_which_ids_are_recent) {
  for (std::string_view id : recent_spdx_licenses()) EXPECT_EQ(spdx_license(id), id);
  EXPECT_TRUE(is_recent_spdx_license("SMAIL-GPL"));
  EXPECT_TRUE(is_recent_spdx_license("artistic-DIST"));
  EXPECT_FALSE(is_recent_spdx_license("MIT"));
  EXPECT_FALSE(is_recent_spdx_license("public-domain"));
}

}  // namespace
}  // namespace whittle
