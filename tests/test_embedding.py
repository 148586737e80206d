"""What the operator gives to the keepers of another site, and what is refused before anything is shown there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.settings import SettingsError, read

THEIRS = "https://www.obcina.example"
OURS = "https://help.example"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Undo what the command line sets for the whole process."""
    yield
    structlog.reset_defaults()


def embed(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["embed", *arguments], env=environment)


def test_a_frame_is_printed_for_each_language_with_a_title_in_it() -> None:
    told = embed(INFOPOINT_EMBED_IN=THEIRS, INFOPOINT_PUBLIC_URL=OURS).output
    frames = [line for line in told.splitlines() if line.startswith("<iframe")]
    assert [
        frame.count(f'src="{OURS}/embedded?lang={code}"') for frame, code in zip(frames, ("sl", "it", "hr", "bg"), strict=True)
    ]
    assert len({frame.split('title="')[1].split('"')[0] for frame in frames}) == 4
    assert all('loading="lazy"' in frame and 'height="' in frame for frame in frames)


def test_one_language_is_printed_alone() -> None:
    assert embed("--language", "bg", INFOPOINT_EMBED_IN=THEIRS, INFOPOINT_PUBLIC_URL=OURS).output.count("<iframe") == 1


def test_without_a_site_that_may_show_it_there_is_nothing_to_print() -> None:
    refused = embed()
    assert refused.exit_code == 1
    assert "INFOPOINT_EMBED_IN" in refused.output


@pytest.mark.parametrize(
    "given",
    [
        *(
            "https://www.obcina.example/",
            "https://www.obcina.example/page",
            "www.obcina.example",
            "https://*.obcina.example",
            "*",
        ),
        *(
            "http://www.obcina.example",
            "https://a.example https://b.example",
            "https://a.example;script-src *",
            "https://a.example\nx",
        ),
        *("data:", "'self'", "https://", "https://a..", "https://ž.example", "https://a.example:0", "https://user@a.example"),
    ],
)
def test_what_is_no_origin_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match="INFOPOINT_EMBED_IN: Value error, takes origins"):
        read({"INFOPOINT_EMBED_IN": f"https://good.example,{given}", "INFOPOINT_PUBLIC_URL": OURS})


def test_a_page_under_https_can_only_show_a_chat_under_https() -> None:
    with pytest.raises(SettingsError, match="INFOPOINT_PUBLIC_URL"):
        read({"INFOPOINT_EMBED_IN": THEIRS})
    assert read({"INFOPOINT_EMBED_IN": "http://localhost:8000"}).origins == ("http://localhost:8000",)


def test_origins_are_tidied() -> None:
    both = read({"INFOPOINT_EMBED_IN": f" {THEIRS.upper()} ,http://127.0.0.1:8000,", "INFOPOINT_PUBLIC_URL": OURS})
    assert both.origins == (THEIRS, "http://127.0.0.1:8000")
