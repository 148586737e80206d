"""The addresses of the desk."""

from __future__ import annotations

from bot.web.described.page import CSV, PDF, STREAM, Page, Pages

ENTRANCE: Pages = {
    "/desk/signin": Page("The way in.", "next", post="Sign in, or begin to.", fields="name password language next"),
    "/desk/signin/code": Page("The second step of signing in.", "next", post="Take the second step.", fields="token code next"),
    "/desk/signin/on": Page(post="Go on after the codes of the second factor were noted.", fields="token next"),
    "/desk/signout": Page(post="End the session.", fields="token"),
    "/desk/invitation/{token}": Page(
        "What one is invited to.", post="Accept an invitation and set a password.", fields="password again language"
    ),
    "/desk/second-factor": Page("The second factor of sign-in.", "next"),
    "/desk/second-factor/confirm": Page(post="Begin to use a second factor.", fields="token code next"),
    "/desk/second-factor/codes": Page(post="Draw new codes for emergencies.", fields="token code"),
    "/desk/second-factor/remove": Page(post="Do without the second factor.", fields="token code"),
    "/desk/language": Page(post="Choose the language of the desk.", fields="token language"),
    "/desk/account": Page("One's own account.", "done"),
    "/desk/account/password": Page(post="Change one's password.", fields="token old new again"),
    "/desk/account/notices": Page(post="Say where one wants to hear of waiting cases.", fields="token email language"),
    "/desk/account/here": Page(post="Say that one is at the desk, or away.", fields="token away"),
    "/desk/account/telegram": Page(post="Ask for a code that links an account of Telegram.", fields="token"),
    "/desk/account/unlink": Page(post="Unlink the account of Telegram.", fields="token"),
    "/desk/account/sessions": Page(post="End one's other sessions.", fields="token session"),
}

PEOPLE: Pages = {
    "/desk/people": Page("Who works here, with which rights."),
    "/desk/people/invite": Page(post="Invite somebody.", fields="token name role everywhere point:*"),
    "/desk/people/withdraw": Page(post="Take an invitation back.", fields="token invitation"),
    "/desk/people/rights": Page(post="Give somebody other rights.", fields="token who role rights everywhere point:*"),
    "/desk/people/password": Page(post="Have somebody set a new password.", fields="token who"),
    "/desk/people/disable": Page(post="Shut somebody out.", fields="token who"),
    "/desk/people/enable": Page(post="Let somebody in again.", fields="token who"),
    "/desk/people/sessions": Page(post="End somebody's sessions.", fields="token who"),
    "/desk/people/factor": Page(post="Have somebody set up a new second factor.", fields="token who"),
    "/desk/audit": Page("Who did what, without a word of residents.", "staff action subject before"),
    "/desk/audit.csv": Page("The same as a table.", "staff action subject", gives=(CSV,)),
    "/desk/record": Page("The record of processing activities.", "lang"),
    "/desk/record/assessment": Page("The template of the data protection impact assessment.", "lang"),
}

CASES: Pages = {
    "/desk": Page("The line of those who wait.", "point language view"),
    "/desk/stream": Page("That the line has changed, as events.", "point language view", gives=(STREAM,)),
    "/desk/code": Page("The form for the code of a case.", post="Open a case by its code.", fields="token code"),
    "/desk/case/{case_id}": Page("A case: all that was said, and why."),
    "/desk/case/{case_id}/stream": Page("What happens in a case, as events.", "after version", gives=(STREAM,)),
    "/desk/case/{case_id}/typing": Page(post="Tell the resident that somebody is typing.", fields="token"),
    "/desk/case/{case_id}/attachment/{sequence}": Page(
        "What a resident attached.", gives=("image/*", "application/*", "audio/*", "video/*", "text/plain")
    ),
    "/desk/case/{case_id}/claim": Page(post="Take a case.", fields="token seen text note"),
    "/desk/case/{case_id}/takeover": Page(post="Take a case over from a colleague.", fields="token seen holder text note"),
    "/desk/case/{case_id}/release": Page(post="Put a case back into the line.", fields="token version seen text note"),
    "/desk/case/{case_id}/reply": Page(post="Answer the resident.", fields="token version seen text note"),
    "/desk/case/{case_id}/note": Page(post="Write a note for staff.", fields="token version seen text note"),
    "/desk/case/{case_id}/find": Page(post="Look for answers and offices.", fields="token seen text note query where"),
    "/desk/case/{case_id}/insert": Page(post="Put an answer into the reply.", fields="token seen text note pick query where"),
    "/desk/case/{case_id}/attach": Page(post="Send a file.", fields="token version seen text note", takes_file=True),
    "/desk/case/{case_id}/edit": Page(
        post="Change one's last message.", fields="token version seen text note amended amended_entry amended_change"
    ),
    "/desk/case/{case_id}/withdraw": Page(
        post="Take one's last message back.", fields="token version seen text note amended amended_entry amended_change"
    ),
    "/desk/case/{case_id}/call-reached": Page(post="Note that the resident was reached.", fields="token seen text note call"),
    "/desk/case/{case_id}/call-missed": Page(post="Note that nobody answered the call.", fields="token seen text note call"),
    "/desk/case/{case_id}/call-given-up": Page(post="Give up calling.", fields="token seen text note call"),
    "/desk/case/{case_id}/later": Page(post="Put a case off.", fields="token seen text note later later_at"),
    "/desk/case/{case_id}/hand": Page(post="Hand a case to a colleague.", fields="token seen text note hand_to hand_why"),
    "/desk/case/{case_id}/move": Page(
        post="Hand a case to another info point.", fields="token seen text note hand_point hand_to hand_why"
    ),
    "/desk/case/{case_id}/guard": Page(post="Make a case confidential.", fields="token seen text note reader.*"),
    "/desk/case/{case_id}/open-up": Page(post="Let all at its info point read a case again.", fields="token seen text note"),
    "/desk/case/{case_id}/close": Page(
        post="Close a case.", fields="token version seen text note close_outcome close_topic close_unknown"
    ),
    "/desk/case/{case_id}/reopen": Page(post="Open a closed case again.", fields="token seen text note"),
    "/desk/case/{case_id}/card": Page("The card of a case for the counter.", "answer point paper left right"),
    "/desk/case/{case_id}/card/pdf": Page("The same as a PDF.", "answer point paper left right", gives=(PDF,)),
    "/desk/card/{topic}/{where}": Page("The card of an answer for the counter.", "answer point paper left right"),
    "/desk/card/{topic}/{where}/pdf": Page("The same as a PDF.", "answer point paper left right", gives=(PDF,)),
    "/desk/search": Page("Look something up.", post="Look for answers and offices.", fields="token query where tongue"),
}

HOURS: Pages = {
    "/desk/hours": Page("When the info points answer."),
    "/desk/hours/{point}": Page(
        "When an info point answers.",
        "done",
        post="Enter its hours and local holidays.",
        fields="token seen how written holidays preview mo* tu* we* th* fr* sa* su*",
    ),
    "/desk/hours/{point}/library": Page(post="Take the hours of the library again.", fields="token seen"),
    "/desk/hours/{point}/close": Page(post="Enter a time in which it is closed.", fields="token first last from until"),
    "/desk/hours/{point}/reopen": Page(post="Delete such a time.", fields="token closure"),
    "/desk/roster": Page("Who is on duty.", "week done"),
    "/desk/roster/new": Page(
        "The form of a new shift.",
        "week",
        post="Enter a shift.",
        fields="token staff how written first last deputy point.* mo* tu* we* th* fr* sa* su*",
    ),
    "/desk/roster/{shift}": Page(
        "A shift.",
        post="Change a shift.",
        fields="token seen staff how written first last deputy point.* mo* tu* we* th* fr* sa* su*",
    ),
    "/desk/roster/{shift}/remove": Page(post="Delete a shift.", fields="token seen"),
    "/desk/replies": Page("The saved replies.", "done"),
    "/desk/replies/new": Page("The form of a new one.", post="Save a reply.", fields="token do name point version sl it hr bg"),
    "/desk/replies/{reply_id}": Page(
        "A saved reply.", post="Change a saved reply.", fields="token do name point version sl it hr bg"
    ),
    "/desk/replies/{reply_id}/delete": Page("Whether it is to be deleted.", post="Delete a saved reply.", fields="token version"),
    "/desk/figures": Page("How many came, for what, and what came of it.", "point period from to figure"),
    "/desk/figures.csv": Page("The same as a table.", "point period from to figure", gives=(CSV,)),
    "/desk/booklets": Page("The form of a booklet, and the booklet.", "about of topic country paper left right"),
    "/desk/booklets/pdf": Page("The same as a PDF.", "about of topic country paper left right", gives=(PDF,)),
}
