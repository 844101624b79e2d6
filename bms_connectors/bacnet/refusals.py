"""How a BACnet device says no, or nothing that makes sense, in our errors (ASHRAE 135, clauses 18.1 to 18.10)."""

from __future__ import annotations

from bacpypes3.apdu import AbortPDU, ErrorPDU, ErrorRejectAbortNack, RejectPDU

from twin.model.errors import ConnectorError, DecodeError, DeviceRefusedError, ResponseTimeoutError


class BrokenAnswer(ErrorPDU):  # type: ignore[misc]  # bacpypes3 has no types
    """Stands for an answer that does not decode."""

    errorClass = "communication"  # noqa: N815 -- bacpypes3's name
    errorCode = "invalid-tag"  # noqa: N815 -- bacpypes3's name


def translated(device: str, error: ErrorRejectAbortNack) -> ConnectorError:
    """Our error; silence is an abort of bacpypes3's own making."""
    if isinstance(error, BrokenAnswer):
        return DecodeError(device, "its answer does not decode")
    told = getattr(error, "errorType", None) or error  # AddListElement and its like wrap class and code (21)
    reason = str(told.errorCode if told is not error else error.reason)
    if isinstance(error, AbortPDU):
        if reason == "no-response":
            return ResponseTimeoutError(device, "no answer in time")
        return DeviceRefusedError(device, "aborted", f"abort {reason}")
    if isinstance(error, RejectPDU):
        return DeviceRefusedError(device, "rejected", f"reject {reason}")
    return DeviceRefusedError(device, "refused", f"error {getattr(told, 'errorClass', '')} {reason}")
