"""The addresses of residents, of offices and of machines."""

from __future__ import annotations

from bot.web.described.page import CSV, JSON, STREAM, Page, Pages

RESIDENTS: Pages = {
    "/": Page("The chat: what was said in the conversation of this browser, and the form to write.", "lang kept"),
    "/message": Page(
        post="Say something: a text, a button that stood under a message, or a file. For programs it tells whether it was new.",
        fields="id text press lang",
        gives=(JSON,),
        takes_file=True,
    ),
    "/stream": Page("What is said from now on, as events.", "after version lang", gives=(STREAM, JSON)),
    "/file/{file_id}": Page("A file of the conversation of this browser.", gives=("image/*", "application/pdf", "text/plain")),
    "/typing": Page(post="Tell staff that the resident is typing.", fields=""),
    "/privacy": Page("What is kept of residents, why, for how long, and who reads it.", "lang"),
    "/accessibility": Page("The accessibility statement.", "lang"),
    "/mydata": Page(
        post="All that is kept of the conversation of this browser, as a file.", fields="id lang", gives=(JSON, "application/zip")
    ),
    "/left": Page("A page that tells nothing, for who had to leave the chat at once.", "lang"),
}

EVERYBODY: Pages = {
    "/answers": Page("Leads to the approved answers in the reader's language."),
    "/answers/{language}": Page(
        "All approved answers in a language.", "place", post="Look for answers by words, which stand in no address.", fields="q"
    ),
    "/answers/{language}/{topic}/{where}": Page("One approved answer, with data for search engines.", "place"),
    "/wrong/{language}/{topic}/{where}": Page(
        "The form to say what is wrong with an answer.", post="Say what is wrong with an answer.", fields="about words website"
    ),
    "/office/{token}": Page(
        "What is said of an office, for the office itself: who has the private link may read it.",
        "lang done",
        post="Confirm what is said of the office, or say what has changed.",
        fields="do language note address phones email url hours",
    ),
    "/sitemap.xml": Page("The addresses of all public answers.", gives=("application/xml",)),
    "/robots.txt": Page("What search engines may read.", gives=("text/plain",)),
    "/open-data": Page("Leads to the open data in the reader's language."),
    "/open-data/{language}": Page("How many questions came, by month; small counts are hidden."),
    "/open-data.csv": Page("The same as a table.", gives=(CSV,)),
    "/open-data.json": Page("The same for programs.", gives=(JSON,)),
}

MACHINES: Pages = {
    "/health": Page("How this process is doing, for operators: nothing of residents, and no secrets.", gives=(JSON,)),
    "/ready": Page("Whether this process can serve.", gives=(JSON,)),
    "/metrics": Page("Measurements for Prometheus, for who shows the token.", gives=("text/plain",)),
    "/openapi.json": Page("This description.", gives=(JSON,)),
    "/telegram/webhook": Page(post="Take one update of the Bot API. Telegram shows the secret in a header.", gives=(JSON,)),
    "/static/chat": Page("Styles and scripts of the chat.", gives=("*/*",)),
    "/desk/static": Page("Styles and scripts of the desk.", gives=("*/*",)),
}
