"""nlp.js, the best known peer that runs without a service: a Node process that reads and writes lines of JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.matching.material import OUTSIDE
from bot.model.library import LANGUAGES, Example
from tests.bench.decisions import Ranked

_PEER = Path(__file__).parent / "peer"
#: What it calls a message that is none of its business, and what we call it.
_NONE = "None"


def install(folder: Path) -> bool:
    """Install nlp.js in ``folder`` as its lock file says; False when there is no Node or it cannot be fetched."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / "package-lock.json"
    wanted = (_PEER / "package-lock.json").read_bytes()
    installed = (folder / "node_modules").is_dir() and lock.is_file() and lock.read_bytes() == wanted
    for file in _PEER.iterdir():
        shutil.copy(file, folder / file.name)
    if installed:
        return True
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode == 0


class NlpJs:
    """nlp.js with one model for each language, without its own recognition of names and moods.

    Examples from outside are given to it as its own ``None``.
    """

    def __init__(self, node: Path) -> None:
        """Take the folder where it is installed."""
        self._node = node
        self._process: subprocess.Popen[str] | None = None

    def learn(self, examples: Sequence[Example], folder: Path) -> None:
        """Train, and leave the model as its own file."""
        rows = [(one.language, _NONE if one.label == OUTSIDE else one.label, one.text) for one in examples]
        self._ask("learn", languages=LANGUAGES, examples=rows, file=str((folder / "model.nlp").resolve()))
        self._close()

    def open(self, folder: Path) -> None:
        """Read the model."""
        self._ask("open", languages=LANGUAGES, file=str((folder / "model.nlp").resolve()))

    def rank(self, text: str, language: str) -> Ranked:
        """Return its intents with its scores."""
        found = self._ask("rank", language=language, text=text)["ranked"]
        return [(OUTSIDE if label == _NONE else label, float(score)) for label, score in found]

    def language(self, text: str) -> str:
        """Return which language ``text`` is in, among ours."""
        return str(self._ask("language", languages=LANGUAGES, text=text)["language"])

    def memory(self) -> float:
        """Return the memory that Node uses, in megabytes."""
        return float(self._ask("memory")["bytes"]) / 2**20

    def _ask(self, what: str, **details: Any) -> dict[str, Any]:
        if self._process is None:
            self._process = subprocess.Popen(
                ["node", "peer.js"], cwd=self._node, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        if pipe_in is None or pipe_out is None:
            raise RuntimeError("no pipe to Node")
        pipe_in.write(json.dumps({"do": what, **details}) + "\n")
        pipe_in.flush()
        line = pipe_out.readline()
        if not line:
            raise RuntimeError(f"Node ended while asked to {what}")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _close(self) -> None:
        """End the process, so that deciding begins afresh."""
        if self._process is not None:
            self._process.communicate()
            self._process = None
