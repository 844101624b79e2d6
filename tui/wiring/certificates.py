"""The certificates with which a site's Modbus devices are met."""

from __future__ import annotations

from collections.abc import Iterable

from bms_connectors.modbus.tls import TlsFiles
from tui.settings import SITE_FILE, Site
from twin.model.errors import ConfigError, Fault
from twin.model.points import Device, Protocol


def certificates_of(site: Site, devices: Iterable[Device]) -> dict[str, TlsFiles]:
    """Certificate files by device name.

    Raises:
        ConfigError: every device that is no Modbus device of the register, and every file that is not there.
    """
    known = {device.name for device in devices if device.protocol is Protocol.MODBUS}
    found: dict[str, TlsFiles] = {}
    faults = []
    for number, entry in enumerate(site.file.tls):
        key = f"tls[{number}]"
        paths = {name: site.folder / getattr(entry, name) for name in ("ca", "certificate", "key")}
        faults += [
            Fault(SITE_FILE, f"{key}.{name}", f"{path} is missing")
            for name, path in paths.items()
            if not path.is_file()
        ]
        strange = [name for name in entry.devices if name not in known]
        faults += [Fault(SITE_FILE, f"{key}.devices", f"there is no Modbus device {name}") for name in strange]
        files = TlsFiles(cafile=paths["ca"], certfile=paths["certificate"], keyfile=paths["key"])
        found.update(dict.fromkeys(entry.devices, files))
    if faults:
        raise ConfigError(faults)
    return found
