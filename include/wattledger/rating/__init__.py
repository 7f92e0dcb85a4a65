"""Rating: what every bill should have been, worked out again from the register up.

    catalogue     the tariffs as data: read from ``tariffs/`` and checked
    case          one bill as a person would write it down, and as both engines take it
    exact         the engine in plain Decimal: one bill at a time, with its arithmetic in words
    setwise, sql  the engine in SQL on DuckDB: millions of bills at a time, to the same fen
    after         what comes after a bill: damages, theft, default use, corrections
    sheet         the result of a calculation, and how it is shown
    compare       bills against what they should have been, with the cause of each difference

The two engines share the catalogue and the form of their input, and no arithmetic. ``docs/rating.md`` says what
both do.
"""
