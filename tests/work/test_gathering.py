"""What residents ask becomes a row each, masked, whatever happens in between."""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.clock import new_id
from bot.matching.embedder import Embedder, EmbedderError
from bot.model.case import CaseOpening, Reason
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Kind, Outgoing
from bot.model.schedule import NOTHING_KNOWN, DeskState, Schedule
from bot.model.turn import Turn, Vote
from bot.model.verdict import Act, Verdict, VerdictKind
from bot.store import conversations, inbox, questions, retention
from bot.store.questions import Handled, Question
from bot.store.retention import Periods
from bot.work.gathering import Gathering
from bot.work.likening import Likening, packed, unpacked
from bot.work.reception import Reception
from tests.support.databases import Databases
from tests.support.house import TELEGRAM, House, parse, sorry
from tests.support.small_library import small_library
from tests.support.tidying import carry_out

STEPS = ("gather: read", "gather: put", "gather: before the end", "gather: done")


def read(received: inbox.Received) -> Incoming | None:
    """Read a payload as `send` writes it."""
    incoming = parse(received)
    return None if incoming is None else replace(incoming, remote_id=received.payload.get("remote_id"))


def think(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:  # noqa: ARG001 - as `Think` asks
    """Understand a text as its first word says (``answer/pension``), and a press as its own verb does."""
    conversation = replace(conversation, language="sl", country="si", greeted=True)
    said = (Outgoing("…", "sl"),)
    verb, _, rest = (incoming.press or incoming.text.split(" ")[0]).replace(":", "/").partition("/")
    topic = rest.partition("/")[0] or None
    if verb == "staff":
        return Turn(incoming, conversation, relayed=True)
    if verb in ("helpful", "missed"):
        return Turn(incoming, conversation, said, vote=Vote(topic or "", "si", verb == "helpful"))
    if verb == "fails":
        return Turn(incoming, conversation.put_in_line(), said, opens=CaseOpening(Reason.FAILURE))
    if verb == "human":
        return Turn(incoming, conversation.put_in_line(), said, opens=CaseOpening(Reason.ASKED))
    if verb == "forget":
        return Turn(incoming, conversation, said, forget=True)
    if verb == "lang":
        return Turn(incoming, replace(conversation, language="hr"), said, verdict=Verdict(VerdictKind.ANSWER, 1.0, "pension"))
    if verb not in set(VerdictKind):
        return Turn(incoming, conversation, said)
    kind = VerdictKind(verb)
    verdict = Verdict(kind, 0.9, topic, act=Act.THANKS if kind is VerdictKind.ACT else None)
    if kind is VerdictKind.CRISIS:
        verdict = replace(verdict, topic=None, crisis="violence")
    is_left = kind in (VerdictKind.PERSON, VerdictKind.CRISIS)
    return Turn(incoming, conversation, said, verdict=verdict, opens=CaseOpening(Reason.NOT_COVERED) if is_left else None)


class Town(House):
    """A house whose residents' messages are understood by `think`, and gathered."""

    async def sends(self, text: str = "", *, address: str = "ana", **more: str) -> None:
        """Let a resident send something, and answer it; a minute later."""
        payload = {"kind": Kind.PRESS if "press" in more else Kind.TEXT, "text": text} | more
        async with self.db.write() as tx:
            await inbox.put(tx, TELEGRAM, new_id(), address, payload, self.now)
        reception = Reception(self.db, self.bell, {TELEGRAM: read}, think, sorry, clock=self.clock)
        while await reception.step("worker"):
            pass
        self.later(minutes=1)

    def gathering(self, desk: DeskState = NOTHING_KNOWN, **more: Any) -> Gathering:
        """Return what gathers in one process."""
        return Gathering(self.db, self.bell, small_library, lambda: desk, lambda: None, clock=self.clock, **more)

    async def gathered(self) -> list[Question]:
        """Gather as a process does that has just begun, and return what there is then, the first one first."""
        await self.gathering().gather()
        return await self.kept()

    async def kept(self) -> list[Question]:
        """Return the questions that are kept, the first one first."""
        async with self.db.read() as tx:
            return await questions.get_many(tx, range(1000))


@pytest.fixture
def town(house: House) -> Town:
    return Town(house.db)


async def test_a_question_is_kept_masked_with_what_was_decided(town: Town) -> None:
    await town.sends("answer/pension sem Ana Novak, 041 123 456, ana@example.org")
    [found] = await town.gathered()
    assert (found.kind, found.topic, found.language, found.country) == (VerdictKind.ANSWER, "pension", "sl", "si")
    assert found.text is not None
    assert "[phone]" in found.text
    assert "[e-mail]" in found.text
    assert "Novak" not in found.text
    assert (found.channel, found.helpful, found.to_person, found.handled) == (TELEGRAM, None, False, None)


async def test_thanks_presses_commands_and_what_goes_to_staff_are_no_questions(town: Town) -> None:
    await town.sends("act hvala")
    await town.sends(press="topic:pension")
    await town.sends("help", kind=Kind.COMMAND)
    await town.sends("staff answer/pension")
    assert await town.gathered() == []


async def test_of_a_crisis_no_word_is_kept(town: Town) -> None:
    await town.sends("crisis pomagajte")
    [found] = await town.gathered()
    assert (found.kind, found.crisis, found.text, found.to_person) == (VerdictKind.CRISIS, "violence", None, True)


async def test_the_info_point_and_whether_it_was_open_are_kept(town: Town) -> None:
    point = next(each for each in small_library().points.values() if each.country == "si" and "sl" in each.languages)
    await town.sends("answer/pension kdaj")
    closed = DeskState({point.id: Schedule("si", "Su 10:00-11:00")}, ())
    await town.gathering(closed).gather()
    [found] = await town.kept()
    assert (found.point, found.open_then) == (point.id, False)


async def test_hours_that_nobody_knows_or_can_read_are_told_as_not_known(town: Town) -> None:
    point = next(each for each in small_library().points.values() if each.country == "si" and "sl" in each.languages)
    await town.sends("answer/pension kdaj")
    for hours in (None, "now and then"):
        async with town.db.write() as tx:
            await carry_out(tx, retention.QUESTIONS, town.now + Periods().figures)
        await town.gathering(DeskState({point.id: Schedule("si", hours)}, ())).gather()
        assert [each.open_then for each in await town.kept()] == [None]


async def test_a_press_tells_which_of_the_topics_to_choose_from_was_meant(town: Town) -> None:
    await town.sends("choose/pension dom")
    assert [each.topic for each in await town.gathered()] == [None]
    await town.sends(press="topic:no-such-topic")
    assert [each.topic for each in await town.gathered()] == [None]
    topic = next(iter(small_library().topics))
    await town.sends(press=f"topic:{topic}/si")
    await town.sends(press="topic:pension")
    [found] = await town.gathered()
    assert (found.kind, found.topic) == (VerdictKind.CHOOSE, topic)


async def test_a_question_whose_language_was_asked_back_is_one_question(town: Town) -> None:
    await town.sends("person mirovina")
    await town.sends(press="lang:hr")
    [found] = await town.gathered()
    assert (found.kind, found.topic, found.text) == (VerdictKind.ANSWER, "pension", "person mirovina")


@pytest.mark.parametrize("early", [True, False])
async def test_a_vote_counts_whether_it_comes_before_the_question_is_gathered_or_after(town: Town, *, early: bool) -> None:
    await town.sends("answer/pension kdaj")
    gathering = town.gathering()
    if not early:
        await gathering.gather()
    await town.sends(press="missed:pension/si")
    await gathering.gather()
    assert [each.helpful for each in await town.kept()] == [False]
    await town.sends(press="helpful:pension/si")
    await gathering.gather()
    assert [each.helpful for each in await town.kept()] == [True]


async def test_a_vote_belongs_to_the_question_about_its_topic(town: Town) -> None:
    await town.sends("answer/pension kdaj")
    await town.sends("answer/food kje")
    await town.sends(press="helpful:pension/si")
    await town.sends(press="missed:other/si")
    assert [each.helpful for each in await town.gathered()] == [True, False]


async def test_a_vote_without_a_question_is_nobodys(town: Town) -> None:
    await town.sends(press="helpful:pension/si")
    assert await town.gathered() == []


@pytest.mark.parametrize("early", [True, False])
async def test_a_question_that_a_person_was_called_for_is_marked(town: Town, *, early: bool) -> None:
    await town.sends("answer/food kje")
    await town.sends("answer/pension kdaj")
    gathering = town.gathering()
    if not early:
        await gathering.gather()
    await town.sends(press="human")
    await gathering.gather()
    assert [each.to_person for each in await town.kept()] == [False, True]


async def test_while_a_case_is_open_only_what_the_bot_cannot_answer_goes_to_staff(town: Town) -> None:
    await town.sends("person kje")
    await town.sends("answer/pension kdaj")
    await town.sends("person kam")
    assert [each.to_person for each in await town.gathered()] == [True, False, True]


async def test_a_case_that_was_opened_because_the_program_failed_was_opened_for_no_question(town: Town) -> None:
    await town.sends("answer/pension kdaj")
    await town.sends("fails")
    assert [each.to_person for each in await town.gathered()] == [False]


async def test_a_person_called_days_later_is_called_for_something_else(town: Town) -> None:
    await town.sends("answer/pension kdaj")
    town.later(days=2)
    await town.sends(press="human")
    assert [each.to_person for each in await town.gathered()] == [False]


@pytest.mark.parametrize("early", [True, False])
async def test_an_edited_message_stays_one_question_with_its_new_words(town: Town, *, early: bool) -> None:
    await town.sends("person kje", remote_id="5")
    if early:
        await town.gathered()
    await town.sends("answer/pension kdaj", kind=Kind.EDIT, remote_id="5")
    [found] = await town.gathered()
    assert (found.kind, found.topic, found.text) == (VerdictKind.ANSWER, "pension", "answer/pension kdaj")


async def test_words_that_were_taken_back_or_became_a_crisis_are_not_kept(town: Town) -> None:
    await town.sends("person kje", remote_id="5")
    await town.sends("person kam", remote_id="6")
    await town.gathered()
    await town.sends("act hvala", kind=Kind.EDIT, remote_id="5")
    await town.sends("crisis", kind=Kind.EDIT, remote_id="6")
    assert [(each.kind, each.text) for each in await town.gathered()] == [("person", None), ("crisis", None)]


async def test_words_that_were_changed_while_staff_answered_are_followed(town: Town) -> None:
    await town.sends("person kje", remote_id="5")
    await town.sends("staff kam", kind=Kind.EDIT, remote_id="5")
    assert [(each.kind, each.text) for each in await town.gathered()] == [("person", "staff kam")]


async def test_an_edited_greeting_becomes_a_question(town: Town) -> None:
    await town.sends("act dan", remote_id="5")
    await town.sends("answer/pension kdaj", kind=Kind.EDIT, remote_id="5")
    assert [each.topic for each in await town.gathered()] == ["pension"]


async def test_what_an_editor_made_of_a_question_stays(town: Town) -> None:
    await town.sends("person kje")
    [found] = await town.gathered()
    async with town.db.write() as tx:
        await questions.handle(tx, [found.turn], Handled.DONE)
    await town.sends(press="missed:pension/si")
    assert [(each.handled, each.helpful) for each in await town.gathered()] == [(Handled.DONE, False)]


async def test_what_is_older_than_questions_are_kept_is_not_gathered_again(town: Town) -> None:
    await town.sends("person kje")
    town.later(days=Periods().figures.days)
    assert await town.gathered() == []


async def test_who_has_everything_deleted_leaves_no_question(town: Town) -> None:
    await town.sends("person kje")
    await town.sends("person kam", address="berta")
    await town.gathered()
    await town.sends("forget")
    assert [each.text for each in await town.gathered()] == ["person kam"]


async def test_who_has_everything_deleted_while_it_is_gathered_leaves_no_question(town: Town) -> None:
    await town.sends("person kje")
    loop = asyncio.get_running_loop()

    async def forget() -> None:
        conversation = await town.conversation()
        async with town.db.write() as tx:
            await conversations.lock(tx, conversation.id)
            await conversations.replace_forgotten(tx, conversation, town.now, town.now)

    forgetting: list[asyncio.Task[None]] = []

    def on_step(name: str) -> None:
        if name == "gather: put":
            forgetting.append(loop.create_task(forget()))

    await town.gathering(on_step=on_step).gather()
    await forgetting[0]
    assert await town.kept() == []


async def test_a_question_whose_conversation_went_after_it_was_read_is_not_put(town: Town) -> None:
    await town.sends("person kje")
    conversation = await town.conversation()
    async with town.db.write() as tx:
        assert await questions.lock(tx, [conversation.id]) == {conversation.id}
        await conversations.replace_forgotten(tx, conversation, town.now, town.now)
        assert await questions.lock(tx, [conversation.id]) == frozenset()


async def test_two_processes_keep_each_question_once(town: Town) -> None:
    for number in range(30):
        await town.sends(f"person kje {number}", address=f"resident {number % 7}")
    await asyncio.gather(*(town.gathering().gather() for _ in range(3)))
    assert [each.text for each in await town.kept()] == [f"person kje {number}" for number in range(30)]


async def test_what_was_settled_is_not_read_again_and_what_came_since_is(town: Town) -> None:
    gathering = town.gathering()
    await town.sends("person kje")
    assert await gathering.gather() == 1
    assert await gathering.gather() == 0
    await town.sends("person kam", address="berta")
    assert await gathering.gather() == 1
    assert len(await town.kept()) == 2


async def test_what_is_committed_out_of_order_is_not_passed_over(town: Town) -> None:
    async with town.db.write() as tx:
        late = await inbox.put(tx, TELEGRAM, new_id(), "carla", {"kind": "text", "text": "person kje"}, town.now)
        assert late is not None
        await inbox.postpone(tx, late, town.now + timedelta(minutes=5), "later")
    await town.sends("person kam")
    gathering = town.gathering()
    await gathering.gather()
    town.later(minutes=5)
    await town.sends("person kam", address="berta")
    await gathering.gather()
    assert [each.text for each in await town.kept()] == ["person kje", "person kam", "person kam"]


async def _run(*arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.work.killable_gathering", *arguments)
    return await process.wait()


@pytest.mark.parametrize("deadly", STEPS)
async def test_a_process_killed_at_any_step_loses_and_doubles_nothing(town: Town, database_url: str, deadly: str) -> None:
    await town.sends("answer/pension kdaj")
    await town.gathered()
    await town.sends(press="missed:pension/si")
    await town.sends("person kam")
    assert await _run(database_url, deadly) == -signal.SIGKILL
    found = await town.gathered()
    assert [(each.text, each.helpful) for each in found] == [("answer/pension kdaj", False), ("person kam", None)]


async def test_every_step_of_gathering_is_killed_at(town: Town) -> None:
    await town.sends("person kam")
    steps: list[str] = []
    await town.gathering(on_step=steps.append).gather()
    assert tuple(steps) == STEPS


class Encoder:
    """An encoder that tells texts apart by their length, or fails."""

    def __init__(self, name: str = "one") -> None:
        self.name, self.size, self.fails_after = name, 2, 100

    def passages(self, texts: Any) -> NDArray[np.float32]:
        """Return the vectors of texts."""
        return np.stack([self.query(text) for text in texts])

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text."""
        self.fails_after -= 1
        if self.fails_after < 0:
            raise EmbedderError
        return np.array([len(text), 1], np.float32)


async def test_vectors_are_computed_in_the_background_where_there_is_an_encoder(town: Town) -> None:
    for number in range(9):
        await town.sends(f"person kje {number}")
    await town.gathered()
    encoder = Encoder()
    embedder: Embedder = encoder
    likening = Likening(town.db, lambda: embedder)
    assert await Likening(town.db, lambda: None).go_on() == 0
    encoder.fails_after = 2
    assert [await likening.go_on() for _ in range(2)] == [2, 0]
    encoder.fails_after = 100
    assert [await likening.go_on() for _ in range(2)] == [7, 0]
    async with town.db.read() as tx:
        kept = await questions.unsettled(tx, "sl", 20)
    first = [unpacked(vector, "one") for _, vector in kept]
    assert all(each is not None and each.tolist() == [12, 1] for each in first)


async def test_vectors_of_another_encoder_are_computed_anew(town: Town) -> None:
    await town.sends("person kje")
    await town.gathered()
    assert await Likening(town.db, Encoder).go_on() == 1
    other = Likening(town.db, lambda: Encoder("other"))
    assert [await other.go_on() for _ in range(2)] == [1, 0]


def test_a_vector_is_that_of_its_encoder_alone() -> None:
    kept = packed("one", np.array([0.5, 0.25], np.float32))
    found = unpacked(kept, "one")
    assert found is not None
    assert found.tolist() == [0.5, 0.25]
    assert unpacked(kept, "two") is None
    assert unpacked(None, "one") is None


async def test_the_loop_gathers(town: Town) -> None:
    await town.sends("person kje")
    done = asyncio.Event()
    running = asyncio.create_task(town.gathering(on_step=lambda name: done.set() if name == "gather: done" else None).run())
    async with asyncio.timeout(20):
        await done.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(await town.kept()) == 1


async def test_a_database_that_was_away_is_waited_for(town: Town, databases: Databases, database_url: str) -> None:
    await town.sends("person kje")
    await town.db.close()
    with databases.away(database_url):
        running = asyncio.create_task(town.gathering().run())
        await asyncio.wait({running}, timeout=1)
        assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(await town.gathered()) == 1
