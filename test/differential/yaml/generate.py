"""Asks ansible-core's own YAML reader (PyYAML with libyaml) what probe texts mean and writes answers.jsonl beside this file.

Run it with a Python that has ansible-core 2.19 installed: python generate.py
An answer is {"value": typed} or {"error": true}; a typed value keeps apart what JSON would mix up:
["int", "420"], ["float", "1.0"], ["bool", true], ["null"], ["str", "x"], ["list", [...]], ["dict", [[key, value], ...]].
Dates are given as the text that a template prints for them.
"""
import datetime
import json
import pathlib
import random

import yaml
from ansible._internal._datatag._tags import TrustedAsTemplate
from ansible.errors import AnsibleParserError
from ansible.parsing.utils.yaml import from_yaml
from ansible.utils.display import Display

HERE = pathlib.Path(__file__).parent
WARNINGS = []
Display.warning = lambda self, msg, *args, **kwargs: WARNINGS.append(msg)


def typed(value):
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, int):
        return ["int", str(int(value))]
    if isinstance(value, float):
        return ["float", repr(float(value))]
    if isinstance(value, str):
        return ["str", str(value)]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return ["str", str(value)]
    if isinstance(value, dict):
        return ["dict", [[typed(key), typed(item)] for key, item in value.items()]]
    if isinstance(value, list):
        return ["list", [typed(item) for item in value]]
    raise TypeError(type(value))


def ask(text):
    WARNINGS.clear()
    try:
        value = from_yaml(TrustedAsTemplate().tag(text), "/probe.yml")
    except (AnsibleParserError, yaml.YAMLError):
        return {"error": True}
    try:
        answer = {"value": typed(value)}
    except (TypeError, RecursionError):
        return None  # bytes, sets and values that contain themselves: outside of what is compared
    if WARNINGS:
        answer["warnings"] = len(WARNINGS)
    return answer


def scalars():
    listed = (HERE / "scalars.txt").read_text(encoding="utf-8").splitlines()
    drawn = random.Random(7)
    for alphabet, count in (("0123456789._-+eE:", 700), ("0178_xbo", 200), ("yesnotrufalYNTF", 100), ("2024-01T:Z. +", 200)):
        for _ in range(count):
            listed.append("".join(drawn.choice(alphabet) for _ in range(drawn.randint(1, 9))).strip())
    return list(dict.fromkeys(text for text in listed if text))


def main():
    # One document a line, with Python's escapes for line breaks and what is not ASCII.
    lines = (HERE / "documents.txt").read_text(encoding="ascii").split("\n")
    documents = [line.encode("ascii").decode("unicode_escape") for line in lines]
    texts = [f"key: {text}" for text in scalars()] + scalars()[:150] + documents
    answers = [{"text": text, **answer} for text in dict.fromkeys(texts) if (answer := ask(text)) is not None]
    lines = "\n".join(json.dumps(answer, ensure_ascii=True) for answer in answers)
    (HERE / "answers.jsonl").write_text(f"{lines}\n", encoding="ascii")
    print(len(answers), "answers")


main()
