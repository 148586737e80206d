"""The pages of learning: what was asked in groups, and what an editor makes of it in a draft."""

from __future__ import annotations

import hashlib
import html
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from bot.editing import layout
from bot.editing.drafting import Drafting, Work
from bot.editing.trees import get
from bot.model.staff import Role
from bot.model.verdict import VerdictKind
from bot.store import audit, questions, suggestions
from bot.store.questions import Handled, Question
from bot.store.suggestions import State, Suggested
from tests.support.desk import House, field_of
from tests.support.editing import small_tree
from tests.web.library.test_list import member

PADS = ("Kje dobim plenice za odrasle?", "plenice za odrasle na recept", "kdo mi predpiše plenice za odrasle")
OTHER = "kdaj vozi avtobus v Tolmin"
EXAMPLES = (layout.words("debts", "sl"), ("examples",))
GOLDEN = (layout.golden("sl"), ("debts",))


async def ask(desk: House, *texts: str, first: int = 1, **more: object) -> list[Question]:
    """Keep questions that nobody could answer, in Slovene."""
    made = []
    for turn, text in enumerate(texts, start=first):
        at = desk.now() - timedelta(minutes=100 - turn)
        plain = Question(turn, None, at, "web", "sl", "si", None, None, VerdictKind.PERSON, text=text)
        made.append(replace(plain, **more))  # type: ignore[arg-type]
    async with desk.db.write() as tx:
        await questions.put(tx, made)
    return made


async def work_of(desk: House, name: str = "eva") -> Work:
    """Return what somebody works on."""
    return await Drafting(desk.db, clock=desk.now).at_hand(await member(desk, name))


async def handled(desk: House) -> list[Handled | None]:
    """Return what was made of the questions, the first one first."""
    async with desk.db.read() as tx:
        return [each.handled for each in await questions.get_many(tx, range(100))]


async def post(browser: httpx.AsyncClient, address: str, *ticked: int, **fields: str) -> httpx.Response:
    """Fill in the form of a group."""
    token = field_of((await browser.get("/desk/tasks")).text, "token")
    return await browser.post(address, data={"token": token, **{f"q:{turn}": "1" for turn in ticked}, **fields})


async def test_like_questions_stand_together_the_most_asked_first(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, OTHER, *PADS)
    page = html.unescape((await eva.get("/desk/learning")).text)
    assert "4 questions that nobody has seen to." in page
    assert "1 subject was asked about more than once." in page
    assert page.index("asked 3 times") < page.index(OTHER)
    assert "3 without an answer" in page


async def test_a_language_is_chosen_and_one_with_questions_is_shown_first(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, "dove si trova l'ufficio", language="it")
    assert "dove si trova" in html.unescape((await eva.get("/desk/learning")).text)
    assert "There is nothing to learn in this language" in (await eva.get("/desk/learning?language=hr&page=x")).text


async def test_a_long_list_has_pages(kept: House, eva: httpx.AsyncClient) -> None:
    letters = str.maketrans("0123456789", "ghijklmnop")
    texts = [hashlib.sha256(bytes([number])).hexdigest()[:20].translate(letters) for number in range(45)]
    await ask(kept, *texts)
    first, second = [(await eva.get(f"/desk/learning?language=sl&page={page}")).text for page in (1, 99)]
    assert sum(text in first for text in texts) == 40
    assert sum(text in second for text in texts) == 5


async def test_a_group_shows_what_was_decided_and_no_way_to_the_conversation(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, PADS[0], kind=VerdictKind.ANSWER, topic="debts", helpful=False)
    await ask(kept, PADS[1], first=2, kind=VerdictKind.CHOOSE, to_person=True)
    await ask(kept, PADS[2], first=3, kind=VerdictKind.CHOOSE, topic="debts", helpful=False)
    page = html.unescape((await eva.get("/desk/learning/sl/1")).text)
    for told in ("answered: ", "it did not help", "a choice was offered, and nothing taken", "left to a person"):
        assert told in page
    assert "chosen by the resident: " in page
    assert "/desk/case" not in page
    assert get(small_tree(), *EXAMPLES)[0] in page


async def test_the_ticked_questions_are_learned_from_in_a_draft(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, *PADS, OTHER)
    answer = await post(eva, "/desk/learning/sl/1", 1, 2, 3, do="learn", topic="debts")
    assert answer.headers["location"] == "/desk/learning?language=sl&examples=2&kept=1"
    page = (await eva.get(answer.headers["location"])).text
    assert "2 examples were added to your draft." in page
    assert "One question was kept apart" in page
    assert OTHER in page
    assert PADS[0] not in page
    work = await work_of(kept)
    assert work.draft is not None
    assert work.draft.title.startswith("Learned from questions, ")
    assert get(work.tree, *EXAMPLES) == [*get(small_tree(), *EXAMPLES), *PADS[:2]]
    assert get(work.tree, *GOLDEN) == [PADS[2]]
    assert await handled(kept) == [Handled.LEARNED] * 3 + [None]
    async with kept.db.read() as tx:
        [line] = await audit.latest(tx, action="learn")
    assert (line.staff, line.subject, line.detail) == ("eva", "debts", {"state": "learned", "count": 3})


async def test_an_editor_chooses_which_is_kept_apart_and_another_topic(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, *PADS)
    await post(eva, "/desk/learning/sl/1", 1, 2, do="learn", topic="-other", other="pension", golden="1")
    work = await work_of(kept)
    assert get(work.tree, layout.golden("sl"), ("pension",)) == [PADS[0]]
    assert get(work.tree, layout.words("pension", "sl"), ("examples",))[-1] == PADS[1]
    assert await handled(kept) == [Handled.LEARNED, Handled.LEARNED, None]


async def test_a_draft_at_hand_is_gone_on_with(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, *PADS)
    await post(eva, "/desk/learning/sl/1", 1, do="learn", topic="debts")
    first = (await work_of(kept)).draft
    await post(eva, "/desk/learning/sl/2", 2, do="learn", topic="debts")
    second = (await work_of(kept)).draft
    assert first is not None
    assert second is not None
    assert first.id == second.id


async def test_a_new_topic_is_made(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, *PADS)
    await post(eva, "/desk/learning/sl/1", 1, 2, 3, do="learn", topic="-new", name="Plenice za odrasle", group="health")
    work = await work_of(kept)
    assert get(work.tree, layout.topic("plenice-za-odrasle"), ("names",)) == {"sl": "Plenice za odrasle"}
    assert len(get(work.tree, layout.words("plenice-za-odrasle", "sl"), ("examples",))) == 2


async def test_what_is_not_ours_is_learned_as_that(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, OTHER)
    await post(eva, "/desk/learning/sl/1", 1, do="outside")
    assert get((await work_of(kept)).tree, "sl/outside.yaml", ("examples",))[-1] == OTHER
    assert await handled(kept) == [Handled.NOT_OURS]


async def test_what_teaches_nothing_is_laid_aside_without_a_draft(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, *PADS)
    answer = await post(eva, "/desk/learning/sl/1", 1, 2, do="done")
    assert "2 questions were laid aside." in (await eva.get(answer.headers["location"])).text
    assert (await work_of(kept)).draft is None
    assert await handled(kept) == [Handled.DONE, Handled.DONE, None]


async def test_words_that_speak_of_a_person_are_left_out_and_that_is_told(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, PADS[0], "plenice za odrasle, kličite [phone]")
    answer = await post(eva, "/desk/learning/sl/1", 1, 2, do="learn", topic="debts")
    assert "1 was left out because it speaks of a person." in (await eva.get(answer.headers["location"])).text
    assert get((await work_of(kept)).tree, *EXAMPLES)[-1] == PADS[0]


@pytest.mark.parametrize(
    ("ticked", "fields", "told"),
    [
        ([], {"do": "learn", "topic": "debts"}, "Tick the questions that you mean first."),
        ([1], {"do": "learn"}, "Choose the topic that is meant, or make a new one."),
        ([1], {"do": "learn", "topic": "-other"}, "Choose the topic that is meant, or make a new one."),
        ([1], {"do": "learn", "topic": "no-such"}, "Choose the topic that is meant, or make a new one."),
        ([1], {"do": "learn", "topic": "-new", "name": "?"}, "Write what the new topic is called."),
        ([1], {"do": "learn", "topic": "-new", "name": "x" * 31}, "This name is too long for a button."),
        ([1], {"do": "learn", "topic": "-new", "name": "Plenice"}, "Choose where the new topic belongs."),
        ([4], {"do": "learn", "topic": "debts"}, "Nothing can be learned from these words. A person is spoken of"),
    ],
)
async def test_what_cannot_be_taken_is_shown_again_with_what_was_typed(
    kept: House, eva: httpx.AsyncClient, ticked: list[int], fields: dict[str, str], told: str
) -> None:
    await ask(kept, *PADS, "plenice za odrasle za [name]")
    answer = await post(eva, "/desk/learning/sl/1", *ticked, **fields)
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert told in page
    assert 'role="alert"' in page
    assert fields.get("name", "") in page
    assert await handled(kept) == [None] * 4
    assert (await work_of(kept)).draft is None


async def test_what_a_colleague_has_seen_to_is_not_learned_twice(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, *PADS)
    async with kept.db.write() as tx:
        await questions.handle(tx, [2], Handled.DONE)
    for do in ("learn", "done"):
        answer = await post(eva, "/desk/learning/sl/2", 1, 2, do=do, topic="debts")
        assert answer.status_code == 409
        assert "A colleague has seen to some of these meanwhile." in answer.text
        assert PADS[0] in html.unescape(answer.text)
    assert await handled(kept) == [None, Handled.DONE, None]
    assert (await work_of(kept)).draft is None


async def test_a_group_that_nothing_is_left_of_says_so(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, PADS[0])
    answer = await eva.get("/desk/learning/sl/9")
    assert answer.status_code == 404
    assert "have been seen to meanwhile" in answer.text


@pytest.mark.parametrize("address", ["/desk/learning/de/1", "/desk/learning/sl/99999999999999999999", "/desk/learning/sl/x"])
async def test_other_addresses_lead_nowhere(kept: House, eva: httpx.AsyncClient, address: str) -> None:
    await ask(kept, PADS[0])
    assert (await eva.get(address)).status_code == 404


async def test_a_forged_button_is_refused(kept: House, eva: httpx.AsyncClient) -> None:
    await ask(kept, PADS[0])
    assert (await post(eva, "/desk/learning/sl/1", 1, do="publish")).status_code == 400


async def test_a_page_from_before_the_sign_in_changes_nothing_and_keeps_what_was_typed(
    kept: House, eva: httpx.AsyncClient
) -> None:
    await ask(kept, *PADS)
    form = {"token": "old", "q:2": "1", "do": "learn", "topic": "-new", "name": "Plenice"}
    answer = await eva.post("/desk/learning/sl/1", data=form)
    assert answer.status_code == 403
    assert 'value="Plenice"' in answer.text
    assert answer.text.count("checked") == 2
    assert await handled(kept) == [None] * 3


async def test_what_was_typed_is_kept_when_the_session_has_ended(kept: House) -> None:
    await ask(kept, *PADS)
    form = {"token": "old", "q:2": "1", "do": "learn", "topic": "-new", "name": "Plenice za odrasle"}
    answer = await kept.browser().post("/desk/learning/sl/1", data=form)
    assert "Plenice za odrasle" in answer.text
    assert await handled(kept) == [None] * 3


async def test_questions_are_for_editors_alone(kept: House) -> None:
    await ask(kept, PADS[0])
    for role in (Role.STAFF, Role.COORDINATOR):
        await kept.hire(f"{role} one", role)
        browser = await kept.signed_in(f"{role} one")
        assert (await browser.get("/desk/learning")).status_code == 404
        assert (await browser.get("/desk/learning/sl/1")).status_code == 404
    assert (await kept.browser().get("/desk/learning")).status_code != 200


async def test_an_editor_of_one_info_point_sees_and_takes_its_questions_alone(kept: House) -> None:
    await ask(kept, PADS[0], point="here")
    await ask(kept, PADS[1], first=2, point="there")
    await kept.hire("filip", Role.EDITOR, ["here"])
    filip = await kept.signed_in("filip")
    page = html.unescape((await filip.get("/desk/learning?language=sl")).text)
    assert PADS[0] in page
    assert PADS[1] not in page
    assert PADS[1] not in html.unescape((await filip.get("/desk/learning/sl/1")).text)
    assert (await post(filip, "/desk/learning/sl/1", 2, do="done")).status_code == 422
    assert await handled(kept) == [None, None]


# ---- from a closed case


async def suggest(desk: House, suggested: Suggested) -> str:
    """Let Ana suggest what the assistant should have known, and return the address of its page."""
    async with desk.db.write() as tx:
        return f"/desk/learning/suggestion/{await suggestions.put(tx, suggested, 'ana', desk.now())}"


async def decided(desk: House, address: str) -> tuple[str, str | None, str | None]:
    """Return the state of a suggestion, who decided, and which draft took it up."""
    async with desk.db.read() as tx:
        found = await suggestions.get(tx, address.rpartition("/")[2])
    assert found is not None
    return found.state, found.decided_by, found.draft_id


KNOWN = Suggested("kje dobim plenice\nza odrasle", "Na recept. Plačate 20 EUR.", "debts", "si", "sl")


async def test_one_press_on_the_page_of_suggestions_makes_the_draft(kept: House, eva: httpx.AsyncClient) -> None:
    address = await suggest(kept, KNOWN)
    answer = await post(eva, address, why="hvala")
    work = await work_of(kept)
    assert work.draft is not None
    assert answer.headers["location"] == f"/desk/drafts/{work.draft.id}"
    assert get(work.tree, *EXAMPLES)[-1] == "kje dobim plenice za odrasle"
    before = get(small_tree(), layout.words("debts", "sl"), ("wordings", "si"))
    assert get(work.tree, layout.words("debts", "sl"), ("wordings", "si")) == before
    assert await decided(kept, address) == (State.DONE, "eva", work.draft.id)
    again = await post(eva, address)
    assert again.status_code in (409, 422)


async def test_a_case_of_no_known_topic_asks_for_one_and_its_answer_becomes_the_first_wording(
    kept: House, eva: httpx.AsyncClient
) -> None:
    address = await suggest(kept, replace(KNOWN, topic=None, country=None))
    asked = await post(eva, address)
    assert asked.status_code == 200
    assert "Staff answered" in asked.text
    assert await decided(kept, address) == (State.OPEN, None, None)
    fields = {"language": "sl", "examples": f"{PADS[0]}\n{PADS[1]}", "check": PADS[2]}
    await post(eva, address, do="learn", topic="-new", name="Plenice", group="health", **fields)
    work = await work_of(kept)
    assert get(work.tree, layout.words("plenice", "sl"), ("examples",)) == list(PADS[:2])
    assert get(work.tree, layout.golden("sl"), ("plenice",)) == [PADS[2]]
    wording = get(work.tree, layout.words("plenice", "sl"), ("wordings", "si"))
    assert (wording["title"], wording["what"]) == ("Plenice", "Na recept. Plačate {amount}.")
    assert get(work.tree, layout.facts("plenice", "si"), ("confidence",)) == "thin"
    reading = await Drafting(kept.db, clock=kept.now).read(work)
    assert reading.library is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"topic": "debts", "language": "de", "examples": "a"}, "Choose the language of the question."),
        ({"topic": "", "language": "sl", "examples": "a"}, "Choose the topic that is meant"),
        ({"topic": "debts", "language": "sl", "examples": "a" * 4001}, "This is too long."),
        ({"topic": "debts", "language": "sl", "examples": "za [name]"}, "Nothing can be learned from these words."),
    ],
)
async def test_what_cannot_be_taken_of_a_case_is_shown_again(
    kept: House, eva: httpx.AsyncClient, fields: dict[str, str], told: str
) -> None:
    address = await suggest(kept, KNOWN)
    answer = await post(eva, address, do="learn", **fields)
    assert answer.status_code == 422
    assert told in html.unescape(answer.text)
    assert fields["examples"] in html.unescape(answer.text)
    assert await decided(kept, address) == (State.OPEN, None, None)


async def test_a_case_that_a_colleague_has_decided_on_is_left_alone(kept: House, eva: httpx.AsyncClient) -> None:
    address = await suggest(kept, KNOWN)
    async with kept.db.write() as tx:
        await suggestions.decide(tx, address.rpartition("/")[2], State.DECLINED, "filip", "ne", kept.now())
    answer = await post(eva, address)
    assert answer.status_code == 409
    assert "filip has decided on this." in answer.text
    assert (await work_of(kept)).draft is None


async def test_a_case_is_shown_before_it_is_taken_and_after_an_outdated_page(kept: House, eva: httpx.AsyncClient) -> None:
    address = await suggest(kept, KNOWN)
    assert "Learn from a case" in (await eva.get(address)).text
    answer = await eva.post(address, data={"token": "old", "do": "learn", "examples": "moje besede"})
    assert answer.status_code == 403
    assert "moje besede" in answer.text


async def test_only_suggestions_of_staff_at_ones_own_info_points_are_learned_from(kept: House, eva: httpx.AsyncClient) -> None:
    resident = await suggest(kept, replace(KNOWN, kind=suggestions.Kind.RESIDENT))
    assert (await eva.get(resident)).status_code == 404
    assert (await eva.get("/desk/learning/suggestion/none")).status_code == 404
    there = await suggest(kept, replace(KNOWN, point="there"))
    await kept.hire("filip", Role.EDITOR, ["here"])
    assert (await (await kept.signed_in("filip")).get(there)).status_code == 404
