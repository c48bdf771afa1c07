"""The fault harness: crashes, schedules, deliveries, faults, and the checker of what must never break."""
