"""Answers on stdin, a JSON object a line, what ansible-core makes of what stands in it; run by run.ts.

{"template": "…"} is evaluated with the variables of ../jinja/generate.py. {"inventories": {"seed": 1, "count": 10}} draws
inventories with ../inventory/random_cases.py and answers with a line for each: its files, and what ansible-inventory prints.
"""
import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
os.environ["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"] = "1"
os.environ["ANSIBLE_DEPRECATION_WARNINGS"] = "0"
os.environ["ANSIBLE_NOCOLOR"] = "1"


def module(folder, name):
    """A module of a folder beside this one; two of them are called generate."""
    sys.path.insert(0, str(HERE.parent / folder))
    try:
        return __import__(name)
    finally:
        sys.path.pop(0)
        sys.modules.pop("generate", None)


jinja = module("jinja", "generate")
inventory = module("inventory", "generate")
random_cases = module("inventory", "random_cases")
written = module("inventory", "written")

from ansible.cli.inventory import InventoryCLI  # noqa: E402


def printed(folder, case, arguments):
    """What ansible-inventory prints; in a process of its own, since it keeps its arguments in globals."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        output = io.StringIO()
        code = 1
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            try:
                os.chdir(folder)
                command = ["ansible-inventory", *arguments, "--playbook-dir", case.get("playbook_dir", ".nothing")]
                for source in case["sources"]:
                    command += ["-i", source]
                cli = InventoryCLI(command)
                cli.parse()
                cli.run()
                code = 0
            except SystemExit as end:
                code = end.code or 0
            except BaseException:
                code = 1
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            pipe.write(output.getvalue() if code == 0 else "")
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return text if status == 0 else None


def inventories(seed, count):
    for case in random_cases.random_cases(seed, count):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            inventory.write(folder, case["files"])
            (folder / ".nothing").mkdir()
            answer = {
                **case,
                "list": printed(folder, case, ["--list"]),
                "export": printed(folder, case, ["--list", "--export"]),
                "graph": printed(folder, case, ["--graph", "--vars"]),
            }
            if answer["list"] is not None:
                answer["selections"], answer["ordered"] = inventory.select(folder, case, written.PATTERNS)
            os.chdir(HERE)
            yield answer


def main():
    for line in sys.stdin:
        question = json.loads(line)
        if "template" in question:
            print(json.dumps(jinja.ask("template", question["template"])), flush=True)
        else:
            for answer in inventories(question["inventories"]["seed"], question["inventories"]["count"]):
                print(json.dumps(answer), flush=True)


sys.stderr = open(os.devnull, "w", encoding="utf-8")
main()
