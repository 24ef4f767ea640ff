#!/usr/bin/env python3
"""`whittle slim` on small images that an eager minifier breaks: what a run used, what only the result's run shows, what rests on
names that are computed.

usage: trap_test.py WHITTLE [SUITE]
Needs Docker with debian:bookworm-slim (ENGINE=podman or builtin: that engine with the same image). Exit 77 without.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from engine_images import ENGINE  # noqa: E402
from slim_images import SlimTest  # noqa: E402
from suites import run_suites  # noqa: E402

SlimTest.WHITTLE = os.path.abspath(sys.argv[1])

# Answers with files of a folder whose name nobody can read from it.
SERVER = r"""#!/usr/bin/perl
use IO::Socket::INET;
$SIG{TERM} = sub { exit };
my $s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1);
while (my $c = $s->accept) {
  my ($p) = <$c> =~ m{ /(\w+)};
  my $d = "/usr/share/base" . "-files";
  if (open my $f, "<", "$d/$p") { print $c "HTTP/1.0 200 OK\r\n\r\n", <$f> } else { print $c "HTTP/1.0 404 x\r\n\r\nnone\n" }
  close $c
}
"""

# Serves a folder whose name nobody can read from it; who asks for `logout.html` leaves a trace.
SITE = r"""#!/usr/bin/perl
use IO::Socket::INET;
$SIG{TERM} = sub { exit };
my $s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1);
while (my $c = $s->accept) {
  my ($p, $e) = <$c> =~ m{ /([\w-]*)(?:\.(\w+))?};
  ($p, $e) = ("index", "html") unless $p;
  my $d = "/srv/si" . "te";
  if (open my $f, "<", "$d/$p.$e") { print $c "HTTP/1.0 200 OK\r\nContent-Type: text/$e\r\n\r\n", <$f> }
  else { print $c "HTTP/1.0 404 x\r\n\r\nnone\n" }
  close $c
}
"""


class Traps(SlimTest):
    def test_names_that_are_computed(self):
        image = self.image('COPY main /app/main\nCOPY part /app/parts-available/blue\nENTRYPOINT ["/app/main"]',
                           main='#!/bin/sh\np=bl; p=${p}ue; . "/app/parts-$(echo avail)able/$p"\n', part="echo blue part\n")
        report = self.slim(image, "--policy", "tight")
        self.assertEqual(report["policy"]["result"], "tight")
        self.assertEqual(report["misses"], [])
        self.assertIn("/app/main", [program["path"] for program in report["trace"]["programs"]])
        self.assertRegex(self.tier(image, "/app/parts-available/blue", "--policy", "tight"), r"read by .*dash \(traced\)")
        self.assert_says(image, "blue part\n")

    def test_a_miss_is_put_back_with_what_belongs_to_it(self):
        # The original never needs the second program: the first one is there. The result was told to leave the first one out.
        image = self.image('RUN mkdir /data && echo x > /data/first && ln -s first /data/link\n'
                           'COPY main /main\nENTRYPOINT ["/main"]',
                           main='#!/bin/sh\nd=d; test -e /${d}ata/first || exec $(printf %s%s /us r/bin/id) -u\necho 0\n')
        report = self.slim(image, "--policy", "tight", "--exclude", "data/first")
        self.assertEqual([a["passed"] for a in report["attempts"]][-1], True)
        self.assertEqual(report["policy"]["result"], "tight")
        self.assertIn("/usr/bin/id", [miss["path"] for miss in report["misses"]])
        self.assert_says(image, "0\n")

    def test_only_looked_at_or_listed(self):
        image = self.image('RUN mkdir -p /d2/many /var/spool/own && touch /d2/flag /d2/flag.txt && cd /d2/many && touch a b c && '
                           'chmod 700 /var/spool/own\nCOPY main /main\nENTRYPOINT ["/main"]',
                           main='#!/bin/sh\nx=/d2; test -e $x/flag && cat $x/flag.txt; ls $x/many; echo t > /var/spool/own/t && rm /var/spool/own/t\n')
        report = self.slim(image, "--policy", "tight")
        self.assertEqual(report["policy"]["result"], "tight")
        self.assert_says(image, "a\nb\nc\n")

    def test_run_time_state_and_secrets_stay_out(self):
        image = self.image('RUN echo 0 > /state && mkdir /out\nCOPY main /main\nENTRYPOINT ["/main"]',
                           main='#!/bin/sh\ncat /state; echo 1 > /state; echo "$SECRET" > /out/leak\n')
        self.slim(image, "--probe-env", "SECRET=hunter2")
        self.assert_says(image, "0\n")
        if ENGINE == "docker":
            names = subprocess.run(f"docker save {image}-slim | tar xO --wildcards '*.tar' | tar ti", shell=True, capture_output=True,
                                   text=True, check=False).stdout.split()
            self.assertIn("state", names)
            self.assertIn("out/", names)
            self.assertFalse([name for name in names if "leak" in name])

    def test_setuid_and_capabilities_stay(self):
        image = self.image('RUN cp /usr/bin/id /usr/bin/other && chmod 4755 /usr/bin/other && ln /usr/bin/other /usr/bin/twin\n'
                           'USER 1000\nENTRYPOINT ["/usr/bin/other", "-u"]')
        self.slim(image, "--policy", "tight", "--include", "usr/bin/twin")
        self.assert_says(image, "0\n")

    def test_a_second_set_of_probes_only_proves(self):
        image = self.image('COPY main /main\nEXPOSE 8000\nCMD ["/main"]', main=SERVER)
        fetch = "python3 -c \"import os,urllib.request as r; r.urlopen('http://127.0.0.1:%s/profile' % os.environ['PORT'])\""
        report = self.slim(image, "--policy", "tight", "--http-probe", "/motd=>200", "--verify-probe", fetch)
        self.assertEqual(report["policy"]["result"], "tight")
        self.assertEqual([(m["path"], m["from_verifying"]) for m in report["misses"]], [("/usr/share/base-files/profile", True)])
        self.assertEqual(report["verify"]["misses"], 1)
        self.assertGreaterEqual(report["verify"]["new_lookups"], 1)
        self.assertEqual([a["put_back"] for a in report["attempts"]], [1, 0])

    def test_an_answer_of_another_text_does_not_pass(self):
        page = 'if (open my $f, "<", "$d/e$p") { print $c "HTTP/1.0 404 x\\r\\n\\r\\n", <$f> }'
        image = self.image('RUN echo ours > /usr/share/base-files/eXX\nCOPY main /main\nEXPOSE 8000\nCMD ["/main"]',
                           main=SERVER.replace("else {", f'else {{ $p = "XX"; {page} else {{', 1).replace("close $c", "} close $c"))
        report = self.slim(image, "--policy", "tight", "--http-probe", "/none=>404", "--exclude", "**/eXX", exit_code=1)
        self.assertEqual(report["policy"]["result"], "original")
        self.assertIn("instead of `ours", report["attempts"][0]["why"])

    def test_what_pages_and_documents_lead_to(self):
        pages = {"index.html": '<a href="one.html">1</a><link rel=stylesheet href=style.css><a href=logout.html>end</a><a href=http://example.org/out.html>x</a>',
                 "one.html": '<form action=/found.html><input name=q></form>', "found.html": "found", "logout.html": "bye", "hidden.html": "hidden",
                 "out.html": "out", "style.css": "p { background: url(picture.png) }", "picture.png": "png", "item.json": "item",
                 "api.yaml": "openapi: 3.0.0\npaths:\n  /{what}.json:\n    get:\n      parameters:\n      - {name: what, in: path, example: item}\n"}
        image = self.image('COPY main /main\nCOPY site /srv/site\nEXPOSE 8000\nCMD ["/main"]', main=SITE, **{f"site/{n}": t for n, t in pages.items()})
        words = ("--policy", "tight", "--crawl", "--openapi", "/api.yaml")
        report = self.slim(image, *words)
        self.assertEqual(report["policy"]["result"], "tight")
        traced = self.whittle("trace", image, "--crawl", "--openapi", "/api.yaml", "--format", "json")
        self.assertEqual(traced.returncode, 0, traced.stderr)
        opened = {a["path"].rsplit("/", 1)[1] for a in json.loads(traced.stdout)["accesses"] if a["path"].startswith("/srv/site/") and "error" not in a}
        self.assertEqual(opened, set(pages) - {"logout.html", "hidden.html", "out.html"})
        self.assertIn("traced", self.tier(image, "/srv/site/picture.png", *words))

    def test_traces_of_files_and_commands_inside(self):
        image = self.image('COPY main /main\nEXPOSE 8000\nCMD ["/main"]', main=SERVER)
        folder = "/usr/share/base-files"
        file = Path(self.folder.name) / "trace.json"
        with file.open("w") as out:
            subprocess.run([SlimTest.WHITTLE, "trace", image, "--engine", ENGINE, "--stop-timeout", "1s", "--format", "json", "--", "cat", folder + "/profile"],
                           stdout=out, check=False, timeout=120)  # exit code 1: `cat` answers on no port
        report = self.slim(image, "--policy", "tight", "--http-probe", "/none=>404", "--exec", f"cat {folder}/motd", "--trace", str(file))
        self.assertEqual(report["policy"]["result"], "tight")
        for name, is_kept in (("motd", True), ("profile", True), ("info.dir", False)):
            said = self.tier(image, f"{folder}/{name}", "--policy", "tight", "--http-probe", "/none=>404", "--exec", f"cat {folder}/motd", "--trace", str(file))
            self.assertEqual("kept" in said, is_kept, said)

    def test_what_cannot_work_is_the_original(self):
        image = self.image('COPY main /main\nRUN mkdir /keep && echo x > /keep/it\nENTRYPOINT ["/main"]', main="#!/bin/sh\ncat /keep/it\n")
        report = self.slim(image, "--exclude", "keep/it", exit_code=1)
        self.assertEqual(report["policy"]["result"], "original")
        self.assertEqual({a["passed"] for a in report["attempts"]}, {False})


if __name__ == "__main__":
    run_suites(globals(), sys.argv[2:])
