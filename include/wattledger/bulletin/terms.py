"""The terms of the audit in both languages: links, causes, reasons.

Belongs here: looking up ``reports_templates/terms.yaml``. The words around them are in the catalogues that
``wording`` reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from wattledger.bulletin.model import Text
from wattledger.contracts import Column, Contract, find_column, load_contracts
from wattledger.report_texts import LANGUAGES, TERMS, Templates, layers, load_words
from wattledger.yaml_files import read_yaml


class Terms:
    """Looks terms up; one that is not in the file is shown as it is."""

    def __init__(self, templates: Templates, contracts: Mapping[str, Contract] | None = None) -> None:
        self._templates = templates
        self._contracts = contracts or load_contracts()
        self._content = _load(layers(templates))
        self._evidence: dict[tuple[str, tuple[str, ...]], tuple[Text, Column | None]] = {}

    def link(self, link: str, part: str = "title") -> Text:
        """A link of the reconciliation: its ``title``, ``left`` or ``right``."""
        entry = self._content["links"].get(link, {}).get(part)
        return Text(**entry) if entry else Text(link, link)

    def cause(self, cause: str) -> Text:
        """The cause of a break."""
        return self._text("causes", cause)

    def obstacle(self, code: str, detail: str) -> Text:
        """Why a rule or a link has no result."""
        text = self._text("reasons", code)
        return Text(f"{text.zh}（{self._detail(detail)}）", f"{text.en}: {detail}") if detail else text

    def _detail(self, detail: str) -> str:
        """The sentence of an obstacle in Chinese; one of no known form, as an error's, as it is."""
        contracts = self._contracts
        for form in self._content["details"]:
            if found := re.fullmatch(form["match"], detail):
                told = found.groupdict()
                known = contracts.get(told.get("dataset") or "")
                return str(form["zh"].format(**told | ({"dataset": known.title["zh"]} if known else {})))
        return detail

    def obstacles(self, reason: str) -> Text:
        """Several of them, ``code: detail`` parted by ``; ``."""
        parts = [
            self.obstacle(code, detail)
            for code, _, detail in (part.partition(": ") for part in reason.split("; "))
        ]
        return Text("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))

    def reject(self, reason: str, contract: Contract) -> Text:
        """A landing's reasons, ``column: what``, several parted by ``; ``."""
        parts = [self._one_reject(part, contract) for part in reason.split("; ")]
        return Text("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))

    def _one_reject(self, reason: str, contract: Contract) -> Text:
        column, _, what = reason.partition(": ")
        if column not in contract.columns:
            return self._told("rejects", reason)
        label, text = contract.columns[column], self._told("rejects", what)
        return Text(f"{label.zh}：{text.zh}", f"{column}: {text.en}")

    def rejected_value(self, value: str) -> Text | str:
        """The offending value as it was received; of a duplicate key, also where the key stands first."""
        form = self._content["first"]
        found = re.fullmatch(form["match"], value, re.DOTALL)
        if not found:
            return value
        place = self.place(found["source"], int(found["row"]))
        return Text(form["zh"].format(found["key"], place.zh), form["en"].format(found["key"], place.en))

    def place(self, source: str, row: int, reason: str = "") -> Text:
        """Where a row stands in its extract: rows count without the header, and are not called lines.

        What is rejected because it is no record has no number among the rows, and is known by its line.
        """
        form = self._content["places"]["line" if reason.startswith(f"line {row}: ") else "row"]
        return Text(*(form[language].format(source=source, row=row) for language in ("zh", "en")))

    def code(self, code: str) -> Text | None:
        """What a bill was rated by, or why it was not, several joined by ``+``; None for what is no such code."""
        parts = code.split("+")
        if any(part not in self._content["codes"] for part in parts):
            return None
        texts = [self._text("codes", part) for part in parts]
        return Text("，".join(text.zh for text in texts), ", ".join(text.en for text in texts))

    def instead(self, value: Text, other: Text) -> Text:
        """A company's own value beside the one that it takes the place of."""
        form = self._content["instead"]
        return Text(form["zh"].format(value.zh, other.zh), form["en"].format(value.en, other.en))

    def component(self, component: str) -> Text:
        """A charge component, by the words of the calculation sheets."""
        key = f"component.{component}"
        zh, en = (load_words(self._templates, "sheet", language) for language in LANGUAGES)
        return Text(zh.get(key, component), en.get(key, component))

    def column(self, column: str, datasets: tuple[str, ...] = ()) -> Text:
        """The label of a column of evidence."""
        return self.evidence(column, datasets)[0]

    def standard(self, column: str, datasets: tuple[str, ...] = ()) -> Column | None:
        """The standard column that evidence shows: that of ``datasets``, else any's; None for a rule's own."""
        return self.evidence(column, datasets)[1]

    def evidence(self, column: str, datasets: tuple[str, ...]) -> tuple[Text, Column | None]:
        """Both of them. They are looked up once, and asked for by every row of a worklist."""
        known = self._evidence.get((column, datasets))
        if known is None:
            standard = find_column(column, datasets, self._contracts)
            if not standard and column not in self._content["columns"]:
                standard = find_column(column, self._contracts, self._contracts)
            label = Text(standard.zh, standard.en) if standard else self._text("columns", column)
            known = self._evidence[column, datasets] = (label, standard)
        return known

    def _told(self, group: str, sentence: str) -> Text:
        """A sentence of one of a group's forms in both languages; one of no known form as it is."""
        for form in self._content[group]:
            if found := re.fullmatch(form["match"], sentence):
                return Text(*(form[language].format(**found.groupdict()) for language in ("zh", "en")))
        return Text(sentence, sentence)

    def _text(self, group: str, key: str) -> Text:
        entry = self._content[group].get(key)
        return Text(**entry) if entry else Text(key, key)


@cache
def _load(folders: tuple[Path, ...]) -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(folders[0] / TERMS)
    for path in (folder / TERMS for folder in folders[1:]):
        own = read_yaml(path) if path.is_file() else {}
        content |= {group: content[group] | entries for group, entries in own.items()}
    return content
