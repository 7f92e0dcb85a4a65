"""The register: its own documents, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from wattledger.errors import ConfigurationError
from wattledger.law import load_register
from wattledger.law.register import KINDS
from wattledger.settings import Settings

DOCUMENT = {
    "id": "rules-2020",
    "jurisdiction": "XX",
    "title": {"zh": "规则", "en": "Rules"},
    "status": "confirmed",
    "seen": {"zh": "已读", "en": "read"},
    "articles": {7: {"zh": "甲", "en": "a"}},
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A register of documents: changes of DOCUMENT by the place of their file."""

    def write(**places: dict[str, Any]) -> Path:
        (tmp_path / KINDS).write_text("company: {zh: 公司, en: own}\n", encoding="utf-8")
        for place, changes in places.items():
            path = tmp_path / "XX" / f"{place.replace('_', '-')}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(yaml.safe_dump({**DOCUMENT, **changes}, allow_unicode=True), encoding="utf-8")
        return tmp_path

    return write


def test_an_article_may_be_written_as_a_number(write: Callable[..., Path]) -> None:
    assert list(load_register(write(rules_2020={})).documents["rules-2020"].articles) == ["7"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"titel": "x"},
            r"rules-2020.yaml is wrong:\n  line 11, titel: there is no such field; did you mean title?",
        ),
        ({"status": "sure"}, r"rules-2020.yaml is wrong:\n  line 10, status: input should be 'confirmed' or"),
        ({"seen": {"zh": "已读"}}, r"  line 7, seen\.en: missing"),
        ({"from": "yesterday"}, r"  line 5, from: expected a date"),
        ({"jurisdiction": "YY"}, r"stands in XX/rules-2020.yaml.\n  to do: Move it to YY/rules-2020.yaml"),
        ({"id": "rules-2021"}, r"Move it to XX/rules-2021.yaml"),
        ({"replaces": ["rules-2010"]}, r"rules-2020 replaces rules-2010: there is no document 'rules-2010'"),
    ],
)
def test_what_is_wrong_with_a_document_is_told_with_its_file(
    write: Callable[..., Path], changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        load_register(write(rules_2020=changes))
    assert re.search(told, str(error.value)), error.value


def test_a_file_that_is_no_yaml_is_named(write: Callable[..., Path]) -> None:
    folder = write(rules_2020={})
    (folder / "XX" / "rules-2020.yaml").write_text("id: [", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"(?s)cannot be read.*where: .*XX/rules-2020\.yaml"):
        load_register(folder)


def test_a_folder_that_is_no_register_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no register of law"):
        load_register(tmp_path / "nowhere")


def test_what_nobody_confirmed_says_why_in_both_languages() -> None:
    documents = load_register(Settings().law).documents
    assert len(documents) >= 18
    for document in documents.values():
        assert re.search("[一-鿿]", document.seen.zh), document.id
        assert not re.search("[一-鿿]", document.seen.en + document.title.en), document.id
        words = re.compile("未见|未读|转录|not seen|not read|itself was not|transcription")
        assert document.status == "confirmed" or (
            words.search(document.seen.zh) and words.search(document.seen.en)
        )
