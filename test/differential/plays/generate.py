"""Runs every playbook of this folder with ansible-playbook, and keeps what came of each task on each host.

Run it with the Python of an environment that has ansible-core:  python generate.py [NAME…]
It writes answers.json beside itself: for each playbook, for each set of arguments, the tasks of each host in order
(status, name, what `debug` said) and the figures of the recap. Format what it wrote with biome.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).parent
answers_file = here / "answers.json"

arguments = {
    "tags": [
        [],
        ["--tags", "one"],
        ["--tags", "two"],
        ["--tags", "three,five"],
        ["--tags", "four"],
        ["--tags", "never"],
        ["--tags", "always"],
        ["--tags", "all"],
        ["--tags", "tagged"],
        ["--tags", "untagged"],
        ["--tags", "block"],
        ["--tags", "play"],
        ["--tags", "one,flush"],
        ["--skip-tags", "one"],
        ["--skip-tags", "always"],
        ["--skip-tags", "tagged"],
        ["--skip-tags", "untagged"],
        ["--skip-tags", "all"],
        ["--skip-tags", "handler"],
        ["--tags", "one", "--skip-tags", "two"],
        ["--tags", "all,never"],
        ["--tags", "five", "--skip-tags", "always"],
    ],
    "blocks": [[], ["--limit", "h1,h2"]],
    "role-styles": [[], ["--tags", "common"], ["--tags", "broker", "--limit", "h3"]],
    "start-at": [
        ["--start-at-task", name]
        for name in [
            "second", "third", "in the block", "always", "batch two", "starting : second of the role", "second of*",
            "batch*", "said {{ 1 + 1 }}", "ansible.builtin.debug", "last",
        ]
    ],
    "magic": [[], ["--limit", "h1", "--tags", "all,x", "--skip-tags", "y"]],
    "growing": [[], ["--limit", "h1,h3,new,newer"]],
    "handler-failures": [[], ["--force-handlers"]],
}


def run(playbook, args):
    with tempfile.TemporaryDirectory() as work:
        environment = {
            **os.environ,
            "ANSIBLE_STDOUT_CALLBACK": "recorded",
            "ANSIBLE_CALLBACK_PLUGINS": str(here / "callback"),
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_FORKS": "5",
        }
        command = [
            str(pathlib.Path(sys.executable).parent / "ansible-playbook"),
            "-i", str(here / "hosts.yml"), "-e", f"work={work}", *args, str(playbook),
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        try:
            told = json.loads(done.stdout[done.stdout.index("{"):].replace(work, "WORK"))
        except ValueError:
            sys.exit(f"{playbook.name}: {done.stdout}\n{done.stderr}")
        return {"arguments": args, "exit": done.returncode, **told}


wanted = sys.argv[1:]
answers = json.loads(answers_file.read_text()) if wanted and answers_file.exists() else {}
for playbook in sorted(here.glob("*.yml")):
    if playbook.name == "hosts.yml" or (wanted and playbook.stem not in wanted):
        continue
    print(playbook.stem, flush=True)
    answers[playbook.stem] = [run(playbook, args) for args in arguments.get(playbook.stem, [[]])]
    answers_file.write_text(json.dumps(answers, indent=1) + "\n")
