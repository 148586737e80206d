"""Where in the knowledge folder each thing stands. The one place that knows file names."""

from __future__ import annotations

PLACES = "places.yaml"
POINTS = "points.yaml"
LINES = "crisis/lines.yaml"

#: Files of a language folder that are no topics, by the stem of their name.
ACTS, CRISIS, GOLDEN, OUTSIDE, SITUATIONS = "acts", "crisis", "golden", "outside", "situations"
NO_TOPICS = (ACTS, CRISIS, GOLDEN, OUTSIDE, SITUATIONS)

#: Whose facts are shared by the answers of all countries.
COMMON = "common"

#: The key of look-alikes in a language's crisis file, and their label in the library.
NOT_CRISIS = "not-crisis"


def topic(topic_id: str) -> str:
    """Return the file of a topic's contract."""
    return f"topics/{topic_id}.yaml"


def facts(topic_id: str, where: str) -> str:
    """Return the file of the facts of an answer for a country or a pair of countries."""
    return f"facts/{where}/{topic_id}.yaml"


def shared(whose: str) -> str:
    """Return the file of the facts that the answers of a country share, or all (`COMMON`)."""
    return f"facts/{whose}.yaml"


def situation(situation_id: str) -> str:
    """Return the file of a situation's contract."""
    return f"situations/{situation_id}.yaml"


def situation_words(language: str) -> str:
    """Return the file of the names, overviews and examples of all situations in one language."""
    return f"{language}/{SITUATIONS}.yaml"


def golden(language: str) -> str:
    """Return the file of the questions that must go on being understood, in one language."""
    return f"{language}/{GOLDEN}.yaml"


def words(topic_id: str, language: str) -> str:
    """Return the file of a topic's examples and wordings in one language."""
    return f"{language}/{topic_id}.yaml"


def offices(country: str) -> str:
    """Return the file of the offices of a country."""
    return f"offices/{country}.yaml"


def crisis(kind: str) -> str:
    """Return the file of a kind of crisis."""
    return f"crisis/{kind}.yaml"


def example(label: str, language: str, position: int) -> tuple[str, tuple[str | int, ...]]:
    """Return the file of the example of ``label`` that stands at ``position`` among its like, and its path there."""
    sort, _, name = label.partition(":")
    if sort == "situation":
        return situation_words(language), (name, "examples", position)
    if sort == "act":
        return f"{language}/{ACTS}.yaml", (name, position)
    if sort == "crisis":
        return f"{language}/{CRISIS}.yaml", (name, position)
    if label == NOT_CRISIS:
        return f"{language}/{CRISIS}.yaml", (NOT_CRISIS, position)
    if label == "outside":
        return f"{language}/{OUTSIDE}.yaml", ("examples", position)
    return words(label, language), ("examples", position)
