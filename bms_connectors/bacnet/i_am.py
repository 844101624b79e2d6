"""An I-Am (ASHRAE 135, clause 16.10) as a fact of our own."""

from __future__ import annotations

from typing import Any

from bacpypes3.basetypes import Segmentation

from bms_connectors.bacnet.found import FoundDevice

_TRANSMITS = (Segmentation("segmented-both"), Segmentation("segmented-transmit"))


def found_device(i_am: Any) -> FoundDevice | None:
    """Who said it; None if it does not say who, or from where."""
    source, identifier = i_am.pduSource, i_am.iAmDeviceIdentifier
    if source is None or identifier is None:
        return None
    network = source.addrNet or 0
    router = source.addrRoute if network else source
    if router is None or getattr(router, "addrTuple", None) is None:
        return None
    host, port = router.addrTuple
    return FoundDevice(
        instance=int(identifier[1]),
        host=str(host),
        port=int(port),
        vendor=int(i_am.vendorID or 0),
        network=network,
        station=_station(str(source), network) if network else "",
        max_apdu=int(i_am.maxAPDULengthAccepted or 0),
        is_segmented=i_am.segmentationSupported in _TRANSMITS,
    )


def _station(address: str, network: int) -> str:
    """The part of ``network:station@router`` that names the station."""
    return address.removeprefix(f"{network}:").partition("@")[0]
