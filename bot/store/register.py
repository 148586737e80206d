"""What every table keeps, of whom, why and how long: from this the record of processing (GDPR article 30) is made.

How long is not told here again but taken from the rules that housekeeping carries out (`bot.store.retention`), and which columns
are sealed from the tables themselves. A test holds the register complete.
"""

from __future__ import annotations

from bot.model.sentences import sentence
from bot.store import desk_tables, edit_tables, guard_tables, retention, tables
from bot.store.purposes import Activity, Along, Keeping, Of

_ANSWERING, _CASES, _FIGURES, _DESK = Activity.ANSWERING, Activity.CASES, Activity.FIGURES, Activity.DESK
_SECURITY, _KNOWLEDGE, _OPERATION = Activity.SECURITY, Activity.KNOWLEDGE, Activity.OPERATION
_RESIDENTS, _STAFF, _OFFICES, _NOBODY = Of.RESIDENTS, Of.STAFF, Of.OFFICES, Of.NOBODY
_CONVERSATION, _DRAFT = Along(tables.conversation), Along(edit_tables.draft)
_ACCOUNT = Along(tables.staff)
_FOR_GOOD = sentence("for good: it is the history of what was published")
_BY_HAND = sentence("until staff change or delete it")
_OF_USE = sentence("until nothing in the knowledge needs it")

KEPT = (
    Keeping(
        tables.conversation,
        _ANSWERING,
        _RESIDENTS,
        sentence(
            "Where to answer: the number of the chat on Telegram, or a random number in the browser. What was understood: "
            "language, country, place, topic. No name is asked."
        ),
        (retention.CONVERSATIONS, retention.FAREWELLS),
    ),
    Keeping(
        tables.inbox,
        _ANSWERING,
        _RESIDENTS,
        sentence(
            "A message as it came, until it is worked on. Then it is emptied; its number stays, by which one that comes twice is "
            "known."
        ),
        (retention.INCOMINGS, retention.ERASED, retention.ASIDE),
    ),
    Keeping(
        tables.turn,
        _ANSWERING,
        _RESIDENTS,
        sentence("What was decided about a message: topic and language, and how surely."),
        _CONVERSATION,
    ),
    Keeping(
        tables.entry,
        _ANSWERING,
        _RESIDENTS,
        sentence("What was said: the words of the resident, the answers, and notes of staff, each with its time."),
        _CONVERSATION,
    ),
    Keeping(
        tables.outbox,
        _ANSWERING,
        _RESIDENTS,
        sentence("Which answers were sent to the chat of the resident, and when."),
        _CONVERSATION,
    ),
    Keeping(tables.vote, _ANSWERING, _RESIDENTS, sentence("Whether an answer helped."), _CONVERSATION),
    Keeping(
        tables.case_file,
        _CASES,
        _RESIDENTS,
        sentence("That staff have to see to a conversation: why, since when, who has it, what came of it."),
        _CONVERSATION,
    ),
    Keeping(
        desk_tables.case_reader, _CASES, _STAFF, sentence("Who may read a confidential case, by name."), Along(tables.case_file)
    ),
    Keeping(
        desk_tables.attachment,
        _CASES,
        _RESIDENTS,
        sentence("Photos and papers that residents or staff attached, without the place where a photo was taken."),
        _CONVERSATION,
    ),
    Keeping(
        desk_tables.amendment,
        _CASES,
        _RESIDENTS,
        sentence("That staff changed or took back a message, until the channel has done so."),
        _CONVERSATION,
    ),
    Keeping(
        desk_tables.call_back,
        _CASES,
        _RESIDENTS,
        sentence("The phone number or the address at which a resident wants to be reached."),
        _CONVERSATION,
    ),
    Keeping(
        desk_tables.call_try,
        _CASES,
        _RESIDENTS,
        sentence("When who of the staff tried to call, and whether they got through."),
        Along(desk_tables.call_back),
    ),
    Keeping(
        desk_tables.group_topic,
        _CASES,
        _RESIDENTS,
        sentence("Which topic of the staff's group on Telegram shows which case."),
        (retention.GROUP_TOPICS,),
    ),
    Keeping(
        desk_tables.group_line,
        _CASES,
        _NOBODY,
        sentence("What the program has to say in the staff's group, until it has said it."),
        (retention.GROUP_LINES,),
    ),
    Keeping(
        edit_tables.question,
        _FIGURES,
        _RESIDENTS,
        sentence(
            "What was asked, in words in which personal numbers and e-mail addresses are masked, with language, "
            "place and what came of it. What was said in a crisis is not kept. When the conversation is deleted, nothing leads "
            "back to it."
        ),
        (retention.QUESTIONS,),
        masked=True,
    ),
    Keeping(
        edit_tables.case_record,
        _FIGURES,
        _RESIDENTS,
        sentence("How long a case waited and what came of it, without any words."),
        (retention.CASE_RECORDS,),
        masked=True,
    ),
    Keeping(
        desk_tables.suggestion,
        _FIGURES,
        _RESIDENTS,
        sentence(
            "What the assistant should have known, and what residents say is wrong, with personal numbers and e-mail "
            "addresses masked. What offices say of themselves stays as they wrote it."
        ),
        (retention.SUGGESTIONS,),
        masked=True,
    ),
    Keeping(
        tables.staff,
        _DESK,
        _STAFF,
        sentence(
            "The account: name, role, rights, a password that cannot be read, the secret of the second step, and where to be "
            "told of cases."
        ),
        (retention.ACCOUNTS,),
    ),
    Keeping(
        desk_tables.invitation,
        _DESK,
        _STAFF,
        sentence("Who was invited as what, and a code that cannot be read."),
        (retention.INVITATIONS,),
    ),
    Keeping(
        desk_tables.told,
        _DESK,
        _STAFF,
        sentence("Who was told of which waiting case, by which means, and when."),
        (retention.TOLD,),
    ),
    Keeping(desk_tables.shift, _DESK, _STAFF, sentence("When somebody is on duty."), (retention.SHIFTS,)),
    Keeping(
        desk_tables.closure, _DESK, _STAFF, sentence("When an info point is closed, and who entered it."), (retention.CLOSURES,)
    ),
    Keeping(desk_tables.point_hours, _DESK, _STAFF, sentence("The hours of an info point, and who entered them."), _BY_HAND),
    Keeping(
        desk_tables.saved_reply, _DESK, _STAFF, sentence("Texts that staff send often, and who changed them last."), _BY_HAND
    ),
    Keeping(
        edit_tables.reminder, _DESK, _STAFF, sentence("When somebody was last reminded of what is due to be checked."), _ACCOUNT
    ),
    Keeping(
        tables.staff_session,
        _SECURITY,
        _STAFF,
        sentence("Who is signed in, since when, and in which browser; a code that cannot be read."),
        (retention.SESSIONS,),
    ),
    Keeping(
        tables.signin_failure,
        _SECURITY,
        _STAFF,
        sentence("Failed attempts to sign in or to enter a code, by account or conversation. No address of a device."),
        (retention.FAILURES,),
    ),
    Keeping(
        desk_tables.recovery_code, _SECURITY, _STAFF, sentence("Codes for who lost the second step; none can be read."), _ACCOUNT
    ),
    Keeping(
        desk_tables.link_code,
        _SECURITY,
        _STAFF,
        sentence("Codes by which staff link their account on Telegram; none can be read."),
        (retention.LINK_CODES,),
    ),
    Keeping(
        desk_tables.audit,
        _SECURITY,
        _STAFF,
        sentence("Who of the staff read or changed what, and when. No word of a resident."),
        (retention.AUDIT,),
    ),
    Keeping(
        tables.edition,
        _KNOWLEDGE,
        _STAFF,
        sentence("Each state of the knowledge that was published: when, why, and by whom."),
        _FOR_GOOD,
    ),
    Keeping(
        edit_tables.draft,
        _KNOWLEDGE,
        _STAFF,
        sentence("Changes of the knowledge on their way, and who makes them."),
        (retention.DRAFTS,),
    ),
    Keeping(edit_tables.draft_file, _KNOWLEDGE, _STAFF, sentence("What a draft changes, and who changed it last."), _DRAFT),
    Keeping(edit_tables.draft_editor, _KNOWLEDGE, _STAFF, sentence("Who has worked on a draft."), _DRAFT),
    Keeping(edit_tables.draft_at_hand, _KNOWLEDGE, _STAFF, sentence("Which draft somebody is working on."), _ACCOUNT),
    Keeping(
        edit_tables.trial,
        _KNOWLEDGE,
        _STAFF,
        sentence(
            "What would change if a draft were published, also for the latest questions, in which personal numbers "
            "and e-mail addresses are masked."
        ),
        _DRAFT,
        masked=True,
    ),
    Keeping(edit_tables.agreement, _KNOWLEDGE, _STAFF, sentence("What a second editor wrote to agree."), _DRAFT),
    Keeping(edit_tables.topic_owner, _KNOWLEDGE, _STAFF, sentence("Who looks after a topic."), _ACCOUNT),
    Keeping(
        edit_tables.provider_link,
        _KNOWLEDGE,
        _OFFICES,
        sentence("That an office was sent a link by which it confirms what is said of it, and by whom."),
        (retention.PROVIDER_LINKS,),
    ),
    Keeping(edit_tables.shipped, _KNOWLEDGE, _NOBODY, sentence("Which folders with knowledge were taken over."), _FOR_GOOD),
    Keeping(
        edit_tables.contradiction,
        _KNOWLEDGE,
        _NOBODY,
        sentence("Where an update says otherwise than an editor."),
        sentence("until an editor has decided"),
    ),
    Keeping(tables.weights, _OPERATION, _NOBODY, sentence("What was learned from the examples of the knowledge."), _OF_USE),
    Keeping(tables.vector, _OPERATION, _NOBODY, sentence("The meaning of the examples of the knowledge, as numbers."), _OF_USE),
    Keeping(tables.lease, _OPERATION, _NOBODY, sentence("Which process does what just now."), (retention.LEASES,)),
    Keeping(
        guard_tables.sealing_key,
        _OPERATION,
        _NOBODY,
        sentence("Which keys encrypt what is kept; never a key itself."),
        sentence("for good: backups may need the key"),
    ),
    Keeping(
        guard_tables.chore,
        _OPERATION,
        _NOBODY,
        sentence("When it was last deleted what is over, and how much that was."),
        sentence("until the next time"),
    ),
    Keeping(
        guard_tables.step,
        _OPERATION,
        _NOBODY,
        sentence("Which changes of these tables were made, and of what kind they are."),
        sentence("for good: programs go by it"),
    ),
    Keeping(
        guard_tables.program,
        _OPERATION,
        _NOBODY,
        sentence("Which processes of the program run, and for which tables they are made."),
        sentence("until the process ends"),
    ),
)
