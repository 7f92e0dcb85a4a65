"""Cases: one bill to be rated, or one calculation after a bill, as a person writes it down."""
