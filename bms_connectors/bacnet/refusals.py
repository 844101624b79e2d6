"""How a BACnet device says no, in our errors (ASHRAE 135, clauses 18.1 to 18.10)."""

from __future__ import annotations

from bacpypes3.apdu import AbortPDU, ErrorRejectAbortNack, RejectPDU

from twin.model.errors import ConnectorError, DeviceRefusedError, ResponseTimeoutError


def translated(device: str, error: ErrorRejectAbortNack) -> ConnectorError:
    """Our error; silence is an abort of bacpypes3's own making."""
    told = getattr(error, "errorType", None) or error  # AddListElement and its like wrap class and code (21)
    reason = str(told.errorCode if told is not error else error.reason)
    if isinstance(error, AbortPDU):
        if reason == "no-response":
            return ResponseTimeoutError(device, "no answer in time")
        return DeviceRefusedError(device, "aborted", f"abort {reason}")
    if isinstance(error, RejectPDU):
        return DeviceRefusedError(device, "rejected", f"reject {reason}")
    return DeviceRefusedError(device, "refused", f"error {getattr(told, 'errorClass', '')} {reason}")
