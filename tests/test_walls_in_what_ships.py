"""What no template, no script and no list of packages may hold: read from the files themselves, so that nothing new gets past."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


#: Files that are taken along bring their look with them; they are no pages of ours.
TAKEN_ALONG = {"my-data.html", "declared_file.html"}


def test_templates_trust_only_texts_of_their_own() -> None:
    trusted = set()
    for path in (ROOT / "bot").rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert "autoescape" not in html, path.name
        found = re.findall(r"([^\s{}(]+|'[^']*')\s*\|\s*safe\b", html)
        trusted |= {
            (path.name, what) for what in found if not what.endswith("'")
        }  # what stands there in quotes is the template's own
    assert trusted == {("part_sheet.html", "row.map_code")}, "the drawing of a code that a library made of squares"


def test_no_template_holds_a_script_a_style_or_a_handler_of_its_own() -> None:
    count = 0
    for path in (ROOT / "bot").rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        shown = html.replace("<style>", "", 1) if path.name in TAKEN_ALONG else html
        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:", shown, re.IGNORECASE), path.name
        for tag, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", html, re.DOTALL):
            assert "src=" in tag, path.name
            assert not body.strip(), path.name
        assert not re.search(r"(?:src|href|action)=\"https?://(?!www\.openstreetmap\.org)", html), (
            f"{path.name} asks another host"
        )
        count += 1
    assert count > 60


def test_scripts_make_neither_code_nor_markup_of_texts_and_ask_nobody_else() -> None:
    for path in (ROOT / "bot").rglob("static/*.js"):
        script = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|document\.write|srcdoc|[\"'`]\s*<\w", script), path.name
        assert not re.search(r"https?://", script), path.name


def test_what_is_required_is_pinned_with_hashes_and_comes_from_no_address() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        packages = [line for line in lines if line.strip() and not line.startswith("#")]
        assert len(packages) > 50
        for line in packages:
            assert re.match(r"[a-z0-9][a-z0-9._-]*(?:\[[a-z,-]+\])?==[0-9][^ ]* ", line), line.split()[0]
            assert "--hash=sha256:" in line, line.split()[0]
            assert not re.search(r"://|--index-url|--find-links|(?:^|\s)-e\s|git\+", line), line.split()[0]
    assert not any("@" in each or "://" in each for each in wanted["dependencies"])
    assert "--require-hashes" in (ROOT / "Makefile").read_text(encoding="utf-8")
