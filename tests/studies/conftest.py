"""What the tests of studies share with those of the page: a folder, a server of it, a browser."""

from tests.web.conftest import browser, faults, page, served, served_folder

__all__ = ["browser", "faults", "page", "served", "served_folder"]
