from tui.commands.hour_tables import MOST_COLUMNS, hour_rows


def test_hours_without_anybody_and_series_of_next_to_nobody_are_left_out() -> None:
    rows = hour_rows({"YARD": [0.0, 3.0, 0.0], "door": [0.01, 0.02, 0.0]})
    assert rows == [{"hour": "01:00", "YARD": 3.0}]


def test_several_days_are_numbered_and_the_fullest_series_are_shown() -> None:
    series = {f"Q{number}": [float(number)] * 25 for number in range(12, 0, -1)}
    rows = hour_rows(series)
    assert rows[24]["hour"] == "day 2 00:00"
    assert len(rows[0]) == 1 + MOST_COLUMNS
    assert "Q12" in rows[0]
    assert "Q3" not in rows[0]
