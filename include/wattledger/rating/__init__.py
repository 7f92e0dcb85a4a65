"""Rating: what every bill should have been, worked out again from the register up.

    catalogue        the tariffs as data: read from ``tariffs/`` and checked
    cases            one bill as a person would write it down, and as both engines take it
    decimal_engine   the engine in plain Decimal: one bill at a time, with its arithmetic in words
    sql_engine       the engine in SQL on DuckDB: millions of bills at a time, to the same fen
    corrections      what comes after a bill: damages, theft, default use, corrections
    inputs           the lake's bills, or cases, as the tables that ``sql_engine`` reads
    compare          bills against what they should have been, with the cause of each difference
    step             all bills of an audit brought in, rated and compared
    rounding         the one rounding: half up on the magnitude

The two engines share the catalogue and the form of their input, and no arithmetic. ``docs/rating.md`` says what
both do; the form of a result is ``wattledger.sheets``.
"""
