"""How many officers a post takes: the relief factor (Local Government Performance Center, 2012)."""

from __future__ import annotations


def relief_factor(*, post_h: float, gross_h: float, absent_h: float) -> float:
    """Annual hours of a post by the net annual work hours of one officer (gross hours without absences).

    Raises:
        ValueError: somebody who is absent all year relieves nobody.
    """
    net_h = gross_h - absent_h
    if net_h <= 0:
        raise ValueError(f"{absent_h:g} hours absent of {gross_h:g} leave no net annual work hours")
    return post_h / net_h
