from pathlib import Path

import pytest

from bot.addresses import smtp_server
from bot.settings import SECRETS, Settings, SettingsError, read, shipped


def test_without_any_variable_everything_has_a_sensible_value() -> None:
    settings = read({})

    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.database_url.get_secret_value().startswith("sqlite:///")
    assert settings.knowledge == shipped("knowledge")


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read(
            {"INFOPOINT_PORT": "often", "INFOPOINT_MAX_WRONG": "7", "INFOPOINT_PROT": "80", "INFOPOINT_DATABASE_URL": "mysql://x"}
        )

    assert {line.split(":")[0] for line in str(caught.value).splitlines()} == {
        "INFOPOINT_PROT",
        "INFOPOINT_PORT",
        "INFOPOINT_DATABASE_URL",
        "INFOPOINT_MAX_WRONG",
    }


def test_a_wrong_value_is_not_repeated_in_the_error() -> None:
    with pytest.raises(SettingsError) as caught:
        read({"INFOPOINT_DATABASE_URL": "mysql://user:hunter2@host/name"})

    assert "hunter2" not in str(caught.value)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("123:abc\n", encoding="utf-8")

    settings = read({"INFOPOINT_TELEGRAM_TOKEN_FILE": str(tmp_path / "token")})

    assert settings.telegram_token.get_secret_value() == "123:abc"


def test_a_secret_whose_file_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="TELEGRAM_TOKEN_FILE"):
        read({"INFOPOINT_TELEGRAM_TOKEN_FILE": str(tmp_path / "none")})


def test_a_secret_whose_file_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfe123")

    with pytest.raises(SettingsError, match="UTF-8"):
        read({"INFOPOINT_TELEGRAM_TOKEN_FILE": str(tmp_path / "token")})


def test_what_is_no_secret_has_no_file() -> None:
    with pytest.raises(SettingsError, match="HOST_FILE"):
        read({"INFOPOINT_HOST_FILE": "x"})


def test_an_address_without_scheme_is_refused() -> None:
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        read({"INFOPOINT_PUBLIC_URL": "info.example.org"})


def test_a_trailing_slash_of_an_address_is_dropped() -> None:
    assert read({"INFOPOINT_PUBLIC_URL": "https://info.example.org/"}).public_url == "https://info.example.org"


def test_secrets_are_not_shown_when_the_settings_are_printed() -> None:
    settings = read({"INFOPOINT_TELEGRAM_TOKEN": "123:abc", "INFOPOINT_DATABASE_URL": "postgresql://u:hunter2@h/n"})

    assert "123:abc" not in repr(settings)
    assert "hunter2" not in repr(settings)
    ours = {"database_url", "encoder_key", "metrics_token", "sealing_keys", "smtp_url"}
    assert ours | {"telegram_token", "telegram_webhook_secret"} == SECRETS


def test_every_setting_has_its_manual() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize(
    "address",
    [
        "https://embeddings.example.org/v1",
        "http://127.0.0.1:9000/v1",
        "http://[::1]:9000/v1",
        "http://10.1.2.3/v1",
        "http://172.31.0.9:8080",
        "http://192.168.1.20/v1",
        "http://[fd00::1]/v1",
        "http://localhost:9000/v1",
        "http://embeddings:9000/v1",
        "http://gpu.office.internal/v1",
        "https://8.8.8.8/v1",
    ],
)
def test_an_encoder_may_be_anywhere_that_nobody_else_can_read_along(address: str) -> None:
    settings = read({"INFOPOINT_ENCODER": f"{address}/", "INFOPOINT_ENCODER_MODEL": "big-model"})

    assert settings.encoder == address


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://embeddings.example.org/v1", "public host"),
        ("http://8.8.8.8/v1", "public host"),
        ("http://134744072/v1", "public host"),
        ("http://0x08080808/v1", "public host"),
        ("http://172.32.0.1/v1", "public host"),
        ("http://[2001:4860:4860::8888]/v1", "public host"),
        ("http://[::ffff:8.8.8.8]/v1", "public host"),
        ("http://127.0.0.1.example.org/v1", "public host"),
        ("http://10.0.0.1@example.org/v1", "more than"),
        ("https://user:hunter2@example.org/v1", "more than"),
        ("https://example.org/v1?key=hunter2", "more than"),
        ("https://example.org/v1#hunter2", "more than"),
        ("https://", "no address"),
        ("https://:80/v1", "no address"),
        ("https://example.org:port/v1", "no address"),
        ("https://example.org:99999/v1", "no address"),
        ("http://[::1/v1", "no address"),
        ("https://exa mple.org/v1", "no address"),
        ("https://example.org/v1\n", "no address"),
        ("https://пример.org/v1", "no address"),
        ("ftp://example.org", "e5, none or"),
        ("bert", "e5, none or"),
    ],
)
def test_another_encoder_is_refused_with_a_sentence_that_repeats_no_secret(address: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"INFOPOINT_ENCODER: .*{told}") as caught:
        read({"INFOPOINT_ENCODER": address, "INFOPOINT_ENCODER_MODEL": "big-model"})

    assert "hunter2" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("model", ["", "a\nb", "m" * 201])
def test_an_encoder_elsewhere_needs_the_name_of_a_model(model: str) -> None:
    with pytest.raises(SettingsError, match="INFOPOINT_ENCODER_MODEL"):
        read({"INFOPOINT_ENCODER": "https://example.org/v1", "INFOPOINT_ENCODER_MODEL": model})


@pytest.mark.parametrize("key", ["hunter2\r\nX-Other: 1", "hunter2č"])
def test_a_key_that_cannot_be_sent_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(SettingsError, match="INFOPOINT_ENCODER_KEY") as caught:
        read({"INFOPOINT_ENCODER_KEY": key})

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("group", ["123", "-123", "-100x", "-100٣", "@desk"])
def test_only_a_supergroup_can_be_the_group_of_staff(group: str) -> None:
    with pytest.raises(SettingsError, match="begins with -100"):
        read({"INFOPOINT_TELEGRAM_TOKEN": "1:a", "INFOPOINT_TELEGRAM_STAFF_GROUP": group})


def test_a_group_of_staff_takes_a_bot() -> None:
    with pytest.raises(SettingsError, match="INFOPOINT_TELEGRAM_TOKEN is not set"):
        read({"INFOPOINT_TELEGRAM_STAFF_GROUP": "-1001234567890"})
    settings = read({"INFOPOINT_TELEGRAM_TOKEN": "1:a", "INFOPOINT_TELEGRAM_STAFF_GROUP": "-1001234567890"})
    assert settings.telegram_staff_group == "-1001234567890"


def test_the_key_of_an_encoder_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-abc\n", encoding="utf-8")

    settings = read({"INFOPOINT_ENCODER_KEY_FILE": str(tmp_path / "key")})

    assert settings.encoder_key.get_secret_value() == "sk-abc"
    assert "sk-abc" not in repr(settings)


MAIL = {"INFOPOINT_MAIL_FROM": "desk@example.org"}


@pytest.mark.parametrize(
    ("url", "host", "port", "encrypted"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, False),
        ("smtp://ana:p%40ss@mail.example.org:2525", "mail.example.org", 2525, False),
        ("smtps://ana:p%40ss@mail.example.org", "mail.example.org", 465, True),
        ("smtp://127.0.0.1:25", "127.0.0.1", 25, None),
        ("smtp://relay:25", "relay", 25, None),
    ],
)
def test_mail_is_encrypted_on_its_way_out_of_the_house(url: str, host: str, port: int, encrypted: bool | None) -> None:
    server = smtp_server(read({"INFOPOINT_SMTP_URL": url, **MAIL}).smtp_url.get_secret_value())

    assert (server.host, server.port, server.encrypted) == (host, port, encrypted)
    assert server.password in (None, "p@ss")
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mail.example.org:25", "begins with smtp://"),
        ("https://mail.example.org", "begins with smtp://"),
        ("smtp://", "names a host"),
        ("smtp://mail.example.org:0", "names a host"),
        ("smtp://mail.example.org:many", "is no address"),
        ("smtp://ana@mail.example.org", "a user without a password"),
        ("smtp://ana:hunter2@mail.example.org/path", "has more than"),
        ("smtp://ana:hunter2@mail.example.org?starttls", "has more than"),
    ],
)
def test_another_mail_server_is_refused_with_a_sentence_that_repeats_no_secret(url: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        read({"INFOPOINT_SMTP_URL": url, **MAIL})

    assert "hunter2" not in str(caught.value)


def test_a_mail_server_needs_a_sender() -> None:
    with pytest.raises(SettingsError, match=r"MAIL_FROM.*needed with a mail server"):
        read({"INFOPOINT_SMTP_URL": "smtp://relay"})
    with pytest.raises(SettingsError, match=r"MAIL_FROM.*no address"):
        read({"INFOPOINT_MAIL_FROM": "desk@example.org\r\nBcc: x@example.org"})


def test_staff_are_told_in_order() -> None:
    assert read({"INFOPOINT_TELL_AFTER": "0", "INFOPOINT_DEPUTY_AFTER": "0", "INFOPOINT_ADMIN_AFTER": "0"}).admin_after == 0
    with pytest.raises(SettingsError, match=r"DEPUTY_AFTER.*earlier than INFOPOINT_TELL_AFTER"):
        read({"INFOPOINT_TELL_AFTER": "31"})
    with pytest.raises(SettingsError, match=r"ADMIN_AFTER.*earlier than INFOPOINT_DEPUTY_AFTER"):
        read({"INFOPOINT_DEPUTY_AFTER": "121"})
    with pytest.raises(SettingsError, match="TELL_AFTER"):
        read({"INFOPOINT_TELL_AFTER": "nan"})


@pytest.mark.parametrize("wanted", ["all", "info-gorizia", "info-gorizia, info-vidin"])
def test_four_eyes_are_for_all_or_for_some_info_points(wanted: str) -> None:
    assert read({"INFOPOINT_FOUR_EYES": wanted}).four_eyes == wanted


@pytest.mark.parametrize("wanted", ["info gorizia", "info-gorizia,", "Info", "all;info-gorizia"])
def test_four_eyes_for_what_is_no_list_are_refused(wanted: str) -> None:
    with pytest.raises(SettingsError, match="INFOPOINT_FOUR_EYES"):
        read({"INFOPOINT_FOUR_EYES": wanted})
