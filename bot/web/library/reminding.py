"""The letter to those who look after topics: how much is due, the titles of some, and where to see to it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.editing.tasks import Task, counts
from bot.editing.trees import Tree
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.model.staff import Member
from bot.web.library.naming import item_name
from bot.web.library.taskwords import kind_names, told
from bot.work.post import Notice

#: So many tasks are named one by one.
MOST_NAMED = 10


class Letters:
    """Writes the letters; ``url`` is the address of this server, empty when it is not known."""

    def __init__(self, phrases: Phrases, *, url: str) -> None:
        self._phrases = phrases
        self._url = url

    def write(self, member: Member, mine: Sequence[Task], tree: Tree) -> Notice:
        """Return what ``member`` is told of their tasks. It holds nothing of residents."""
        language = member.language or LANGUAGES[0]
        say = self._phrases.into(language)
        subject = say.ngettext("%(count)d task of your topics", "%(count)d tasks of your topics", len(mine)) % {
            "count": len(mine)
        }
        names = kind_names(say)
        numbers = [f"{names[kind]}: {number}" for kind, number in counts(mine).items()]
        named = [f"– {item_name(tree, task.item, language, say)}: {told(task, language, say)}" for task in mine[:MOST_NAMED]]
        rest = len(mine) - len(named)
        if rest:
            named.append(say.ngettext("– and %(count)d more", "– and %(count)d more", rest) % {"count": rest})
        parts = [
            say.gettext("What you look after needs you, so that residents are told what is true."),
            "\n".join(numbers),
            "\n".join(named),
        ]
        if self._url:
            parts.append(say.gettext("Your tasks: %(address)s") % {"address": f"{self._url}/desk/tasks?who=mine"})
        parts.append(say.gettext("You get this once a week at most, because you look after these topics."))
        return Notice(subject, "\n\n".join(parts), language)
