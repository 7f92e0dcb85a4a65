from __future__ import annotations

import json

import pytest

from wattledger.bulletin.masking import mask, mask_address, mask_evidence, mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张建国", "张*"),
        ("欧阳娜娜", "欧*"),
        ("Ali Ben Salah", "A*"),
        ("  李四", "李*"),
        ("", ""),
        ("***", "*"),
    ],
)
def test_a_name_keeps_its_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_an_address_loses_its_numbers() -> None:
    assert mask_address("青峰镇人民路12号3栋402室") == "青峰镇人民路*号*栋*室"


@pytest.mark.parametrize("column", ["account_name", "staff_name", "payer_name", "ACCOUNT_NAME", "name"])
def test_columns_of_names_are_masked(column: str) -> None:
    assert mask(column, "张建国") == "张*"


@pytest.mark.parametrize("column", ["account_id", "org_name", "org_name_en", "meter_id", "filename"])
def test_other_columns_are_not(column: str) -> None:
    assert mask(column, "张建国12") == "张建国12"


def test_the_service_address_is_masked() -> None:
    assert mask("service_address", "人民路12号") == "人民路*号"


@pytest.mark.parametrize(
    "column", ["contact_phone", "MOBILE_NO", "tel", "id_card_no", "identity_number", "cert_no"]
)
def test_telephone_and_identity_numbers_keep_their_last_two_characters(column: str) -> None:
    assert mask(column, "330102199001011234") == "*34"
    assert mask(column, "110") == "*"
    assert mask(column, "") == ""


def test_evidence_is_masked_where_it_is_personal_and_else_as_it_was() -> None:
    plain = '{"account_id":"33","bill_amount":12.50}'
    assert mask_evidence(plain) == plain
    assert mask_evidence(None) == "{}"
    told = json.loads(
        mask_evidence('{"account_name":"张建国","mobile":"13800001234","reading":7,"meter_id":null}')
    )
    assert told == {"account_name": "张*", "mobile": "*34", "reading": 7, "meter_id": None}
