"""A question: which country it is about, and the answer, the choice or the person that it gets."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import acts, answers, border, buttons, situations
from bot.dialogue.handoff import hand_over
from bot.dialogue.scene import Reply, Scene, language_of
from bot.model.case import Reason
from bot.model.conversation import Asked, Conversation, Pending
from bot.model.library import HOME
from bot.model.message import Button, Outgoing
from bot.model.verdict import Mentions, Verdict, VerdictKind

#: Below this a menu of topics is noise: to somebody who waits for a person anyway, and after a single word.
_WORTH_A_MENU = 0.5

#: From this probability on, a message that names a place asks something else, or is none of our business ("kdo je zmagal,
#: Maribor ali Olimpija").
_HALF_SURE = 0.3

#: What we ask back about one topic that is settled, not to find the topic.
_ABOUT_A_TOPIC = frozenset({Asked.COUNTRY, Asked.LIVES, Asked.NEEDS})
_OF_A_BORDER = frozenset({Asked.LIVES, Asked.NEEDS})

#: A message of so few words that names a place and no topic says where, not what.
_WORDS_OF_A_PLACE = 5


def respond(scene: Scene, conversation: Conversation, text: str, verdict: Verdict) -> Reply:
    """Answer ``text`` by its verdict: an answer, a choice among three topics, or a person."""
    mentions = scene.index.mentions(text)
    pending = conversation.pending
    if pending is not None and pending.topic and _answers_a_border_question(pending, text, verdict, mentions):
        reply = across(scene, conversation, pending.topic, pending.asked, mentions.countries[0])
        return replace(reply, verdict=replace(verdict, kind=VerdictKind.ANSWER, topic=pending.topic))
    conversation = locate(scene, conversation, mentions)
    verdict = _about_the_last_topic(conversation, text, verdict, mentions)
    situation = scene.library.situations.get(verdict.situation or "")
    if verdict.kind is VerdictKind.ANSWER and verdict.topic is not None:
        reply = about(scene, conversation, verdict.topic, text=text, between=mentions.countries)
        reply = _with_second_question(scene, reply, verdict.also)
        reply = reply if situation is None else situations.beside(scene, reply, situation)
        # Understood, but without an approved answer: what the resident gets is a person, and the verdict says so.
        return replace(reply, verdict=replace(verdict, kind=VerdictKind.PERSON) if reply.opens else verdict)
    if verdict.kind is VerdictKind.CHOOSE and situation is not None:
        return replace(situations.respond(scene, conversation, situation, text), verdict=verdict)
    if _says_too_little(text, verdict, mentions):
        return Reply(conversation, (acts.ask_for_a_sentence(scene, conversation),), verdict=verdict)
    if verdict.kind is VerdictKind.CHOOSE and verdict.confidence >= _least_for_a_menu(conversation):
        return replace(_choose(scene, conversation, text, verdict), verdict=verdict)
    called = replace(verdict, kind=VerdictKind.PERSON, choices=())
    return replace(hand_over(scene, conversation, Reason.NOT_COVERED, verdict.topic), verdict=called)


def _least_for_a_menu(conversation: Conversation) -> float:
    """Return how sure a choice must be: surer to somebody who waits for a person, or whom an answer did not help."""
    if conversation.waiting:
        return _WORTH_A_MENU
    return _HALF_SURE if conversation.not_helpful else 0.0


def _says_too_little(text: str, verdict: Verdict, mentions: Mentions) -> bool:
    """Tell whether a message is one word that says nothing yet ("da", "ok"): neither a menu nor a person can help with it."""
    return len(text.split()) == 1 and not mentions.countries and verdict.confidence < _WORTH_A_MENU


def locate(scene: Scene, conversation: Conversation, mentions: Mentions) -> Conversation:
    """Return the conversation with what the sentence says of the country and the place.

    Two countries in one sentence settle neither, but a single settlement in it is where the resident is; who came from one to
    the other is where they came to. A whole country named without a place in it drops the place.
    """
    mentions = _without_origin(scene, mentions)
    if not mentions.countries:
        return conversation
    if len(mentions.countries) > 1:
        settlements = [place for place in mentions.places if scene.library.places[place].kind == "settlement"]
        return conversation.located(None, settlements[0] if len(settlements) == 1 else None)
    country = mentions.countries[0]
    places = [scene.library.places[place] for place in mentions.places if scene.library.places[place].country == country]
    # A settlement says more than the region around it.
    nearest = min(places, key=lambda place: place.kind != "settlement", default=None)
    return conversation.located(country, nearest.id if nearest else None)


def _without_origin(scene: Scene, mentions: Mentions) -> Mentions:
    """Return the places of a sentence without those it speaks of coming from, unless it names no others."""
    places = scene.library.places
    stay = [place for place in mentions.places if place not in mentions.left]
    left = {places[place].country for place in mentions.left}
    countries = {places[place].country for place in stay} | {each for each in mentions.countries if each not in left}
    if len(mentions.countries) < 2 or not countries:  # noqa: PLR2004 - only between two countries somebody moves
        return mentions
    return Mentions(tuple(stay), tuple(each for each in mentions.countries if each in countries))


def about(
    scene: Scene,
    conversation: Conversation,
    topic: str,
    *,
    text: str = "",
    between: tuple[str, ...] = (),
    country: str | None = None,
) -> Reply:
    """Answer ``topic`` for ``country``, else for the country that the conversation is about.

    ``between`` are the countries named in ``text``: when two of them have an answer, the resident is asked which. Without
    any sign the answer is the one of the language's home country, which it names, with the other countries as buttons.
    """
    language = language_of(conversation)
    if country is None and (across := border.settle(scene, conversation, topic, text, between)) is not None:
        return across
    available = scene.library.countries_of(topic, language)
    named = [each for each in between if each in available]
    if country is None and len(named) > 1:
        return _ask_country(scene, conversation, topic, text, tuple(named))
    wanted = country or _asked_about(scene, conversation, topic, between) or next(iter(named), None)
    if wanted is None and HOME[language] in available:
        wanted = HOME[language]
    if wanted is None and len(available) > 1:
        return _ask_country(scene, conversation, topic, text, available)
    given = scene.library.answer(topic, wanted or next(iter(available), ""))
    if given is None or not given.wordings:
        return _nothing_approved(scene, conversation, topic, available)
    outgoings = (
        (answers.answer(scene, conversation, given),)
        if language in given.wordings
        else answers.answer_in_another_language(scene, conversation, given)
    )
    return Reply(conversation.answered(topic, given.where), outgoings)


def _asked_about(scene: Scene, conversation: Conversation, topic: str, between: tuple[str, ...]) -> str | None:
    """Return the country that the conversation is about.

    Who lives in one country and works in another is served where they live, unless a rule for both is known or they say so.
    """
    if conversation.lives_in is None or between or scene.library.pairs_of(topic, language_of(conversation)):
        return conversation.country
    return conversation.lives_in


def _with_second_question(scene: Scene, reply: Reply, also: str | None) -> Reply:
    """Offer the second of two questions below the answer to the first."""
    if also is None or also not in scene.library.topics or not reply.outgoings:
        return reply
    language = language_of(reply.conversation)
    say = scene.say(reply.conversation)
    name = scene.library.topics[also].names[language]
    second = (Button(say.gettext("You also asked: %(topic)s") % {"topic": name}, f"topic:{also}"),)
    *before, last = reply.outgoings
    return replace(
        reply,
        conversation=reply.conversation.asking_about(also),
        outgoings=(*before, replace(last, buttons=(second, *last.buttons))),
    )


def _answers_a_border_question(pending: Pending, text: str, verdict: Verdict, mentions: Mentions) -> bool:
    """Tell whether a message says in a few words which country we asked for, and is no new question."""
    anew = verdict.kind is VerdictKind.ANSWER and verdict.topic != pending.topic
    names_one = len(mentions.countries) == 1 and len(text.split()) <= _WORDS_OF_A_PLACE
    return pending.asked in _OF_A_BORDER and names_one and not anew


def across(scene: Scene, conversation: Conversation, topic: str, asked: Asked, country: str) -> Reply:
    """Take ``country`` as the answer to one of the two questions of a border, and go on with ``topic``."""
    text = conversation.pending.text if conversation.pending else ""
    if asked is Asked.LIVES:
        named = scene.index.mentions(text).countries
        return about(scene, conversation.living_in(country), topic, text=text, between=named)
    conversation = conversation.located(country, conversation.place)
    if country == conversation.lives_in:
        return about(scene, conversation, topic, country=country)
    return about(scene, conversation, topic, text=text, between=(country,))


def _about_the_last_topic(conversation: Conversation, text: str, verdict: Verdict, mentions: Mentions) -> Verdict:
    """Read a bare place or country ("in v Krapini?") as the last question asked for there."""
    topic = last_topic(conversation)
    evidence = verdict.evidence
    says_more = verdict.kind is VerdictKind.ANSWER or max(evidence.gate, evidence.outside) >= _HALF_SURE
    if topic is None or not mentions.countries or says_more or len(text.split()) > _WORDS_OF_A_PLACE:
        return verdict
    return Verdict(VerdictKind.ANSWER, verdict.confidence, topic=topic, evidence=verdict.evidence)


def last_topic(conversation: Conversation) -> str | None:
    """Return what was asked about last: the topic whose country we ask for, else what was answered."""
    pending = conversation.pending
    if pending is not None and pending.asked in _ABOUT_A_TOPIC and pending.topic:
        return pending.topic
    return conversation.topic


def _ask_country(scene: Scene, conversation: Conversation, topic: str, text: str, among: tuple[str, ...]) -> Reply:
    language = language_of(conversation)
    say = scene.say(conversation)
    question = Outgoing(
        say.gettext("The rules differ from country to country. Which country do you ask about?"),
        language,
        buttons=(*buttons.countries(among, scene.library, language), (buttons.person(say),)),
    )
    return Reply(conversation.asking(Pending(Asked.COUNTRY, text, topic)), (question,))


def _choose(scene: Scene, conversation: Conversation, text: str, verdict: Verdict) -> Reply:
    language = language_of(conversation)
    say = scene.say(conversation)
    none = Button(say.gettext("None of these, ask a person"), "none")
    question = Outgoing(
        say.gettext("I want to be sure that I understand you. Which of these do you mean?"),
        language,
        buttons=(*buttons.topics(scene.library, verdict.choices, language), (none,)),
    )
    return Reply(conversation.asking(Pending(Asked.CHOICE, text, _to_lean_on(conversation, verdict))), (question,))


def _to_lean_on(conversation: Conversation, verdict: Verdict) -> str:
    """Return what a message leans on that follows a menu without a press: its first topic, unless that was a mere guess."""
    last = conversation.topic
    return last if last and verdict.confidence < _HALF_SURE else verdict.choices[0]


def _nothing_approved(scene: Scene, conversation: Conversation, topic: str, available: tuple[str, ...]) -> Reply:
    """Hand over a topic that has no approved answer here, and offer the countries that have one."""
    # Remembered all the same, for the next message may lean on it.
    conversation = replace(conversation.asking_about(topic), topic=topic)
    reply = hand_over(scene, conversation, Reason.NOT_COVERED, topic)
    if not available:
        return reply
    language = language_of(conversation)
    offer = Outgoing(
        scene.say(conversation).gettext("I have a checked answer for another country:"),
        language,
        buttons=tuple(
            (Button(scene.library.places[country].names[language], f"topic:{topic}/{country}"),) for country in available
        ),
    )
    return Reply(reply.conversation, (*reply.outgoings, offer), opens=reply.opens)
