// PHP that compiles every file at every request.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kPhpOpcache;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.file->stages.empty() || contains(to_lower(input.file->source), "opcache")) return;
  std::string name = input.file->stages.back().name;
  if (contains(name, "dev") || contains(name, "test")) return;
  auto stage = static_cast<uint32_t>(input.file->stages.size() - 1);
  while (input.evaluation.parent_stage[stage] >= 0)
    stage = static_cast<uint32_t>(input.evaluation.parent_stage[stage]);
  std::optional<std::string> base = known_base_image(input, stage);
  if (!base) return;
  ImageName image = split_image_name(*base);
  bool is_php = image.registry == "docker.io" &&
                (image.repository == "php" || image.repository == "library/php");
  bool is_server = contains(image.tag, "fpm") || contains(image.tag, "apache");
  if (!is_php || !is_server) return;
  findings.push_back(make_finding(kPhpOpcache,
                                  input.file->stages[stage].base_range,
                                  "Without OPcache PHP compiles every file at every request",
                                  "Add `RUN docker-php-ext-install opcache`"));
}

}  // namespace

const Rule kPhpOpcache = {
    {.name = "php-opcache",
     .code = "WH3710",
     .aliases = "enable-opcache-in-production",
     .severity = Severity::Info,
     .summary = "PHP serves requests without OPcache",
     .why = "The official images of PHP come with OPcache switched off; switched on, it keeps what "
            "was compiled in memory, and requests take a part of the time. Looked for by the word "
            "anywhere in the file. Off unless asked for: the configuration may come from outside.",
     .bad = "FROM php:8.3-fpm\nCOPY src /var/www/html\n",
     .good = "FROM php:8.3-fpm\nRUN docker-php-ext-install opcache\nCOPY src /var/www/html\n",
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
