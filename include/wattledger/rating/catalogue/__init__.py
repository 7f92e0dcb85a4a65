"""The tariff catalogue: tariffs, rates, tiers, times of use and power-factor tables as dated data.

model          the form of a file of ``tariffs/``, and of all that holds in a jurisdiction
files          reading files, layer on layer
checks         what is refused, with the place named; ``prices``, ``places``, ``days``, ``windows`` serve it
tables         the catalogue as tables for SQL
tou_calendar   which time of use an instant belongs to
"""
