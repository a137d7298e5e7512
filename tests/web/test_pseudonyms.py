"""What stands for the ids of a folder in the addresses of the page."""

import pytest

from web import naming


def test_pseudonyms_are_those_of_the_key_of_a_user_and_of_one_start_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One key gives the same at each start; other keys, and other starts without any, others."""

    def pseudonyms(key: bytes | None, once: bytes) -> tuple[str, str]:
        monkeypatch.setattr(naming, "signing_key", lambda: key)
        monkeypatch.setattr(naming, "ONCE", once)
        made = naming.opaque(["ecole", "mairie"])
        assert [made.opened(made.shut(id_)) for id_ in ("ecole", "mairie")] == ["ecole", "mairie"]
        return made.shut("ecole"), made.shut("mairie")

    kept, again = pseudonyms(b"key", b"first start"), pseudonyms(b"key", b"second start")
    others = [pseudonyms(b"other", b"first start"), pseudonyms(None, b"first start")]
    others.append(pseudonyms(None, b"second start"))
    assert kept == again
    assert len({kept, *others}) == 4
    assert len(set(kept)) == 2
    assert not {"ecole", "mairie"} & set(kept)
