"""Makes facts.json: what ansible-core answers to every case in cases/ and to every operator with every pair of values.

Run it with the Python of an environment that has ansible-core 2.19 (the versions used are written into the facts):

    python test/differential/jinja/generate.py

Nothing of Ansible is copied: the cases are ours, the answers are facts about it.
"""

import json
import pathlib
import sys

import jinja2
from ansible.errors import AnsibleUndefinedVariable
from ansible.parsing.dataloader import DataLoader
from ansible.release import __version__ as ansible_version
from ansible.template import Templar, trust_as_template

HERE = pathlib.Path(__file__).parent


def variables():
    return {
        "n": 3, "s": "abc", "e": "", "none": None, "f": 1.5, "t": True,
        "l": [1, 2, 3], "d": {"a": 1, "b": {"c": 2}}, "yes": "yes",
    }


def encode(value):
    """A value with its type: ints, floats and texts stay apart in JSON."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    return {"other": type(value).__name__}


def ask(kind, source):
    templar = Templar(loader=DataLoader(), variables=variables())
    trusted = trust_as_template(source)
    try:
        if kind == "condition":
            return {"value": encode(templar.evaluate_conditional(trusted))}
        if kind == "expression":
            return {"value": encode(templar.evaluate_expression(trusted))}
        return {"value": encode(templar.template(trusted))}
    except AnsibleUndefinedVariable:
        return {"error": "undefined"}
    except Exception:
        return {"error": "error"}


def cases():
    for path in sorted((HERE / "cases").glob("*.txt")):
        kind = "condition" if path.stem == "conditions" else "template"
        for line in path.read_text(encoding="utf-8").splitlines():
            if line:
                yield path.stem, kind, line.replace("⏎", "\n")
    values = ["0", "1", "-7", "2", "1.0", "-2.5", "true", "none", "''", "'ab'", "[]", "[1, 'ab']", "(1,)", "{}", "{'ab': 1}"]
    for operator in ["+", "-", "*", "/", "//", "%", "**", "~", "==", "<", ">=", "in", "and", "or"]:
        for left in values:
            for right in values:
                yield "operators", "expression", f"{left} {operator} {right}"


def main():
    facts = [{"area": area, "kind": kind, "source": source, **ask(kind, source)} for area, kind, source in cases()]
    lines = ",\n".join(json.dumps(fact, ensure_ascii=False) for fact in facts)
    head = json.dumps({"ansible-core": ansible_version, "jinja2": jinja2.__version__, "python": sys.version.split()[0]})
    (HERE / "facts.json").write_text(f'{{"versions": {head},\n"facts": [\n{lines}\n]}}\n', encoding="utf-8")
    print(len(facts), "facts")


if __name__ == "__main__":
    main()
