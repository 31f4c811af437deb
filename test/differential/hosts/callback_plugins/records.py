"""Writes what became of each task on each host, one JSON object a line, to the file that BROKKR_RECORDS names."""

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: records
type: aggregate
short_description: one JSON line a task and host
description: [one JSON line a task and host]
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "records"

    def __init__(self):
        super().__init__()
        self.out = open(os.environ["BROKKR_RECORDS"], "w", encoding="utf-8", buffering=1)

    def _write(self, result, status, item=False):
        told = result._result
        self.out.write(json.dumps({
            "host": result._host.get_name(),
            "task": result._task.get_name(),
            "module": result._task.action,
            "status": status,
            "item": item,
            "ignored": bool(result._task_fields.get("ignore_errors")),
            "msg": str(told.get("msg", ""))[:2000],
        }) + "\n")

    def _done(self, result, item):
        self._write(result, "changed" if result._result.get("changed") else "ok", item)

    def v2_runner_on_ok(self, result):
        self._done(result, False)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write(result, "failed", False)

    def v2_runner_on_skipped(self, result):
        self._write(result, "skipped", False)

    def v2_runner_on_unreachable(self, result):
        self._write(result, "unreachable", False)

    def v2_runner_item_on_ok(self, result):
        self._done(result, True)

    def v2_runner_item_on_failed(self, result):
        self._write(result, "failed", True)

    def v2_runner_item_on_skipped(self, result):
        self._write(result, "skipped", True)
