"""Certificates of a site's Modbus devices: by device, from files beside the settings; what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.settings import Site, load_site
from tui.wiring.certificates import certificates_of
from twin.model.errors import ConfigError
from twin.model.points import Device, Protocol

SETTINGS = """
name = "A block"
[[tls]]
devices = ["DOOR-1", "DOOR-2"]
ca = "ca.pem"
certificate = "own.pem"
key = "own.key"
"""
DEVICES = [
    Device(name=name, protocol=protocol, host="127.0.2.1", port=802, instance=1)
    for name, protocol in (("DOOR-1", Protocol.MODBUS), ("DOOR-2", Protocol.MODBUS), ("AHU", Protocol.BACNET))
]


def site(folder: Path, text: str = SETTINGS) -> Site:
    (folder / "gatehouse.toml").write_text(text, encoding="utf-8")
    return load_site(folder)


def test_every_device_named_has_the_files(tmp_path: Path):
    for name in ("ca.pem", "own.pem", "own.key"):
        (tmp_path / name).write_text("", encoding="utf-8")
    found = certificates_of(site(tmp_path), DEVICES)
    assert set(found) == {"DOOR-1", "DOOR-2"}
    assert found["DOOR-1"].keyfile == tmp_path / "own.key"
    assert certificates_of(site(tmp_path, 'name = "B"'), DEVICES) == {}


def test_missing_files_and_devices_of_another_protocol_are_named_together(tmp_path: Path):
    (tmp_path / "ca.pem").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        certificates_of(site(tmp_path, SETTINGS.replace("DOOR-2", "AHU")), DEVICES)
    for part in ("tls[0].certificate", "tls[0].key", "own.key is missing", "there is no Modbus device AHU"):
        assert part in str(caught.value)
    assert "tls[0].ca" not in str(caught.value)
