"""Why the rules and hadolint differ: id, side ("extra": only the rules find it), section of docs/deviations.md, and whether
the row applies to the instruction at a line of a source."""
import re


def text(pattern):
    """The instruction holds the pattern."""
    return lambda source, line: re.search(pattern, source.at(line), re.M | re.S) is not None


def builder(source, line):
    """The stage's layers are in no image."""
    return not source.in_image_stage(line)


def not_last(source, line):
    """The stage is not what runs."""
    return not source.in_last_stage(line)


def always(source, line):
    return True


APT = r"\bapt\s[^&|;]*\binstall\b"
STORED = ("DL3009", "DL3010", "DL3015", "DL3019", "DL3032", "DL3036", "DL3040", "DL3042", "DL3060")
RUNS = ("DL3002", "DL3049", "DL3057", "DL3066")
CANNOT_FAIL = r"\b(echo|printf|yes)\b"

DEVIATIONS = [(code, "missing", "final-stage", builder) for code in STORED]
DEVIATIONS += [(code, "missing", "final-stage", not_last) for code in RUNS]
DEVIATIONS += [(code, "extra", "apt-too", text(APT)) for code in ("DL3008", "DL3014", "DL3015", "DL3009")]
DEVIATIONS += [(code, "extra", "program-by-path", text(r"/pip[0-9.]*\s")) for code in ("DL3013", "DL3042")]
DEVIATIONS += [
    (code, "missing", "unknown-variables", text(r"\$[({A-Za-z_]"))
    for code in ("DL3008", "DL3013", "DL3018", "DL3033", "DL3037", "DL3041")
]
DEVIATIONS += [
    (code, side, "earlier-instruction", always)
    for code in ("DL3012", "DL4003", "DL4004")
    for side in ("extra", "missing")
]
DEVIATIONS += [
    ("DL3000", "extra", "args-resolved", text(r"\$")),
    ("DL3006", "extra", "args-resolved", text(r"\$")),
    ("DL3006", "missing", "args-resolved", text(r"\$")),
    ("DL3007", "extra", "args-resolved", text(r"\$")),
    ("DL3020", "missing", "args-resolved", text(r"\$")),
    ("DL3003", "missing", "leading-cd", text(r"\bcd\b")),
    ("DL3059", "extra", "consecutive-run", always),
    ("DL3059", "missing", "consecutive-run", always),
    ("DL3025", "missing", "shell-form", text(r"(?i)\A\s*HEALTHCHECK")),
    ("DL3025", "missing", "shell-form", lambda s, n: re.search(r"(?im)^\s*SHELL\s", s.before(n)) is not None),
    ("DL4006", "missing", "pipes", text(CANNOT_FAIL)),
    ("DL4006", "missing", "pipes", text(r"\bpipefail\b")),
    ("DL4006", "missing", "pipes", lambda s, n: "pipefail" in s.before(n)),
    ("DL4006", "extra", "pipes", text(r"(?i)\A\s*ONBUILD")),
    ("DL4001", "missing", "once-a-stage", text(r"\b(curl|wget)\b")),
    ("DL3045", "extra", "add-is-copy", text(r"(?i)\A\s*ADD\b")),
    ("DL3021", "extra", "add-is-copy", text(r"(?i)\A\s*ADD\b")),
    ("DL4005", "extra", "usr-bin-sh", text(r"/usr/bin/sh\b")),
    ("DL3029", "missing", "platform-variable", text(r"--platform=\S*\$")),
    ("DL3064", "extra", "secret-words", always),
    ("DL3064", "missing", "secret-words", always),
    ("DL3046", "missing", "uid-value", text(r"\$")),
    ("DL3062", "missing", "local-packages", text(r"go run \S+\.go")),
    ("DL3019", "extra", "apk-index", text(r"apk (-\S+ )*(update|upgrade)")),
    ("DL3019", "missing", "apk-index", text(r"--no-network|rm [^&|;]*/var/cache/apk")),
    ("DL1001", "extra", "other-pragmas", text(r"check=skip|whittle:|tally|trivy|checkov")),
    ("DL3060", "extra", "bare-yarn", text(r"\byarn\b")),
    ("DL3009", "missing", "cleaned-otherwise", text(r"dist-clean|rm -\S*r\S* |find ")),
    ("DL3009", "extra", "cleaned-otherwise", text(r"\brm -")),
    ("DL3032", "extra", "cleaned-otherwise", text(r"\brm -|clean all")),
    ("DL3032", "missing", "cleaned-otherwise", text(r"clean all|--mount=type=(cache|tmpfs)")),
    ("DL3040", "missing", "cleaned-otherwise", text(r"clean all|--mount=type=(cache|tmpfs)")),
    ("DL3013", "extra", "options-in-front", text(r"\bpip[0-9.]* -")),
    ("DL3066", "extra", "user-value", text(r"\$")),
    ("DL3066", "missing", "args-resolved", text(r"\$")),
    ("DL3066", "missing", "user-value", lambda s, n: re.search(r"(?im)^\s*USER\s", s.after(n)) is not None),
    ("DL3032", "extra", "more-actions", text(r"\byum\b[^&|;]*\b(upgrade|update)\b")),
    ("DL3014", "extra", "more-actions", text(r"apt-get [^&|;]*upgrade")),
]
