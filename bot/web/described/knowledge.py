"""The addresses of those who keep the knowledge."""

from __future__ import annotations

from bot.web.described.page import Page, Pages

_KINDS = {
    "office": "an office",
    "place": "a place",
    "point": "an info point",
    "situation": "a situation",
    "line": "a help line",
    "crisis": "what is said in a crisis",
    "shared": "a shared fact",
    "act": "how residents greet, thank and the like",
    "said": "what is no question for us",
}
_MADE = ("line", "office", "place", "point", "situation")
#: The fields of an entry are named by what it holds (``f-...``), each with what the page had shown of it.
_ENTRY = "token do back sentence new-fact new-source stamp f-* drop-* change-* from-*"

_ITEMS: Pages = {
    f"/desk/library/item/{kind}/{{name}}": Page(
        f"The page of {what}, as the draft has it.", "done", post=f"Save {what} into the draft.", fields=_ENTRY
    )
    for kind, what in _KINDS.items()
}
_NEW: Pages = {
    f"/desk/library/new/{kind}": Page(
        f"The form to add {_KINDS[kind]}.", post=f"Add {_KINDS[kind]} to the draft.", fields="token name country number back"
    )
    for kind in _MADE
}
_DELETED: Pages = {
    f"/desk/library/delete/{kind}/{{name}}": Page(
        f"Whether {_KINDS[kind]} is to be deleted, and what names it.", post="Delete it in the draft.", fields="token stamp"
    )
    for kind in _MADE
}

LIBRARY: Pages = {
    "/desk/library": Page(
        "Everything that is known, with search and filters.",
        "kind country language topic attention changed page",
        post="Look for something by words, which stand in no address.",
        fields="token words kind country language topic attention changed page",
    ),
    **_ITEMS,
    **_NEW,
    **_DELETED,
    "/desk/library/item/topic/{name}": Page("A topic.", "done", post="Save a topic into the draft.", fields=_ENTRY),
    "/desk/library/item/examples/{name}": Page(
        "What residents write of a topic.", "done", post="Save the examples into the draft.", fields=_ENTRY
    ),
    "/desk/library/new/topic": Page(
        "The form to add a topic.",
        post="Add a topic to the draft.",
        fields="token group country-si country-it country-hr country-bg name-sl name-it name-hr name-bg",
    ),
    "/desk/library/new/answer": Page(post="Add an answer to the draft.", fields="token topic where back"),
    "/desk/library/delete/topic/{topic}": Page("Whether a topic is to be deleted.", post="Delete it.", fields="token stamp"),
    "/desk/library/delete/answer/{topic}/{where}": Page(
        "Whether an answer is to be deleted.", post="Delete it in the draft.", fields="token stamp"
    ),
    "/desk/library/item/answer/{topic}/{where}": Page(
        "An answer: its facts, and its wordings side by side.", "done", post="Save an answer into the draft.", fields=_ENTRY
    ),
    "/desk/library/preview/answer/{topic}/{where}": Page(
        post="What residents would read of an answer as it is typed; nothing is saved.", fields=f"{_ENTRY} town"
    ),
    "/desk/library/owner": Page(post="Say who looks after a topic.", fields="token topic owner back"),
}

DRAFTS: Pages = {
    "/desk/drafts": Page("The drafts that are open.", "done"),
    "/desk/drafts/{id}": Page("A draft: what it would change, and what holds it back.", "page done"),
    "/desk/drafts/{id}/discard": Page("Whether it is to be discarded.", post="Discard a draft.", fields="token version"),
    "/desk/drafts/{id}/take-up": Page(post="Work on a draft.", fields="token version back"),
    "/desk/drafts/{id}/lay-aside": Page(post="Lay a draft aside.", fields="token version back"),
    "/desk/drafts/{id}/rename": Page(post="Give a draft another name.", fields="token version title"),
    "/desk/drafts/{id}/publish": Page(post="Publish a draft as the next edition.", fields="token version live ready why"),
    "/desk/drafts/{id}/agree": Page(post="Agree to a loss, as a second editor.", fields="token version item reason"),
    "/desk/drafts/{id}/ask": Page(post="Ask a second editor.", fields="token version why"),
    "/desk/drafts/{id}/settle": Page(post="Settle what others have changed meanwhile.", fields="token version choice-*"),
    "/desk/drafts/{id}/item": Page(post="Take one change out of a draft.", fields="token version item"),
    "/desk/drafts/{id}/trial": Page("The trial of a draft.", post="Try a draft.", fields="token"),
    "/desk/drafts/{id}/talk": Page(
        "Talk to a draft.", post="Say something to a draft.", fields="token do text press language channel"
    ),
    "/desk/editions": Page("Every edition.", "before"),
    "/desk/editions/{number}": Page("What an edition changed.", "page done"),
    "/desk/editions/{number}/undo": Page(post="Take a change of an edition back, in a draft.", fields="token item"),
    "/desk/editions/{number}/restore": Page(post="Bring an edition back, in a draft.", fields="token"),
    "/desk/updates": Page(
        "What an update of the shipped knowledge contradicts.", "done", post="Decide about it.", fields="token c:*"
    ),
}

KEEPING: Pages = {
    "/desk/tasks": Page(
        "What is to be looked at.",
        "kind country language who page",
        post="Say that something is still correct.",
        fields="token one right ok:*",
    ),
    "/desk/learning": Page("What the assistant did not answer well, by likeness.", "language done"),
    "/desk/learning/{language}/{turn}": Page(
        "A group of questions.", post="Make examples of it, in a draft.", fields="token do golden name topic group other q:*"
    ),
    "/desk/learning/suggestion/{id}": Page(
        "What could be learned from a suggestion.",
        post="Learn from it, in a draft.",
        fields="token do check examples language why name topic group other",
    ),
    "/desk/suggestions": Page("What residents and offices say is wrong.", "kind state"),
    "/desk/suggestions/{id}": Page(post="Decide about a suggestion.", fields="token kind state taken language why"),
    "/desk/providers": Page(
        "The private links of offices.", "country q", post="Make, send or end a link.", fields="token make send end country q"
    ),
    "/desk/exchange": Page("Import and export.", "done told"),
    "/desk/exchange/file": Page(
        "What is known, as a file.",
        "format language country scope examples",
        gives=(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/ld+json",
            "application/rdf+xml",
            "text/turtle",
            "application/zip",
            "application/json",
        ),
    ),
    "/desk/exchange/read": Page(
        post="Look at a file, then take it into a draft.",
        fields="token do format language country name carried group-* new-* service-* topic-* where-*",
        takes_file=True,
    ),
}
