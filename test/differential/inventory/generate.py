"""Asks ansible-core what inventories and host patterns mean and writes cases.jsonl beside this file.

Run it with a Python that has ansible-core 2.19 installed: python generate.py
A case holds the files of an inventory, the sources given with -i, what `ansible-inventory --list` prints for them, and
for host patterns (with and without a limit) the hosts in order. Cases come from written.py and from a random generator
with a fixed seed.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from random_cases import random_cases
from written import CASES, PATTERNS

from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.utils.display import Display

HERE = pathlib.Path(__file__).parent
ENVIRONMENT = {
    **os.environ,
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
    "ANSIBLE_NOCOLOR": "1",
}
Display.warning = lambda self, *args, **kwargs: None
Display.deprecated = lambda self, *args, **kwargs: None


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        if content.startswith("#!"):
            path.chmod(0o755)


def list_all(folder, case):
    command = [str(pathlib.Path(sys.executable).parent / "ansible-inventory"), "--list"]
    for source in case["sources"]:
        command += ["-i", source]
    # Without the option the working directory would count as the playbook's.
    (folder / ".nothing").mkdir()
    command += ["--playbook-dir", case.get("playbook_dir", ".nothing")]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def select(folder, case, patterns):
    os.chdir(folder)
    inventory = InventoryManager(loader=DataLoader(), sources=case["sources"])
    # From the second level of children on, Ansible walks a set: the order is that of memory addresses.
    ordered = max(group.depth for group in inventory.groups.values()) <= 1
    populated = bool(inventory.list_hosts("all"))
    answers = []
    for pattern, limit in patterns:
        try:
            inventory.clear_caches()
            if inventory.localhost is not None and inventory.localhost.implicit:
                inventory._inventory.localhost = None
            inventory.subset(limit)
            # ansible-playbook refuses such a limit before its first play.
            if populated and not inventory.list_hosts("all"):
                raise AnsibleError("no host is left")
            hosts = [host.name for host in inventory.get_hosts(pattern)]
            answers.append({"pattern": pattern, "limit": limit, "hosts": hosts})
        except AnsibleError:
            answers.append({"pattern": pattern, "limit": limit, "error": True})
    return answers, ordered


def main():
    cases = []
    for case in [*CASES, *random_cases()]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            write(folder, case["files"])
            answer = {**case, "list": list_all(folder, case)}
            if answer["list"] is not None:
                answer["selections"], answer["ordered"] = select(folder, case, case.get("patterns", PATTERNS))
            answer.pop("patterns", None)
            os.chdir(HERE)
            cases.append(answer)
    lines = "\n".join(json.dumps(case, ensure_ascii=True) for case in cases)
    (HERE / "cases.jsonl").write_text(f"{lines}\n", encoding="ascii")
    print(len(cases), "cases", sum(case["list"] is None for case in cases), "errors")


if __name__ == "__main__":
    main()
