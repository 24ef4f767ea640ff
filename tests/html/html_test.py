#!/usr/bin/env python3
"""The html page in headless Chromium: light and dark, map and tree by keyboard, search, hostile names, no network.

usage: html_test.py HTML_SAMPLE [--screenshots FOLDER]
Exit 0: passed. 1: failed. 77: there is no Chromium, chromedriver or selenium here.
"""
import json
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

try:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait
except ImportError:
    print("SKIP: python3-selenium is not installed")
    sys.exit(77)
if not shutil.which("chromium") or not shutil.which("chromedriver"):
    print("SKIP: chromium and chromium-driver are not installed")
    sys.exit(77)

SAMPLE = Path(sys.argv[1]).resolve()
SHOTS = Path(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[2] == "--screenshots" else None
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
         "--window-size=1360,1000"]
folder = Path(tempfile.mkdtemp(prefix="whittle-html-"))


def start_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in FLAGS + [f"--user-data-dir={tempfile.mkdtemp(dir=folder)}",
                         "--host-resolver-rules=MAP * ~NOTFOUND"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.chrome.service.Service(shutil.which("chromedriver"))
    return webdriver.Chrome(service=service, options=options)


def page(name):
    path = folder / f"{name}.html"
    if not path.exists():
        path.write_bytes(subprocess.run([SAMPLE, name], capture_output=True, check=True).stdout)
    return path


class Page(unittest.TestCase):
    def open(self, name):
        path = page(name)
        browser.get_log("performance")  # of the tab's own first page
        browser.get(path.as_uri())
        browser.execute_script("localStorage.clear()")
        browser.refresh()
        WebDriverWait(browser, 30).until(lambda b: b.execute_script("return document.documentElement.dataset.ready"))

    def tearDown(self):
        logged = [entry["message"] for entry in browser.get_log("browser")]
        self.assertEqual(logged, [], "the console is not silent")
        events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
        asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        self.assertEqual([url for url in asked if not url.startswith(("file:", "data:", "chrome:"))], [], "the network was asked")
        self.assertTrue(asked, "the requests are not seen")

    def all(self, selector):
        return browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return browser.find_element(By.CSS_SELECTOR, selector)

    def active(self):
        return browser.switch_to.active_element

    def press(self, *keys):
        for key in keys:
            self.active().send_keys(key)

    def shot(self, name):
        if SHOTS:
            SHOTS.mkdir(parents=True, exist_ok=True)
            height = browser.execute_script("return document.documentElement.scrollHeight")
            browser.set_window_size(1360, height + 90)
            time.sleep(0.5)  # the map is drawn anew
            browser.save_screenshot(str(SHOTS / f"{name}.png"))
            browser.set_window_size(1360, 1000)


class Scan(Page):
    """The page of `scan`."""

    def rows(self):
        return self.all("#findings tr.row")

    def test_kinds(self):
        self.open("scan")
        self.assertEqual(self.one("h1").text, "registry.example/shop:1.4")
        self.assertEqual(self.one("#verdict").text, "2 vulnerabilities, 2 secrets, 2 weaknesses of the configuration")
        self.assertEqual([card.text for card in self.all(".figure b")], ["2", "1", "1", "2", "0", "0"])
        self.assertEqual([tab.text for tab in self.all("#kinds button")], ["Vulnerabilities 2", "Secrets 2", "Configuration 2", "Not counted 2"])
        for tab in self.all("#kinds button"):
            tab.click()
            self.assertEqual(len(self.rows()), 2, tab.text)
        self.assertIn("ignored by .trivyignore:3", self.one("#findings").text)
        self.shot("scan")

    def test_filters_and_order(self):
        self.open("scan")
        ids = lambda: [button.text for button in self.all("#findings .opens")]
        self.all("#findings th button")[0].click()
        self.all("#findings th button")[0].click()
        self.assertEqual(ids(), ["CVE-2026-2", "CVE-2026-1"])
        self.one("#search").send_keys("curl")
        self.assertEqual(ids(), ["CVE-2026-1"])
        self.one("#clear").click()
        self.assertEqual(ids(), ["CVE-2026-1", "CVE-2026-2"])
        self.one("#only-fixable").click()
        self.assertEqual(ids(), ["CVE-2026-1"])
        self.one("#clear").click()
        self.one("#figures [data-level=low]").click()
        self.assertEqual(ids(), ["CVE-2026-2"])
        self.one("#remedies button").click()
        self.assertEqual(ids(), ["CVE-2026-1"])

    def test_details(self):
        self.open("scan")
        self.one("#findings .opens").send_keys(Keys.ENTER)
        self.assertIn("CVSS:3.1/AV:N", self.one("#findings tr.detail").text)
        self.assertEqual(self.active().get_attribute("aria-expanded"), "true")
        self.active().send_keys(Keys.ENTER)
        self.assertEqual(self.all("#findings tr.detail"), [])

    def test_hostile(self):
        self.open("scan-hostile")
        for button in self.all("#kinds button"):
            button.click()
            self.one("#findings .opens").click()
        self.assertIsNone(browser.execute_script("return window.pwned"))
        self.assertEqual(self.all("main img, main b[onerror]"), [])
        self.assertEqual([a.get_attribute("href") for a in self.all("#findings a")], [])

    def test_clean(self):
        self.open("scan-clean")
        self.assertEqual(self.one("#verdict").text, "no vulnerabilities, no secrets, no weaknesses of the configuration")
        self.assertEqual(self.rows(), [])


class Slim(Page):
    """The page of `slim`."""

    def rows(self, table):
        return self.all(f"#{table} tbody tr")

    def test_all_of_it(self):
        self.open("slim")
        self.assertEqual(self.one("h1").text, "shop:1.4")
        self.assertIn("476.8 MiB \u2192 38.1 MiB; the result passes the same checks", self.one("#verdict").text)
        self.assertEqual([card.text for card in self.all(".figure b")], ["38.1 MiB", "700", "20", "1"])
        self.assertEqual(len(self.rows("tiers")), 7)
        self.assertEqual([row.text.split()[0] for row in self.rows("programs")], ["/usr/bin/shop", "/bin/sh"])
        self.assertEqual([row.text.split()[0] for row in self.rows("misses")], ["/etc/motd"])
        self.assertEqual([row.text for row in self.rows("time")], ["reading the image 2.5 s", "running results 7.5 s"])
        self.assertEqual(len(self.all("#attempts .attempt")), 2)
        self.assertIn("a note", self.one("#notes").text)
        self.shot("slim")

    def test_filters(self):
        self.open("slim")
        self.assertEqual(len(self.rows("reasons")), 200)
        self.one("#reasons-more").click()
        self.assertEqual(len(self.rows("reasons")), 300)
        browser.execute_script("scrollTo(0, 0)")
        self.all("#tiers button")[1].click()
        self.assertEqual(self.one("#reasons-count").text, "150 of 300 reasons")
        self.one("#search").send_keys("program29")
        self.assertEqual(self.one("#reasons-count").text, "5 of 300 reasons")
        self.one("#search").clear()
        self.one("#search").send_keys("package3 ")
        self.assertEqual(len(self.rows("packages")), 6)
        self.all("#fates button")[2].send_keys(Keys.ENTER)
        self.assertEqual(self.one("#packages-count").text, "2 of 10 packages")

    def test_hostile(self):
        self.open("slim-hostile")
        self.assertIsNone(browser.execute_script("return window.pwned"))
        self.assertEqual(self.all("main img, main b[onerror], main a"), [])

    def test_dark(self):
        self.open("slim")
        for name in ("light", "dark"):
            self.one("#theme").click()
            self.assertEqual(self.one("#theme-name").text, name)
            self.shot(f"slim-{name}")


class Content(Page):
    def test_figures(self):
        self.open("sample")
        self.assertEqual(self.one("h1").text, "registry.example/shop:1.4")
        self.assertEqual(browser.title, "registry.example/shop:1.4 – whittle")
        self.assertEqual(self.one("#verdict").text, "49.9 MiB of 65.0 MiB (76.7 %) are stored and never seen.")
        self.assertEqual([card.text for card in self.all(".figure b")], ["65.0 MiB", "15.1 MiB", "49.9 MiB", "23.2 %", "32.3 MiB"])
        self.assertEqual(len(self.all("#layers tbody tr[data-layer]")), 6)
        self.assertEqual(len(self.all("#layers tr.boundary")), 1)
        self.assertEqual(len(self.all(".waste-list li")), 2)
        self.assertIn("MODE=production", self.one("#config").text)
        self.shot("light")

    def test_areas_are_in_proportion(self):
        self.open("sample")
        area = {tile.get_attribute("aria-label").split(",")[0]: tile.size["width"] * tile.size["height"] for tile in self.all(".top-tile")}
        whole = sum(area.values())
        self.assertAlmostEqual(area["var"] / whole, 43300000 / 68164400, delta=0.01)
        self.assertAlmostEqual(area["app"] / whole, 18032000 / 68164400, delta=0.01)

    def test_every_waste_tab(self):
        self.open("sample")
        for tab in self.all("#waste-tabs button"):
            tab.click()
            self.assertEqual(tab.get_attribute("aria-selected"), "true")
            self.assertTrue(self.one("#waste").text, tab.text)
        self.one("#waste-tabs [data-id=cause]").click()
        self.assertIn("41.3 MiB", self.one("#waste").text)

    def test_layer_filters_the_tree(self):
        self.open("sample")
        self.one("#layers tr[data-layer='3'] button").click()
        rows = [row.text.split("\n")[0] for row in self.all("#tree [role=treeitem]")]
        self.assertTrue(any("usr/" in row for row in rows), rows)
        self.assertTrue(any("var/" in row for row in rows), "what the layer deleted is shown: " + str(rows))
        self.assertFalse(any("app/" in row for row in rows), rows)

    def test_empty_image(self):
        self.open("empty")
        self.assertIn("nothing is stored in vain", self.one("#verdict").text)

    def test_big_image_is_folded(self):
        self.assertLess(page("big").stat().st_size, 10_000_000)
        self.open("big")
        self.assertIn("summed up", self.one("#map-hint").text)
        stored = browser.execute_script("return document.querySelector('.figure b').textContent")
        self.assertIn(stored, self.one("#map-hint").text)
        self.shot("big")


class Keyboard(Page):
    def test_map(self):
        self.open("sample")
        browser.execute_script("document.querySelector('.top-tile[tabindex=\"0\"]').focus()")
        self.assertIn("var", self.active().get_attribute("aria-label"))
        self.press(Keys.ARROW_RIGHT)
        self.assertIn("app", self.active().get_attribute("aria-label"))
        self.press(Keys.ENTER)
        self.assertEqual(self.one("#crumbs [aria-current]").text, "app")
        labels = [tile.get_attribute("aria-label").split(",")[0] for tile in self.all(".top-tile")]
        self.assertEqual(labels[0], ".git")
        self.assertIn(".git", self.active().get_attribute("aria-label"))
        self.press(Keys.BACKSPACE)
        self.assertEqual(self.one("#crumbs [aria-current]").text, "/")
        self.assertIn("app", self.active().get_attribute("aria-label"))

    def test_tree(self):
        self.open("sample")
        browser.execute_script("document.querySelector('#tree [tabindex=\"0\"]').focus()")
        self.press(Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        self.assertIn("lib/", self.active().text)
        self.assertEqual(self.active().get_attribute("aria-level"), "3")
        self.press(Keys.ARROW_LEFT)
        self.assertIn("var/", self.active().text)
        self.press(Keys.ARROW_LEFT)
        self.assertEqual(self.active().get_attribute("aria-expanded"), "false")
        self.press(Keys.END)
        self.assertIn("etc/", self.active().text)

    def test_search(self):
        self.open("sample")
        self.one("body").send_keys("/")
        self.assertEqual(self.active().get_attribute("id"), "search")
        self.press("PACK")
        WebDriverWait(browser, 10).until(lambda b: self.all(".results-list button"))
        found = [button.text.split("\n")[0] for button in self.all(".results-list button")]
        self.assertEqual(found, ["/var/lib/apt/lists/main_Packages", "/app/.git/pack"])
        self.shot("search")
        self.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
        self.active().click()
        self.assertIn("pack", self.one("#tree [aria-selected=true]").text)
        detail = self.one("#detail").text
        self.assertIn("/app/.git/pack", detail)
        self.assertIn("layer 5 (Dockerfile:7): 8.6 MiB", detail)
        self.assertIn("in the container", detail)

    def test_everything_has_a_place_in_the_order(self):
        self.open("sample")
        seen = set()
        self.one("body").send_keys(Keys.TAB)
        for _ in range(80):
            active = self.active()
            seen.add(active.get_attribute("id") or active.get_attribute("class").split(" ")[0] or active.tag_name)
            active.send_keys(Keys.TAB)
        for wanted in ("search", "theme", "tile", "tree-layer", "tree-sort", "tree-lost", "tree-row"):
            self.assertIn(wanted, seen)


class Looks(Page):
    def test_theme(self):
        self.open("sample")
        theme = lambda: browser.execute_script("return document.documentElement.dataset.theme")  # noqa: E731
        ground = lambda: browser.execute_script("return getComputedStyle(document.body).backgroundColor")  # noqa: E731
        self.assertEqual(theme(), "light")
        light = ground()
        self.one("#theme").click()
        self.assertEqual(theme(), "light")
        self.one("#theme").click()
        self.assertEqual(theme(), "dark")
        self.assertNotEqual(ground(), light)
        self.shot("dark")
        self.one("#theme").click()
        self.assertEqual(self.one("#theme-name").text, "auto")

    def test_follows_the_system(self):
        self.open("sample")
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
        try:
            WebDriverWait(browser, 5).until(lambda b: b.execute_script("return document.documentElement.dataset.theme") == "dark")
        finally:
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "light"}]})

    def test_contrast(self):
        """Text against its ground reaches 4.5:1 (WCAG 2, AA) in both looks."""
        self.open("sample")
        for look in ("light", "dark"):
            browser.execute_script("document.documentElement.dataset.theme = arguments[0]", look)
            for name in ("--text", "--muted", "--accent", "--bad", "--good"):
                ratio = browser.execute_script("""
                  const probe = document.createElement('span');
                  document.body.append(probe);
                  const light = (value) => {
                    probe.style.color = `var(${value})`;
                    const [r, g, b] = getComputedStyle(probe).color.match(/[\\d.]+/g).map(Number).map((c) => c / 255)
                      .map((c) => (c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4));
                    return .2126 * r + .7152 * g + .0722 * b;
                  };
                  const [a, b] = [light(arguments[0]), light('--card')].sort((x, y) => y - x);
                  probe.remove();
                  return (a + .05) / (b + .05);""", name)
                self.assertGreaterEqual(ratio, 4.5, f"{name}, {look}")

    def test_fits_small_screens(self):
        self.open("sample")
        browser.set_window_size(520, 900)
        wide = browser.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.shot("small")
        browser.set_window_size(1360, 1000)
        self.assertLessEqual(wide, 1)


class Hostile(Page):
    def test_nothing_breaks_out(self):
        self.open("hostile")
        self.assertIsNone(browser.execute_script("return window.pwned || null"))
        self.assertEqual(self.all("img, iframe, object, embed, b.team"), [])
        self.assertEqual(len(self.all("script")), 2)
        self.assertIn("</script>", self.one("h1").text)
        for tab in self.all("#waste-tabs button"):
            tab.click()
        self.one("#search").send_keys("onerror")
        WebDriverWait(browser, 10).until(lambda b: self.all(".results-list button"))
        browser.execute_script("arguments[0].click()", self.all(".results-list button")[0])
        self.assertIn("onerror", self.one("#detail").text)
        for mode in self.all("#map-modes button"):
            browser.execute_script("arguments[0].click()", mode)
        for name in ("__proto__", "prototype"):
            self.one("#search").clear()
            self.one("#search").send_keys(name)
            WebDriverWait(browser, 10).until(lambda b, n=name: any(n in r.text for r in self.all(".results-list button")))
        self.assertIsNone(browser.execute_script("return window.pwned || null"))
        self.shot("hostile")


try:
    browser = start_browser()
    try:
        result = unittest.main(argv=sys.argv[:1], exit=False, verbosity=1).result
    finally:
        browser.quit()
finally:
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(0 if result.wasSuccessful() else 1)
