"""The files of the fake Bot API: what residents attached, and its download under the bot's token."""

from __future__ import annotations

from dataclasses import dataclass

#: https://core.telegram.org/bots/api#getfile
LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True)
class File:
    """One file on Telegram's server. ``told`` is the size that getFile tells, where that is not the true one."""

    path: str
    content: bytes
    told: int | None = None

    def described(self, file_id: str) -> dict[str, object]:
        """Return what getFile answers."""
        size = len(self.content) if self.told is None else self.told
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size, "file_path": self.path}
