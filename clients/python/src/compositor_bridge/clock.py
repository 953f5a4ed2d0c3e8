"""The server's clock, measured by pings. All times in microseconds."""

from __future__ import annotations

import time
from dataclasses import dataclass

__all__ = ["ClockFilter", "local_now"]

# Two clocks run apart by no more than this part of the time, unless one of them is broken.
_MOST_DRIFT = 200e-6
# What they run apart by usually.
_USUAL_DRIFT = 30e-6
# What a floor is wrong by at least.
_GRAIN = 50
# Such a part of all measurements is quicker than the floor; the quickest one alone would tell less.
_BELOW = 0.06
_DRIFT_EVERY = 2_000_000
_FIT_EVERY = 250_000
# So many measurements count at once.
_FIRST = 20
# Thirds taken off what the drift may be: to a hundredth of a millionth.
_STEPS = 24

_ORIGIN = time.time_ns() - time.monotonic_ns()


def local_now() -> int:
    """The local clock: microseconds since the Unix epoch, never running backwards.

    On some systems it stands still while the machine sleeps.
    """
    return (_ORIGIN + time.monotonic_ns()) // 1000


def wall_ahead() -> float:
    """By how many seconds the wall clock, which goes on in a sleep, is ahead of the local one."""
    return (time.time_ns() - _ORIGIN - time.monotonic_ns()) / 1e9


@dataclass(frozen=True)
class _Measurement:
    at: int
    there: int
    back: int


class ClockFilter:
    """Distance to the server's clock.

    What a message takes has a floor that some come close to. Those there and those back do so at different times, so
    each way has its floor found by itself, as a line with few measurements below it, which rises as the clocks drift
    apart. Both floors are taken to be equally high. The clients for JavaScript and Java reckon in the same way.
    """

    def __init__(self, capacity: int = 400, max_age: int = 300_000_000) -> None:
        """capacity: measurements kept, at least 1; max_age: for how long, in microseconds."""
        self._capacity = capacity
        self._max_age = max_age
        self._samples: list[_Measurement] = []
        self._drift_at: int | None = None
        #: To add to the local clock, as of the last measurement; None before the first.
        self.offset: int | None = None
        #: By how much that grows per microsecond.
        self.drift = 0.0
        #: Short round trip of late, that of both floors; None before the first measurement.
        self.round_trip: int | None = None
        self._measured_at = 0

    @property
    def measurements(self) -> int:
        """How many are kept."""
        return len(self._samples)

    def reset(self) -> None:
        """Forgets everything."""
        self._samples.clear()
        self._drift_at = None
        self.offset = None
        self.drift = 0.0
        self.round_trip = None
        self._measured_at = 0

    def offset_at(self, local: int) -> float | None:
        """What to add to the local clock at that time of it; None before the first measurement."""
        if self.offset is None:
            return None
        return self.offset + self.drift * min(self._max_age, max(0, local - self._measured_at))

    def add(self, t0: int, t1: int, t2: int, t3: int) -> bool:
        """A ping that left at t0 (local clock), came at t1 and was answered at t2 (server's), and was back at t3.

        False if the numbers cannot be true.
        """
        if t3 < t0 or t2 < t1 or t3 - t0 < t2 - t1:
            return False
        samples = self._samples
        old = max(0, len(samples) + 1 - self._capacity)
        while old < len(samples) and t3 - samples[old].at > self._max_age:
            old += 1
        del samples[:old]
        samples.append(_Measurement(t3, t1 - t0, t3 - t2))
        if len(samples) <= _FIRST or t3 - self._measured_at >= _FIT_EVERY:
            self._fit(t3)
        return True

    def _fit(self, now: int) -> None:
        first = self._samples[0].at
        middle = (first + now) / 2
        if self._drift_at is None or now - self._drift_at >= _DRIFT_EVERY:
            self._drift_at = now
            # how far the drift can be told: over a short time what a floor is wrong by makes any
            wrong = (self._floors(0, middle)[0] / 8 + _GRAIN) / max(1, now - first) / _USUAL_DRIFT
            self.drift = self._likeliest(middle) / (1 + wrong * wrong)
        total, offset, _ = self._floors(self.drift, middle)
        self.offset = round(offset + self.drift * (now - middle))
        self.round_trip = max(0, round(total))
        self._measured_at = now

    def _likeliest(self, middle: float) -> float:
        """The drift at which the measurements lie closest to both floors: quantile regression, whose loss is convex."""
        low, high = -_MOST_DRIFT, _MOST_DRIFT
        for _ in range(_STEPS):
            step = (high - low) / 3
            if self._floors(low + step, middle)[2] > self._floors(high - step, middle)[2]:
                low += step
            else:
                high -= step
        return (low + high) / 2

    def _floors(self, drift: float, moment: float) -> tuple[float, float, float]:
        """Sum and half the difference of the floors of both ways, and the loss, if the clocks drift like this."""
        there = _floor([sample.there - drift * (sample.at - moment) for sample in self._samples])
        back = _floor([sample.back + drift * (sample.at - moment) for sample in self._samples])
        return there[0] + back[0], (there[0] - back[0]) / 2, there[1] + back[1]


def _floor(values: list[float]) -> tuple[float, float]:
    values.sort()
    floor = values[int(_BELOW * len(values))]
    loss = sum((1 - _BELOW) * (floor - v) if v < floor else _BELOW * (v - floor) for v in values)
    return floor, loss
