"""The alarms there are: key, priority, text for people, and what to do.

Priorities and texts are the project's defaults (domain reference, section 6.3): 1 life or security, 2 urgent,
3 technical, 4 information.
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.model.alarms import AlarmDefinition


def _alarm(key: str, priority: int, text: str, action: str, *, latching: bool = False) -> AlarmDefinition:
    return AlarmDefinition(key=key, priority=priority, text=text, action=action, latching=latching)


DEFINITIONS: Mapping[str, AlarmDefinition] = {
    definition.key: definition
    for definition in (
        # Fire.
        _alarm("fire", 1, "Fire alarm", "Start the cell-fire procedure"),
        _alarm("mist-flow", 1, "Water mist flows", "Start the cell-fire procedure"),
        _alarm("fire-pre-alarm", 2, "Fire pre-alarm", "Look at the room; be ready"),
        _alarm("fire-fault", 2, "Fire zone in fault", "Call the fire panel's service"),
        _alarm("fire-disablement", 3, "Fire detection disabled in part", "Watch the part by rounds"),
        _alarm("detector-fault", 3, "Smoke detector in fault", "Call the fire panel's service"),
        _alarm("lift-fault", 3, "Lift out of order", "Call the lift service; take the stairs"),
        # Doors.
        _alarm("door-forced", 1, "Door forced open", "Send response; secure the area", latching=True),
        _alarm(
            "interlock-violation",
            1,
            "Interlock violated: two doors not secured",
            "Secure one door by key",
            latching=True,
        ),
        _alarm("door-tamper", 1, "Door tamper contact", "Check on the spot"),
        _alarm("command-failed", 2, "Door did not follow the command", "Check on the spot; use the key"),
        _alarm("door-held", 2, "Door held open", "Close the door"),
        _alarm("release-review", 2, "Emergency release awaits second person and reason", "Enter both"),
        _alarm("override-expired", 2, "Override expired: decide", "Lock, or renew the override"),
        _alarm("door-fault", 3, "Door fault", "Call maintenance"),
        # Persons.
        _alarm("duress", 1, "Duress button", "Send response", latching=True),
        _alarm("cell-call-unanswered", 2, "Cell call not answered in 5 min", "Answer now"),
        _alarm("cell-call", 3, "Cell call", "Answer (acknowledge)"),
        _alarm("emergency-stop", 2, "Emergency stop pressed", "Send response; machines stay off"),
        _alarm("late-return", 3, "Residents late", "Start the late-return procedure"),
        # Perimeter and watching.
        _alarm("perimeter-alarm", 1, "Perimeter sensor", "Look by camera; send response", latching=True),
        _alarm("perimeter-tamper", 2, "Perimeter sensor tampered with", "Check on the spot"),
        _alarm("camera-fault", 3, "Camera fault", "Call maintenance; watch by rounds"),
        _alarm("portal-fault", 3, "Search portal fault", "Search by hand; call maintenance"),
        _alarm("kiosk-offline", 4, "Kiosk offline", "Check its network"),
        # Power.
        _alarm("mains-failed", 2, "Mains failed", "Check generator and UPS"),
        _alarm("generator-failed", 2, "Generator failed", "Start it by hand; call its service"),
        _alarm("ups-on-battery", 2, "UPS on battery", "Check the supply; watch the autonomy"),
        _alarm("ups-autonomy", 2, "UPS nearly empty", "Secure doors by key"),
        # Rooms, air, heat and water.
        _alarm("temperature", 3, "Temperature out of limits", "Check heating"),
        _alarm("air-quality", 3, "CO₂ above limit", "Check ventilation"),
        _alarm("leak", 3, "Water leak", "Check on the spot; shut the water"),
        _alarm("frost", 3, "Frost thermostat tripped", "Check the heating coil"),
        _alarm("filter", 3, "Filter pressure out of limits", "Change the filter"),
        _alarm("duct-pressure", 3, "Duct pressure out of limits", "Check fan and dampers"),
        _alarm("supply-air", 3, "Supply air out of limits", "Check the heating coil"),
        _alarm("dust-extraction", 3, "Dust extraction out of limits", "Stop the machines; check the filter"),
        _alarm("circuit-pressure", 3, "Heating circuit pressure out of limits", "Check for leaks; refill"),
        _alarm("hot-water-store", 3, "Hot water store out of limits", "Check the heating of the store"),
        _alarm("hot-water-return", 3, "Hot water return out of limits", "Check the circulation pump"),
        _alarm("hot-water-mixed", 3, "Mixed hot water out of limits", "Shut the outlet; check the valve"),
        _alarm("legionella", 4, "Legionella cycle due", "Run the cycle"),
        # Controllers.
        _alarm("device-stale", 3, "No communication", "Check controller and network"),
    )
}
