from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from bot.channels.webchat.markup import formatted, plain


def test_blank_lines_part_paragraphs_and_line_breaks_stay() -> None:
    assert formatted("Ena\ndve\n\ntri") == "<p>Ena<br>dve</p><p>tri</p>"


def test_lines_that_begin_with_a_dash_become_a_list() -> None:
    assert formatted("Prinesite:\n– osebno izkaznico\n– potrdilo\nHvala") == (
        "<p>Prinesite:</p><ul><li>osebno izkaznico</li><li>potrdilo</li></ul><p>Hvala</p>"
    )


def test_markup_in_a_text_is_shown_and_not_obeyed() -> None:
    assert formatted("<script>alert(1)</script> & <b>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;</p>"


def test_an_address_becomes_a_link_without_the_sentence_around_it() -> None:
    html = formatted("Glejte (https://e-uprava.gov.si/a?b=1&c=2).")
    assert html == (
        '<p>Glejte (<a href="https://e-uprava.gov.si/a?b=1&amp;c=2" rel="noreferrer">e-uprava.gov.si/a?b=1&amp;c=2</a>).</p>'
    )


def test_a_bracket_that_belongs_to_the_address_stays() -> None:
    assert 'href="https://sl.wikipedia.org/wiki/Koper_(mesto)"' in formatted("https://sl.wikipedia.org/wiki/Koper_(mesto)")


def test_only_web_addresses_become_links() -> None:
    assert "<a" not in formatted("javascript:alert(1) data:text/html,x ftp://x.si file:///etc/passwd")


def test_a_quote_cannot_leave_the_address() -> None:
    assert "onmouseover" not in formatted('https://x.si/"onmouseover="alert(1)').split(">")[1]


def test_a_mail_address_becomes_a_link() -> None:
    assert '<a href="mailto:csd@gov.si">csd@gov.si</a>.' in formatted("Pišite na csd@gov.si.")


def test_numbers_to_dial_become_links_and_others_do_not() -> None:
    html = formatted("Pokličite 112 ali 116 123. Leta 1126 je bilo 112a, 3112.", calls=("112", "116 123"))
    assert html.count("<a") == 2
    assert '<a class="call" href="tel:112">112</a>' in html
    assert '<a class="call" href="tel:116123">116 123</a>' in html


def test_the_longer_of_two_numbers_wins() -> None:
    assert 'href="tel:116123"' in formatted("116 123", calls=("116", "116 123"))


def test_an_international_number_becomes_a_link_by_itself() -> None:
    assert 'href="tel:+38653304000"' in formatted("Telefon: +386 (0)5 330-40 00.")


def test_the_privacy_page_can_be_followed_and_no_other_path() -> None:
    assert formatted("O vas: /privacy. /forget /desk https://x.si/privacy").count("<a") == 2
    assert '<a href="/privacy">/privacy</a>.' in formatted("O vas: /privacy.")


def test_what_a_resident_typed_keeps_its_lines_and_gets_no_links() -> None:
    assert plain("<i>\nhttps://x.si\n\n112") == "<p>&lt;i&gt;<br>https://x.si</p><p>112</p>"


def test_nothing_typed_is_nothing() -> None:
    assert plain("") == ""


@given(st.text(max_size=300))
def test_no_text_can_bring_in_a_tag_of_its_own(text: str) -> None:
    without_ours = formatted(text)
    for tag in ("<p>", "</p>", "<br>", "<ul>", "</ul>", "<li>", "</li>", "</a>"):
        without_ours = without_ours.replace(tag, "")
    rest = without_ours.split("<a ")
    assert "<" not in rest[0]
    assert all("<" not in part for part in rest[1:])
    assert "<" not in plain(text).replace("<p>", "").replace("</p>", "").replace("<br>", "")
    assert str(escape(text)).count("<") == 0
