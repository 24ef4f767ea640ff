"""What tests of `whittle slim` share: images built for one test, slimmed, and held against what they must do."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from engine_images import BASE, ENGINE, build, has_base, remove

# What the images of one suite stand on, built once a run.
BASES = {
    "python": "python3 openssl ca-certificates curl libcap2-bin locales",
    "nginx": "nginx-light",
    "node": "nodejs",
    "services": "python3-minimal libpython3-stdlib redis-server",
}


@unittest.skipUnless(has_base(), f"{ENGINE} with {BASE} is not here")
class SlimTest(unittest.TestCase):
    """A suite names its WHITTLE; `base` is a row of BASES, or "" for the bare one."""
    WHITTLE = ""
    base = ""
    base_image = BASE

    @classmethod
    def setUpClass(cls):
        if not cls.base:
            return
        cls.base_image = f"localhost/whittle-slim-base-{cls.base}:{os.getpid()}"
        install = f"apt-get update && apt-get install -y --no-install-recommends {BASES[cls.base]} && rm -rf /var/lib/apt/lists/*"
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "Dockerfile").write_text(f"FROM {BASE}\nRUN {install}\n")
            made = build(cls.base_image, folder)
        if made.returncode != 0:
            raise unittest.SkipTest(f"{cls.base} cannot be installed here: {made.stderr[-200:]}")

    @classmethod
    def tearDownClass(cls):
        if cls.base:
            remove(cls.base_image)

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.made = []

    def tearDown(self):
        remove(*self.made)
        self.folder.cleanup()

    def image(self, dockerfile, **files):
        """An image on the suite's base. files: path and content of what COPY finds."""
        if not dockerfile.startswith("FROM"):
            dockerfile = f"FROM {self.base_image}\n{dockerfile}"
        tag = f"localhost/whittle-slim-test-{self.id().rsplit('.', 1)[1].replace('_', '-')}:{os.getpid()}"
        folder = Path(self.folder.name) / "context"
        folder.mkdir(exist_ok=True)
        (folder / "Dockerfile").write_text(dockerfile + "\n")
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            path.chmod(0o755)
        made = build(tag, folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.made.append(tag)
        return tag

    def whittle(self, command, *words):
        return subprocess.run([self.WHITTLE, command, "--engine", ENGINE, "--stop-timeout", "1s", *words], capture_output=True, text=True,
                              timeout=300, check=False)

    def slim(self, image, *words, exit_code=0):
        """The report; the result becomes IMAGE-slim."""
        tag = image + "-slim"
        result = self.whittle("slim", image, "--format", "json", "--tag", tag, *words)
        self.made.append(tag)
        self.assertEqual(result.returncode, exit_code, result.stderr + result.stdout)
        return json.loads(result.stdout)

    def assert_says(self, image, text):
        """The slim image, run by Docker's own client; Podman's may lack rights that whittle does without."""
        if ENGINE != "docker":
            return
        result = subprocess.run([ENGINE, "run", "--rm", "--network", "none", image + "-slim"], capture_output=True, text=True, timeout=60,
                                check=False)
        self.assertEqual(result.stdout + result.stderr, text)

    def assert_passes(self, image, probe, *words):
        """The probe, a shell command with $PORT, on the original and then on the slim image."""
        for name in (image, image + "-slim"):
            result = self.whittle("trace", name, "--probe", probe, *words)
            self.assertEqual(result.returncode, 0, f"{name}: {result.stderr}{result.stdout}")

    def tier(self, image, path, *words):
        said = self.whittle("slim", image, "--explain", path, *words)
        self.assertEqual(said.returncode, 0, said.stderr)
        return said.stdout.strip()
