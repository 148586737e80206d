"""The browser, for all tests of this folder."""

from tests.support.browser import _chromium, _visit  # noqa: F401 - pytest finds fixtures by their being here
