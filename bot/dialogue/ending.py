"""When staff have closed a case: the bot takes over again and asks once whether it helped."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.handoff import claimed, point_for
from bot.dialogue.promise import promise
from bot.dialogue.scene import Reply, Scene, language_of
from bot.language.phrases import Phrases
from bot.model.case import Case, Outcome
from bot.model.conversation import Conversation, Holder
from bot.model.message import Button, Outgoing
from bot.model.turn import Helped

#: Outcomes that nobody is asked about: who wrote abuse, whom we could not reach, and who has fallen silent.
_NOT_ASKED = frozenset({Outcome.ABUSE, Outcome.UNREACHED, Outcome.SILENT})


def given_back(conversation: Conversation, case: Case, phrases: Phrases) -> tuple[Conversation, Outgoing]:
    """Return the conversation in the hands of the bot after ``case`` was closed, and what the resident reads of it."""
    say = phrases.into(language_of(conversation))
    after = replace(conversation.held_by(Holder.BOT), ended=None)
    if case.outcome is Outcome.SILENT:
        text = say.gettext(
            "We have heard nothing from you for a long time, so the conversation with the person at the info point is closed."
            " You can write again at any time; the automatic assistant answers you."
        )
        return after, Outgoing(text, language_of(conversation))
    text = say.gettext("The person has closed the conversation. From now on the automatic assistant answers you again.")
    if case.outcome in _NOT_ASKED:
        return after, Outgoing(text, language_of(conversation))
    question = say.gettext("Did the person at the info point help you?")
    yes = Button(say.gettext("Yes, it helped me"), f"ended:yes:{case.id}")
    no = Button(say.gettext("No, I still need help"), f"ended:no:{case.id}")
    asked = replace(after, ended=case.id if case.point is None else f"{case.id}/{case.point}")
    return asked, Outgoing(f"{text}\n\n{question}", language_of(conversation), buttons=((yes,), (no,)))


def press(scene: Scene, conversation: Conversation, rest: str) -> Reply | None:
    """Take whether a case helped (``yes:<case id>``, ``no:<case id>``); None when that is not asked, or was said already."""
    said, _, case_id = rest.partition(":")
    asked_about, _, at = (conversation.ended or "").partition("/")
    if not case_id or asked_about != case_id or said not in ("yes", "no"):
        return None
    after, say = replace(conversation, ended=None), scene.say(conversation)
    if said == "yes":
        return _reply(after, [say.gettext("I am glad. If you need anything else, write to me.")], Helped(case_id, helped=True))
    sorry = say.gettext("I am sorry that it did not help.")
    goes_on = say.gettext("The answer will come here. You can go on writing.")
    if conversation.holder is Holder.STAFF or conversation.waiting:
        # Another case is open by now: they are heard there.
        added = say.gettext("I have added this for the person at the info point who will read your question.")
        return replace(_reply(after, [sorry, added], Helped(case_id, helped=False)), relayed=conversation.holder is Holder.STAFF)
    promised = promise(scene, after, scene.library.points.get(at) or point_for(scene, after))
    passed_on = say.gettext("I have passed it on to the info point once more.")
    helped = Helped(case_id, helped=False, reopens=True, claimed=claimed(after, scene.phrases), promised_at=promised.at)
    return _reply(after.put_in_line(), [sorry, passed_on, promised.text, goes_on], helped)


def _reply(conversation: Conversation, paragraphs: list[str], helped: Helped) -> Reply:
    """Return what is said; while staff hold the conversation the bot stays silent."""
    line = Outgoing("\n\n".join(paragraphs), language_of(conversation))
    return Reply(conversation, () if conversation.holder is Holder.STAFF else (line,), helped=helped)
