// Services of a Compose file as values: what each is run with, and which run beside which.
// Source: Compose specification, services.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "builds/build_file.h"
#include "model/services.h"

namespace whittle {

struct DeclaredServices {
  std::string file;  // as it is shown
  std::vector<Service> services;
  std::vector<std::string> notes;
};

// `folder`: absolute, of the file; what relative paths of mounts and builds count from. `sibling`
// also reads files of variables. Errors: Invalid "NAME:LINE:COLUMN: ..." for what Compose would
// refuse, too, Limit. Keys that a trial run can do without are left out; others that are not
// followed are noted.
Result<DeclaredServices> read_services(std::string_view text,
                                       const std::string& name,
                                       const std::string& folder,
                                       const VariableLookup& environment,
                                       const SiblingReader& sibling);

// Which service is under test.
struct ServiceChoice {
  std::string service;        // its name; "" to find it by what follows
  std::string image;          // what the image is called: "shop:1.4", "docker:shop:1.4"
  std::string build_context;  // the absolute folder that it is built from; "" if not known
};

// The others are those that the service under test depends on, directly or not. Where it depends on
// none: all that are in no profile and do not depend on it. Errors: Usage when the choice fits no
// service or several (the message lists them), Invalid for needs of services that are not there or
// that go in a circle.
Result<ServicePlan> plan_services(DeclaredServices declared, const ServiceChoice& choice);

}  // namespace whittle
