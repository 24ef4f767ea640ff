"""A guestbook: people sign, everybody reads. Entries live in a SQLite file."""
import os
import sqlite3
import time

from flask import Flask, abort, jsonify, redirect, render_template, request

MAX_NAME = 40
MAX_TEXT = 500


def connect(path):
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    database.execute(
        "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL)"
    )
    return database


def create_app(database_path):
    app = Flask(__name__)

    def entries():
        with connect(database_path) as database:
            return database.execute("SELECT name, text, at FROM entry ORDER BY id DESC LIMIT 100").fetchall()

    @app.get("/")
    def index():
        return render_template("index.html", entries=entries())

    @app.post("/sign")
    def sign():
        name = request.form.get("name", "").strip()
        text = request.form.get("text", "").strip()
        if not name or not text or len(name) > MAX_NAME or len(text) > MAX_TEXT:
            abort(400)
        with connect(database_path) as database:
            database.execute("INSERT INTO entry (name, text, at) VALUES (?, ?, ?)", (name, text, int(time.time())))
        return redirect("/")

    @app.get("/entries.json")
    def as_json():
        return jsonify([dict(row) for row in entries()])

    @app.get("/health")
    def health():
        entries()
        return "ok\n"

    return app


if __name__ == "__main__":
    create_app(os.environ.get("DATABASE", "/tmp/guestbook.sqlite")).run(
        host="0.0.0.0", port=int(os.environ.get("PORT", "8080"))
    )
