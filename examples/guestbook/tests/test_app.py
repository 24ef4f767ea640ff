import tempfile
import unittest

from app import create_app


class GuestbookTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.client = create_app(self.folder.name + "/test.sqlite").test_client()

    def tearDown(self):
        self.folder.cleanup()

    def test_signs(self):
        self.assertEqual(self.client.post("/sign", data={"name": "Ada", "text": "Hello"}).status_code, 302)
        entry = self.client.get("/entries.json").get_json()[0]
        self.assertEqual((entry["name"], entry["text"]), ("Ada", "Hello"))
        self.assertIn(b"Hello", self.client.get("/").data)

    def test_refuses_empty_text(self):
        self.assertEqual(self.client.post("/sign", data={"name": "Ada", "text": " "}).status_code, 400)

    def test_is_healthy(self):
        self.assertEqual(self.client.get("/health").data, b"ok\n")


if __name__ == "__main__":
    unittest.main()
