"""Certificates of a Modbus/TCP Security connection: both sides prove who they are (MODBUS/TCP Security V21)."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from twin.model.errors import ConfigError, Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """PEM files: whom we trust, our certificate, its key. The device's certificate must name its host."""

    cafile: Path
    certfile: Path
    keyfile: Path

    def context(self) -> ssl.SSLContext:
        """A client context that verifies the device and shows our certificate (TLS 1.2 or later).

        Raises:
            ConfigError: a file is missing, or is no certificate or key.
        """
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_verify_locations(cafile=self.cafile)
            context.load_cert_chain(self.certfile, self.keyfile)
        except OSError as error:  # ssl.SSLError is one
            files = f"{self.cafile}, {self.certfile}, {self.keyfile}"
            raise ConfigError([Fault(files, "", f"no usable certificates: {error}")]) from error
        return context
