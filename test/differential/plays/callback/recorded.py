"""Prints, when ansible-playbook ends, what came of each task on each host: one JSON value."""

import json

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "recorded"

    def __init__(self):
        super().__init__()
        self.hosts = {}
        self.gathered = {}

    def note(self, result, status):
        fields = result.result
        action = result.task.action.split(".")[-1]
        if action == "meta":
            return
        if action == "gather_facts":
            # Of a play, not of a task of it.
            self.gathered[result.host.get_name()] = self.gathered.get(result.host.get_name(), 0) + 1
            return
        if status == "ok" and fields.get("changed"):
            status = "changed"
        line = f"{status} {result.task.get_name()}"
        if status in ("ok", "changed") and action == "debug":
            items = fields.get("results", [fields])
            line += ": " + " / ".join(str(item["msg"]) for item in items if not item.get("skipped"))
        self.hosts.setdefault(result.host.get_name(), []).append(line)

    def v2_runner_on_ok(self, result):
        self.note(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.note(result, "ignored" if ignore_errors else "failed")

    def v2_runner_on_skipped(self, result):
        self.note(result, "skipped")

    def v2_runner_on_unreachable(self, result):
        self.note(result, "ignored" if result._task_fields.get("ignore_unreachable") else "unreachable")

    def v2_playbook_on_stats(self, stats):
        recap = {host: stats.summarize(host) for host in sorted(stats.processed)}
        for host, count in self.gathered.items():
            recap[host]["ok"] -= count
        print(json.dumps({"hosts": self.hosts, "recap": recap}))
