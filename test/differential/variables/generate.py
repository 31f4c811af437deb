"""Writes project/ and asks ansible-core which of two definitions of a variable wins, for every pair of places.

Run it with the Python of an environment that has ansible-core:  python generate.py
It writes answers.json beside itself: the winner of each pair, and the values of the expressions below. Format what it
wrote with biome.
"""

import itertools
import json
import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).parent
project = here / "project"

# Where each place of a variable is, in no particular order: the file and the keys down to it.
places = {
    "inventory_all": ("inventory/hosts.yml", ["all", "vars"]),
    "inventory_parent": ("inventory/hosts.yml", ["all", "children", "parent", "vars"]),
    "inventory_child": ("inventory/hosts.yml", ["all", "children", "parent", "children", "child", "vars"]),
    "inventory_host": ("inventory/hosts.yml", ["all", "children", "parent", "children", "child", "hosts", "s1"]),
    "inventory_group_vars_all": ("inventory/group_vars/all.yml", []),
    "inventory_group_vars_parent": ("inventory/group_vars/parent.yml", []),
    "inventory_group_vars_child": ("inventory/group_vars/child.yml", []),
    "inventory_host_vars": ("inventory/host_vars/s1.yml", []),
    "playbook_group_vars_all": ("playbooks/group_vars/all.yml", []),
    "playbook_group_vars_parent": ("playbooks/group_vars/parent.yml", []),
    "playbook_group_vars_child": ("playbooks/group_vars/child.yml", []),
    "playbook_host_vars": ("playbooks/host_vars/s1.yml", []),
    "play_vars": ("playbooks/site.yml", [0, "vars"]),
    "vars_file_1": ("playbooks/vars/one.yml", []),
    "vars_file_2": ("playbooks/two.yml", []),
    "outer_block": ("playbooks/site.yml", [0, "tasks", 1, "vars"]),
    "inner_block": ("playbooks/site.yml", [0, "tasks", 1, "block", 0, "vars"]),
    "task": ("playbooks/site.yml", [0, "tasks", 1, "block", 0, "block", 0, "vars"]),
    "set_fact": ("playbooks/site.yml", [0, "tasks", 0, "set_fact"]),
    "extra_1": ("extra-1.yml", []),
    "extra_2": ("extra-2.yml", []),
}

expressions = {
    "play_var_in_group_var": "{{ seen }}",
    "play_var_through_hostvars": "{{ hostvars.s1.seen }}",
    "own_name_in_group_var": "{{ me }} {{ hostvars.s2.me }}",
    "same_dict": "{{ paths.home }}",
    "broken_entry_unused": "{{ paths.base }}",
    "broken_entry_default": "{{ paths.broken | default('none') }}",
    "broken_variable_default": "{{ broken | default('none') }}",
    "broken_variable_defined": "{{ broken is defined }}",
    "broken_item_default": "{{ items[1] | default('none') }}",
    "first_item": "{{ items[0] }}",
    "typed": "{{ number + 1 }}",
    "typed_twice": "{{ doubled + 1 }}",
    "unsafe": "{{ unsafe }}",
    "groups": "{{ groups.child }} {{ groups.all }}",
    "group_names": "{{ group_names }} {{ hostvars.s2.group_names }}",
    "play_hosts": "{{ ansible_play_hosts }} {{ ansible_play_batch }} {{ ansible_play_hosts_all }}",
    "play_name": "{{ ansible_play_name }} {{ hostvars.s1.ansible_play_name | default('none') }}",
    "modes": "{{ ansible_check_mode }} {{ ansible_diff_mode }}",
    "short_name": "{{ inventory_hostname_short }}",
    "unknown_host": "{{ hostvars.s9 | default('none') }}",
    "omitted_in_text": "a{{ omit }}b",
    "vars_by_name": "{{ vars['me'] }}",
    "ansible_host": "{{ ansible_host }} {{ hostvars.s1.ansible_host | default('none') }}",
    "task_var_over_fact": "{{ from_fact }}",
    "facts_are_not_templated": "{{ raw_fact }}",
}

group_variables = {
    "me": "{{ inventory_hostname }}",
    "seen": "{{ play_var | default('not seen') }}",
    "paths": {"base": "/opt", "home": "{{ paths.base }}/kafka", "broken": "{{ nope }}/x"},
    "broken": "{{ nope }}/x",
    "items": [1, "{{ nope }}"],
    "number": 1,
    "doubled": "{{ number * 2 }}",
}


def insert(document, keys, name, value):
    for key in keys:
        document = document[key]
    document[name] = value


def project_files():
    site = [
        {
            "name": "Precedence",
            "hosts": "all",
            "gather_facts": False,
            "vars": {"play_var": "seen"},
            "vars_files": ["one.yml", "{{ number + 1 }}.yml", "two.yml"],
            "tasks": [
                {"set_fact": {"from_fact": "fact", "raw_fact": "{{ '{' ~ '{ nope }' ~ '}' }}"}},
                {
                    "vars": {},
                    "block": [{"vars": {}, "block": [{"vars": {"from_fact": "task"}}]}],
                },
            ],
        }
    ]
    child = {"hosts": {"s1": {}, "s2": {}}, "vars": {}}
    parent = {"children": {"child": child}, "vars": {}}
    files = {
        "inventory/hosts.yml": {"all": {"children": {"parent": parent}, "vars": dict(group_variables)}},
        "playbooks/2.yml": {},
        "playbooks/site.yml": site,
    }
    for place, (file, keys) in places.items():
        document = files.setdefault(file, {})
        for first, second in itertools.combinations(places, 2):
            if place in (first, second):
                insert(document, keys, f"{first}__{second}", place)
    return files


def main():
    files = project_files()
    names = [f"{first}__{second}" for first, second in itertools.combinations(places, 2)]
    pairs = {name: "{{ %s }}" % name for name in names}
    site = files["playbooks/site.yml"]
    task = site[0]["tasks"][1]["block"][0]["block"][0]
    result = project / "answers.json"
    task["vars"]["result"] = {"pairs": pairs, "expressions": expressions}
    task["copy"] = {"content": "{{ result }}", "dest": "{{ playbook_dir }}/../answers.json"}
    task["when"] = "inventory_hostname == 's1'"
    write(files)
    (project / "playbooks" / "2.yml").write_text('unsafe: !unsafe "{{ nope }}"\n')
    interpreter = f"ansible_python_interpreter={sys.executable}"
    extra = ["-e", "@extra-1.yml", "-e", "@extra-2.yml", "-e", interpreter]
    command = [str(pathlib.Path(sys.executable).parent / "ansible-playbook"), "-i", "inventory/hosts.yml", "-c", "local"]
    subprocess.run([*command, "playbooks/site.yml", *extra], cwd=project, check=True)
    answers = json.loads(result.read_text())
    result.unlink()
    (here / "answers.json").write_text(json.dumps(answers, indent=2, sort_keys=True) + "\n")


def write(files):
    for name, document in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=2) + "\n")


main()
