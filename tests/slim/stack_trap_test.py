#!/usr/bin/env python3
"""`whittle slim` on services that use most of themselves only later: each is slimmed with one poor request, and then asked for all.

usage: stack_trap_test.py WHITTLE [SUITE]
Needs Docker with debian:bookworm-slim and Debian's packages (ENGINE=podman or builtin: that engine with the same image). Exit 77 without.
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from engine_images import ENGINE  # noqa: E402
from slim_images import SlimTest  # noqa: E402
from suites import run_suites  # noqa: E402

SlimTest.WHITTLE = os.path.abspath(sys.argv[1])
HERE = Path(__file__).resolve().parent

# Serves what the functions of `app` return, by the first word of the path; only `/` is asked for while it is traced.
SERVE = r'''import http.server, sys, traceback
import app

class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name = self.path.strip("/").split("/")[0]
        try:
            text, status = ("ready", 200) if not name else (str(getattr(app, name)(body) if body else getattr(app, name)()), 200)
        except Exception:
            text, status = traceback.format_exc(), 500
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
    do_GET = do_POST = answer
    def log_message(self, *words):
        pass

http.server.ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
'''
RUN = 'WORKDIR /app\nCOPY serve.py app.py /app/\nEXPOSE 8000\nCMD ["python3", "/app/serve.py"]'


def ask(path, wanted, body=None):
    """A probe: the answer to a request is `wanted`."""
    data = "None" if body is None else repr(body.encode())
    return (f"python3 - <<'X'\nimport os, urllib.request as r\n"
            f"try: said = r.urlopen('http://127.0.0.1:%s{path}' % os.environ['PORT'], data={data}, timeout=20).read().decode()\n"
            f"except r.HTTPError as e: said = e.read().decode()\n"
            f"assert said == {wanted!r}, said\nX")


class PythonTraps(SlimTest):
    base = "python"

    def trap(self, app, asked, dockerfile=RUN, slim=(), probes=("--http-probe", "/=>200"), **files):
        image = self.image(dockerfile, **{"serve.py": SERVE, "app.py": app, **files})
        report = self.slim(image, *probes, *slim)
        self.assertEqual(report["policy"]["result"], "balanced", [a["why"] for a in report["attempts"]])
        self.assert_passes(image, "\n".join(ask(*one) + " || exit 1" for one in asked).replace("X || exit 1", "X"))
        return image

    def test_lazily_imported_modules(self):
        self.trap("def report():\n import sqlite3, decimal\n c = sqlite3.connect(':memory:')\n return c.execute('select 6*7').fetchone()[0]\n"
                  "def kind():\n import importlib\n return importlib.import_module('.csv_' + 'out', 'reports').NAME\n",
                  [("/report", "42"), ("/kind", "comma")], RUN + "\nCOPY reports /app/reports",
                  **{"reports/csv_out.py": "NAME = 'comma'\n", "reports/__init__.py": ""})

    def test_a_plugin_named_by_configuration(self):
        self.trap("import configparser\ndef plug():\n c = configparser.ConfigParser(); c.read('/etc/shop.ini')\n"
                  " return __import__(c['shop']['backend']).NAME\n",
                  [("/plug", "red")], RUN + "\nENV PYTHONPATH=/opt/plugins\nCOPY plugins /opt/plugins\nCOPY shop.ini /etc/shop.ini",
                  **{"plugins/shop_red.py": "NAME = 'red'\n", "plugins/shop_blue.py": "NAME = 'blue'\n", "shop.ini": "[shop]\nbackend = shop_red\n"})

    def test_locale_and_time_zone_by_environment(self):
        self.trap("import locale, time\ndef now():\n locale.setlocale(locale.LC_ALL, '')\n return time.strftime('%A %Z', time.localtime(0))\n"
                  "def zone():\n import zoneinfo, datetime\n"
                  " return datetime.datetime.fromtimestamp(0, zoneinfo.ZoneInfo('Asia/Tokyo')).strftime('%H %Z')\n",
                  [("/now", "Mittwoch EST"), ("/zone", "09 JST")],
                  "RUN sed -i 's/# de_DE.UTF-8/de_DE.UTF-8/' /etc/locale.gen && locale-gen\nENV LANG=de_DE.UTF-8 TZ=America/New_York\n" + RUN)

    def test_names_of_hosts_and_users(self):
        self.trap("def host():\n import socket\n return sorted({a[4][0] for a in socket.getaddrinfo('shop.internal', 80)})\n"
                  "def user():\n import pwd, grp\n return pwd.getpwnam('www-data').pw_uid + grp.getgrnam('adm').gr_gid\n"
                  "def failing():\n import socket\n try: return socket.getaddrinfo('bücher.invalid', 80)\n except socket.gaierror as e: return 'none'\n",
                  [("/host", "['10.1.2.3']"), ("/user", "37"), ("/failing", "none")],
                  RUN + "\nRUN groupadd -r shop && echo 'hosts: files myhosts dns' >> /etc/nsswitch.conf.shop\n"
                  'CMD ["sh", "-c", "echo 10.1.2.3 shop.internal >> /etc/hosts && exec python3 /app/serve.py"]')

    def test_tls_to_a_private_ca(self):
        make = ("RUN mkdir /tls && cd /tls && openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=ours -keyout ca.key -out ca.pem "
                "-addext basicConstraints=critical,CA:true && openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out req.pem && "
                "printf subjectAltName=DNS:localhost > ext && openssl x509 -req -in req.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 "
                "-extfile ext -out cert.pem && cp ca.pem /usr/local/share/ca-certificates/ours.crt && update-ca-certificates && rm ca.key ca.pem\n")
        self.trap("import ssl, threading, http.server\ndef tls():\n import urllib.request\n"
                  " s = http.server.HTTPServer(('127.0.0.1', 0), http.server.BaseHTTPRequestHandler)\n"
                  " c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain('/tls/cert.pem', '/tls/key.pem')\n"
                  " s.socket = c.wrap_socket(s.socket, server_side=True)\n threading.Thread(target=s.handle_request).start()\n"
                  " try: urllib.request.urlopen('https://localhost:%d/' % s.server_port)\n except urllib.error.HTTPError as e: return e.code\n",
                  [("/tls", "501")], make + RUN)

    def test_a_pipeline_of_the_shell(self):
        self.trap("import os\ndef first():\n return os.popen('sort /etc/passwd | cut -d: -f1 | grep -v ^_ | head -n 1').read().strip()\n"
                  "def archive():\n import subprocess\n return subprocess.run('tar cf - /etc/issue 2>/dev/null | gzip | gzip -dc | tar tf -', shell=True, capture_output=True, text=True).stdout.strip()\n",
                  [("/first", "backup"), ("/archive", "etc/issue")])

    def test_a_signal_to_read_again(self):
        self.trap("import os, signal, time\nstate = ['old']\ndef load(*_):\n import json, glob\n"
                  " state[0] = ','.join(json.load(open(f))['name'] for f in sorted(glob.glob('/app/conf.d/*.json')))\n"
                  "signal.signal(signal.SIGHUP, load)\ndef reload():\n os.kill(os.getpid(), signal.SIGHUP); time.sleep(0.2)\n return state[0]\n",
                  [("/reload", "a,b")], RUN + "\nCOPY conf.d /app/conf.d", **{"conf.d/1.json": '{"name": "a"}', "conf.d/2.json": '{"name": "b"}'})

    def test_an_upload_to_a_temporary_file(self):
        self.trap("import tempfile\ndef upload(body):\n with tempfile.SpooledTemporaryFile(max_size=10) as f:\n  f.write(body); f.seek(0)\n"
                  "  return len(f.read()), tempfile.gettempdir()\n",
                  [("/upload", "(1000, '/var/spool/shop')", "x" * 1000)],
                  "RUN mkdir -m 1733 /var/spool/shop\nENV TMPDIR=/var/spool/shop\nUSER 1000\n" + RUN)

    def test_a_helper_with_setuid(self):
        self.trap("import subprocess\ndef who():\n return subprocess.run(['/usr/local/bin/helper', '-u'], capture_output=True, text=True).stdout.strip()\n",
                  [("/who", "0")], "RUN cp /usr/bin/id /usr/local/bin/helper && chmod 4755 /usr/local/bin/helper\nUSER 1000\n" + RUN)

    def test_a_file_capability(self):
        self.trap("import subprocess, os\ndef give():\n open('/tmp/mine', 'w').close()\n"
                  " subprocess.run(['/usr/local/bin/give', '33', '/tmp/mine'], check=True)\n return os.stat('/tmp/mine').st_uid\n",
                  [("/give", "33")], "RUN cp /bin/chown /usr/local/bin/give && setcap cap_chown+ep /usr/local/bin/give\nUSER 1000\n" + RUN)

    def test_rotation_of_a_log(self):
        self.trap("import logging.handlers, os, glob\nlog = logging.getLogger('shop')\n"
                  "log.addHandler(logging.handlers.RotatingFileHandler('/var/log/shop/app.log', maxBytes=30, backupCount=2))\n"
                  "def rotate():\n for i in range(5): log.warning('line of %d bytes or so', i)\n return len(glob.glob('/var/log/shop/app.log*'))\n",
                  [("/rotate", "3")], "RUN mkdir /var/log/shop && chown www-data /var/log/shop\nUSER www-data\n" + RUN)

    def test_a_second_process(self):
        self.trap("import os, time\ndef job():\n open('/app/jobs/one', 'w').write('hello')\n"
                  " for _ in range(50):\n  time.sleep(0.1)\n  if os.path.exists('/app/jobs/done'): return open('/app/jobs/done').read()\n",
                  [("/job", "HELLO")],
                  RUN + "\nRUN mkdir /app/jobs\nCOPY worker start /usr/local/bin/\nCMD [\"start\"]",
                  worker="#!/bin/sh\nwhile sleep 0.1; do test -e /app/jobs/one && tr a-z A-Z < /app/jobs/one > /app/jobs/tmp && mv /app/jobs/tmp /app/jobs/done "
                         "&& rm /app/jobs/one; done\n",
                  start="#!/bin/sh\nworker &\nexec python3 /app/serve.py\n")

    def test_a_health_check(self):
        image = self.trap("def nothing():\n return 1\n", [("/nothing", "1")],
                          RUN + "\nHEALTHCHECK --interval=1s --start-period=1s CMD curl -sf http://127.0.0.1:8000/nothing | grep -q 1 && test -s /etc/debian_version")
        if ENGINE != "docker":
            return
        wait = (f"id=$(docker run -d {image}-slim); for i in 1 2 3 4 5 6 7 8 9 10; do s=$(docker inspect -f '{{{{.State.Health.Status}}}}' $id); "
                f"[ $s = healthy ] && break; sleep 0.5; done; docker rm -f $id >/dev/null; [ $s = healthy ]")
        self.assertEqual(subprocess.run(wait, shell=True, check=False).returncode, 0)

    def test_python_m_with_package_data(self):
        self.trap("", [("/table", "1,2")],
                  'WORKDIR /app\nCOPY serve.py /app/\nCOPY app /app/app\nCOPY shop /app/shop\nEXPOSE 8000\nCMD ["python3", "-m", "shop"]',
                  **{"shop/__main__.py": "import runpy\nrunpy.run_module('serve', run_name='__main__')\n", "shop/__init__.py": "",
                     "app/__init__.py": "def table():\n from importlib import resources\n return (resources.files('shop') / 'data' / 'table.csv').read_text().strip()\n",
                     "shop/data/table.csv": "1,2\n"})

    def test_links_to_folders(self):
        self.trap("def read():\n return open('/srv/' + 'www' + '/page').read().strip() + open('/app/current/' + 'deep' + '/page').read().strip()\n",
                  [("/read", "twothree")],
                  RUN + "\nRUN mkdir -p /data/sites/2/deep /data/www /opt && echo two > /data/www/page && echo three > /data/sites/2/deep/page && "
                  "ln -s ../data/www /srv/www && ln -s /data/sites /opt/sites && ln -s ../opt/sites/2 /app/current")

    def test_hard_links_across_layers(self):
        self.trap("import os\ndef read():\n return open('/data/' + 'second').read().strip(), open('/data/' + 'third').read().strip(), os.path.exists('/data/first')\n",
                  [("/read", "('one', 'two', False)")],
                  RUN + "\nRUN mkdir /data && echo one > /data/first && ln /data/first /data/second && ln /data/first /data/third\n"
                  "RUN rm /data/third && echo two > /data/third && ln /data/third /data/fourth\nRUN rm /data/first /data/fourth")


class NginxTraps(SlimTest):
    base = "nginx"

    def test_error_pages_uploads_and_reload(self):
        conf = ("server { listen 8000; root /srv/www; error_page 404 /errors/404.html; error_page 403 /errors/403.html;\n"
                "location /private { deny all; }\nlocation /put { root /srv/up; dav_methods PUT; client_body_buffer_size 1k; }\n"
                "location /old { rewrite ^/old(.*)$ /new$1 permanent; }\nlocation ~ \\.json$ { default_type text/plain; gzip on; gzip_types *; } }\n")
        image = self.image('COPY site.conf /etc/nginx/sites-enabled/default\nCOPY www /srv/www\nRUN mkdir -p /srv/up/put && chown www-data /srv/up/put\n'
                           'EXPOSE 8000\nCMD ["nginx", "-g", "daemon off;"]',
                           **{"site.conf": conf, "www/index.html": "home", "www/errors/404.html": "lost", "www/errors/403.html": "no entry",
                              "www/part/deep/data.json": "{}" * 1000})
        report = self.slim(image, "--http-probe", "/=>200")
        self.assertEqual(report["policy"]["result"], "balanced", [a["why"] for a in report["attempts"]])
        u = "http://127.0.0.1:$PORT"
        put = f"test $(curl -s -o /dev/null -w %{{http_code}} -T {HERE / 'stack_trap_test.py'} {u}/put/file) = 201"
        reload = f"$DOCKER_OR exec $WHITTLE_CONTAINER nginx -s reload && sleep 0.5 && curl -sf {u}/ >/dev/null".replace("$DOCKER_OR", ENGINE)
        self.assert_passes(image, " && ".join([
            f'test "$(curl -s {u}/none)" = lost', f'test "$(curl -s {u}/private/x)" = "no entry"', put,
            f"curl -s --compressed {u}/part/deep/data.json | grep -q '^{{}}{{}}'", f"test $(curl -s -o /dev/null -w %{{http_code}} {u}/old/1) = 301"]
            + ([] if ENGINE == "builtin" else [reload])))


class NodeTraps(SlimTest):
    base = "node"

    def test_dynamic_require(self):
        server = ("const http = require('http');\nhttp.createServer((q, s) => {\n  const n = q.url.slice(1);\n"
                  "  if (!n) return s.end('ready');\n  try { s.end(String(require('./handlers/' + n)())); } catch (e) { s.statusCode = 500; s.end(e.stack); }\n"
                  "}).listen(8000);\nprocess.on('SIGTERM', () => process.exit(0));\n")
        image = self.image('WORKDIR /app\nCOPY . /app\nEXPOSE 8000\nCMD ["node", "server.js"]',
                           **{"server.js": server, "handlers/one.js": "module.exports = () => require('fs').readFileSync(__dirname + '/one.txt', 'utf8').trim();\n",
                              "handlers/one.txt": "first\n", "handlers/two.js": "const left = require(['left', 'side'].join('-'));\nmodule.exports = () => left.name;\n",
                              "node_modules/left-side/package.json": '{"name": "left-side", "version": "1.0.0", "main": "lib/main.js"}',
                              "node_modules/left-side/lib/main.js": "exports.name = require('./part').name;\n",
                              "node_modules/left-side/lib/part.js": "exports.name = 'left';\n"})
        report = self.slim(image, "--http-probe", "/=>200")
        self.assertEqual(report["policy"]["result"], "balanced", [a["why"] for a in report["attempts"]])
        self.assert_passes(image, ask("/one", "first") + "\n" + ask("/two", "left"))


class ElfTraps(SlimTest):
    def test_a_library_opened_by_a_computed_name(self):
        if not shutil.which("cc"):
            self.skipTest("no C compiler")
        folder = Path(self.folder.name)
        (folder / "main.c").write_text('#include <dlfcn.h>\n#include <stdio.h>\nint main(int n, char** v) {\n  char name[99];\n'
                                       '  snprintf(name, 99, "/opt/shop/%s/lib%s.so", "codecs", n > 1 ? v[1] : "red");\n  void* h = dlopen(name, RTLD_NOW);\n'
                                       '  if (!h) return puts(dlerror()), 1;\n  return puts(((const char* (*)(void))dlsym(h, "say"))()), 0;\n}\n')
        for name in ("red", "blue"):
            (folder / "part.c").write_text(f'const char* say(void) {{ return "{name}"; }}\n')
            subprocess.run(["cc", "-shared", "-fPIC", "-o", folder / f"lib{name}.so", folder / "part.c"], check=True)
        subprocess.run(["cc", "-o", folder / "main", folder / "main.c"], check=True)
        image = self.image('COPY main /usr/bin/shop\nCOPY codecs /opt/shop/codecs\nENTRYPOINT ["/usr/bin/shop"]', main=(folder / "main").read_bytes(),
                           **{f"codecs/lib{n}.so": (folder / f"lib{n}.so").read_bytes() for n in ("red", "blue")})
        report = self.slim(image)
        self.assertEqual(report["policy"]["result"], "balanced", [a["why"] for a in report["attempts"]])
        self.assert_says(image, "red\n")
        for name in (image, image + "-slim"):
            found = self.whittle("trace", name, "--", "blue")
            self.assertIn("exit code 0,", found.stdout)


if __name__ == "__main__":
    run_suites(globals(), sys.argv[2:])
