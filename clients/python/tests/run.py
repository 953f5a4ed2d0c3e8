"""Runs all tests here and prints each outcome as a line of JSON, for builds: run.py"""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path
from typing import Any


class Lines(unittest.TestResult):
    def say(self, test: Any, outcome: str, detail: str = "") -> None:
        said = {"test": test.id(), "outcome": outcome, "detail": detail[-4_000:]}
        print(json.dumps(said), flush=True)

    def addSuccess(self, test: Any) -> None:
        self.say(test, "passed")

    def addError(self, test: Any, err: Any) -> None:
        super().addError(test, err)
        self.say(test, "failed", self.errors[-1][1])

    def addFailure(self, test: Any, err: Any) -> None:
        super().addFailure(test, err)
        self.say(test, "failed", self.failures[-1][1])

    def addSkip(self, test: Any, reason: str) -> None:
        super().addSkip(test, reason)
        self.say(test, "skipped", reason)


if __name__ == "__main__":
    result = Lines()
    unittest.defaultTestLoader.discover(str(Path(__file__).parent)).run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
