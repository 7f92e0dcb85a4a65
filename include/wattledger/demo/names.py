"""Made-up names of people, streets and trades.

Belongs here: the pools of words and the macros that draw from them. No name of a real person or company.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wattledger.sql import sql_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHOPS: Final = [
    "副食店",
    "早餐店",
    "理发店",
    "五金店",
    "文具店",
    "水果店",
    "修车铺",
    "药房",
    "面馆",
    "洗衣店",
    "快递站",
    "幼儿园",
]
_INDUSTRIES: Final = [
    "水泥厂",
    "机械厂",
    "纺织厂",
    "食品厂",
    "砖瓦厂",
    "冷库",
    "造纸厂",
    "塑料制品厂",
    "污水处理厂",
    "铸造厂",
    "数据中心",
    "家具厂",
]
_DIRT: Final = ["\t", "\n（旧户）", "“老李”", ", 二楼", "　", "𠮷", "\n", '"', " 'A'", "䶮"]
"""What real name fields hold: tabs, line ends, quotes, commas, wide blanks, letters that only GB18030 has."""


def load_names(con: DuckDBPyConnection, seed: int) -> None:
    """Define the macros ``person``, ``surname``, ``street``, ``trade`` and ``dirt``; needs ``draw``."""
    from faker import Faker

    fake = Faker("zh_CN")
    fake.seed_instance(seed)
    pools = {
        "surnames": [fake.last_name() for _ in range(80)],
        "given_names": [fake.first_name() for _ in range(200)],
        "streets": [fake.street_name() for _ in range(120)],
        "shops": _SHOPS,
        "industries": _INDUSTRIES,
        "dirt": _DIRT,
    }
    for name, pool in pools.items():
        con.execute(f"SET VARIABLE {name} = ?", [pool])
    con.execute(sql_text(__package__, "names"))
