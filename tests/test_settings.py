from pathlib import Path

import pytest

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
    assert {"telegram_token", "telegram_webhook_secret", "database_url"} == SECRETS


def test_every_setting_has_its_manual() -> None:
    assert all(field.description for field in Settings.model_fields.values())
