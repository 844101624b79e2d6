"""Errors that bacpypes3 cannot decode without help; unread, they look as if nobody had answered.

GetEventInformation (service 29) has no error in its table, and its ChangeListError, which serves AddListElement and
RemoveListElement, lacks the service choice that its decoder asks for.
"""

from __future__ import annotations

from bacpypes3.apdu import ChangeListError, ConfirmedServiceChoice, Error, error_types

_NAMELESS = (ConfirmedServiceChoice.getEventInformation,)


def complete_error_types() -> None:
    """Add what is missing to bacpypes3's table; doing it twice changes nothing."""
    for service in _NAMELESS:
        error_types.setdefault(int(service), type(f"Error({service})", (Error,), {"service_choice": service}))
    if not hasattr(ChangeListError, "service_choice"):
        ChangeListError.service_choice = ConfirmedServiceChoice.addListElement
