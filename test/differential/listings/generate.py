"""Lists playbooks with ansible-playbook, and keeps what it printed.

Run it with the Python of an environment that has ansible-core:  python generate.py
It writes answers.json beside itself: for each playbook and each set of arguments what was printed, with FOLDER for the
folder of the playbook. Ansible lists hosts in no order.
"""

import json
import os
import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).parent
plays = here.parent / "plays"

arguments = {
    here / "site.yml": [
        ["--list-tasks"],
        ["--list-tags"],
        ["--list-hosts"],
        ["--syntax-check"],
        ["--list-tasks", "--list-tags", "--list-hosts"],
        ["--list-tasks", "--tags", "a"],
        ["--list-tags", "--tags", "a"],
        ["--list-tags", "--tags", "all"],
        ["--list-tags", "--skip-tags", "imported,a"],
        ["--list-tasks", "--tags", "never,included"],
        ["--list-tasks", "--start-at-task", "debug"],
        ["--list-hosts", "--limit", "h1"],
        ["--list-tasks", "-e", "what=another"],
        ["--syntax-check", "--list-tasks"],
    ],
    **{plays / name: [["--list-tasks", "--list-tags", "--list-hosts"]] for name in (
        "role-styles.yml", "roles.yml", "includes.yml", "tags.yml", "blocks.yml", "sections.yml", "start-at.yml",
    )},
}


def run(playbook, args):
    command = [
        str(pathlib.Path(sys.executable).parent / "ansible-playbook"),
        "-i", str(plays / "hosts.yml"), *args, str(playbook),
    ]
    done = subprocess.run(command, env={**os.environ, "ANSIBLE_NOCOLOR": "1"}, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command}: {done.stdout}\n{done.stderr}")
    return {"arguments": args, "printed": done.stdout.replace(str(playbook.parent), "FOLDER").split("\n")}


answers = {
    str(playbook.relative_to(here.parent)): [run(playbook, args) for args in each]
    for playbook, each in arguments.items()
}
(here / "answers.json").write_text(json.dumps(answers, indent=1) + "\n")
