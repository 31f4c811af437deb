"""Inventories drawn at random, with a fixed seed: a tree of groups in YAML or INI, variables at every level, two sources."""
import random

import yaml

VALUES = [1, 2.5, True, None, "text", "10.0.0.1:9092", [1, "a"], {"k": 1, "l": [2]}]
NAMES = ["alpha", "beta", "gamma", "kafka", "zookeeper", "site", "web", "db"]


def variables(drawn):
    return {f"v{drawn.randint(1, 6)}": drawn.choice(VALUES) for _ in range(drawn.randint(0, 4))}


def group(drawn, names, depth):
    body = {}
    if drawn.random() < 0.8:
        hosts = [drawn.choice(["h", "web", "db"]) + str(drawn.randint(1, 6)) for _ in range(drawn.randint(0, 3))]
        hosts += ["n[1:3]"] if drawn.random() < 0.2 else []
        body["hosts"] = {host: variables(drawn) or None for host in hosts}
    if drawn.random() < 0.7:
        body["vars"] = variables(drawn)
        if drawn.random() < 0.3:
            body["vars"]["ansible_group_priority"] = drawn.randint(1, 20)
    if depth < 3 and names and drawn.random() < 0.7:
        body["children"] = {}
        for _ in range(drawn.randint(1, 2)):
            if names:
                name = names.pop()
                body["children"][name] = group(drawn, names, depth + 1)
    return body or None


def vars_files(drawn, folder):
    files = {}
    for name in ["all", "ungrouped", *NAMES]:
        if drawn.random() < 0.3:
            files[f"{folder}group_vars/{name}.yml"] = yaml.safe_dump(variables(drawn))
    for name in ["h1", "h2", "web1", "n2"]:
        if drawn.random() < 0.3:
            files[f"{folder}host_vars/{name}{drawn.choice(['', '.yml', '.yaml'])}"] = yaml.safe_dump(variables(drawn))
    return files


def inventory(drawn):
    names = NAMES[:]
    drawn.shuffle(names)
    names = names[: drawn.randint(2, 6)]
    root = {"all": group(drawn, names, 0) or {}}
    while names:
        name = names.pop()
        root[name] = group(drawn, names, 1)
    return yaml.safe_dump(root, sort_keys=False)


def ini(drawn):
    names = NAMES[:]
    drawn.shuffle(names)
    names = names[:4]
    lines = [f"lone{drawn.randint(1, 3)}"]
    for index, name in enumerate(names):
        lines.append(f"[{name}]")
        for _ in range(drawn.randint(0, 3)):
            host = drawn.choice(["h", "web", "db"]) + str(drawn.randint(1, 6))
            lines.append(f"{host} v{drawn.randint(1, 6)}={drawn.choice(['1', 'x', 'True', '1.50', '0644', '[1,2]'])}")
        if drawn.random() < 0.5:
            lines.append(f"[{name}:vars]")
            lines.append(f"v{drawn.randint(1, 6)}={drawn.choice(['1', 'x # y', 'a b', '1,2'])}")
        if index + 1 < len(names) and drawn.random() < 0.5:
            lines += [f"[{name}:children]", drawn.choice(names[index + 1 :])]
    return "\n".join(lines) + "\n"


def random_cases(seed=11, count=40):
    drawn = random.Random(seed)
    for number in range(count):
        files = {"one/hosts.yml": inventory(drawn), **vars_files(drawn, "one/")}
        case = {"name": f"random {number}", "files": files, "sources": ["one/hosts.yml"]}
        if drawn.random() < 0.5:
            files["two/hosts.ini"] = ini(drawn)
            files.update(vars_files(drawn, "two/"))
            case["sources"] = drawn.choice([["one/hosts.yml", "two/hosts.ini"], ["two/hosts.ini", "one"]])
        if drawn.random() < 0.5:
            files.update(vars_files(drawn, "play/"))
            files["play/site.yml"] = "[]\n"
            case["playbook_dir"] = "play"
        yield case
