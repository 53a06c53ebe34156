"""Ground floor: frozen specs, the contracts and the errors every other floor speaks in."""
