"""Inventories written for one rule each, and the host patterns that are tried on every case."""

PATTERNS = [
    (pattern, limit)
    for pattern, limit in [
        ("all", None), ("*", None), ("ungrouped", None), ("h*", None), ("web?", None), ("~(web|db)[12]", None), ("~b", None),
        ("h1", None), ("h1,h2", None), ("h2:h1", None), ("h2,h1,h2", None), ("nothing", None), ("kafka", None),
        ("kafka:web", None), ("kafka,!h1", None), ("!h1,kafka", None), ("!h1", None), ("&kafka", None), ("all,&kafka", None),
        ("kafka:&web:!h2", None), ("all[0]", None), ("all[-1]", None), ("all[0:2]", None), ("all[1:]", None), ("all[99]", None),
        ("all[:3]", None), ("all[-3:]", None), ("all[0-1]", None), ("all[0:0]", None), ("kafka[0]", None), ("s*[0:1]", None),
        ("[hw]*", None), ("[!h]*", None), ("h[13]", None), ("h[1:3]", None), ("h[1-3]", None), ("web[01:03]", None), ("localhost", None),
        ("127.0.0.1", None), ("::1", None), ("~(", None), ("h1:h2:!h1", None), (" h1 , h2 ", None), ("all:!kafka*", None), ("*1", None),
        ("*.example.org", None), ("al*", None), ("ungr*", None), ("a*", None), ("all,!*", None), ("h?,&all", None), ("", None), ("kafka[5]", None),
        ("all", "h1"), ("all", "kafka"), ("h2,h1", "h1,h2,h3"), ("all", "!h1"), ("all", "nothing"), ("h1", "h2"), ("all", "all[0]"),
        ("kafka", "web*"), ("all", "@limit.txt"), ("all", "@missing.txt"), ("all", "localhost"), ("localhost", "all"), ("h*", "~h[12]"),
    ]
]


def case(name, files, sources=None, **more):
    return {"name": name, "files": files, "sources": sources or [next(iter(files))], **more}


def yml(name, text, **more):
    return case(name, {"hosts.yml": text, **more.pop("files", {})}, **more)


def ini(name, text, **more):
    return case(name, {"hosts": text, **more.pop("files", {})}, **more)


TREE = """all:
  hosts: {h1: , h2: {a: host}}
  children:
    kafka: {hosts: {h2: , h3: }, vars: {a: kafka, b: kafka}}
    web: {hosts: {h3: , web1: }, children: {site: {hosts: {h4: }}}, vars: {b: web}}
"""
SCRIPT = """#!/bin/sh
if [ "$1" = --list ]; then
cat <<'END'
{"kafka": {"hosts": ["h1", "h2"], "vars": {"a": 1}, "children": ["web"]}, "web": ["h3"], "n": {"hosts": []},
 "_meta": {"hostvars": {"h1": {"b": 1e3, "c": "yes"}}}}
END
fi
"""
OLD_SCRIPT = """#!/bin/sh
if [ "$1" = --list ]; then echo '{"kafka": {"hosts": ["h1", "h2"]}}'; else echo "{\\"name\\": \\"$2\\"}"; fi
"""

CASES = [
    yml("tree", TREE, files={"limit.txt": "h2\n\nh3 \n"}),
    yml("flat", "all:\n  hosts: {h3: , h1: , h2: , web1: , web2: , db1: }\n"),
    yml("groups at the top", "kafka:\n  hosts: {h1: , h2: }\nweb:\n  hosts: {h3: }\nall:\n  hosts: {h4: }\n"),
    yml("bare names", "all:\n  hosts: h1\n  children: kafka\n"),
    yml("empty sections", "all:\n  hosts:\n  vars:\n  children:\nkafka:\n"),
    yml("list of hosts", "all:\n  hosts: [h1, h2]\n"),
    yml("list of children", "all:\n  children: [a, b]\n"),
    yml("vars as a list", "all:\n  vars: [a]\n"),
    yml("unknown key", "all:\n  host: {h1: }\n  hosts: {h2: }\n"),
    yml("unknown key that is no mapping", "all:\n  foo: 1\n  hosts: {h2: }\n"),
    yml("group that is no mapping", "all:\n  hosts: {h1: }\nkafka: 5\n"),
    yml("integer host", "all:\n  hosts: {1: }\n"),
    yml("float host", "all:\n  hosts: {1.5: }\n"),
    yml("quoted integer host", "all:\n  hosts: {'1': , '10.0.0.1': }\n"),
    yml("boolean host", "all:\n  hosts: {yes: }\n"),
    yml("integer group", "all:\n  children: {1: {hosts: {h1: }}}\n"),
    yml("host with a list", "all:\n  hosts: {h1: [a]}\n"),
    yml("host with a text", "all:\n  hosts: {h1: a}\n"),
    yml("host with an empty text", "all:\n  hosts: {h1: '', h2: no, h3: 0}\n"),
    yml("plugin", "plugin: constructed\nall: {hosts: {h1: }}\n"),
    yml("list at the top", "- h1\n- h2\n"),
    yml("empty", ""),
    yml("only a comment", "# nothing\n"),
    yml("loop", "a: {children: {b: {children: {a: }}}}\n"),
    yml("its own child", "a: {children: {a: }}\n"),
    yml("longer loop", "a: {children: {b: }}\nb: {children: {c: }}\nc: {children: {a: }}\n"),
    yml("two parents", "a: {children: {c: {hosts: {h1: }, vars: {v: c}}}, vars: {v: a, w: a}}\nb: {children: {c: }, vars: {w: b}}\n"),
    yml("longest way counts", "a: {children: {d: {hosts: {h1: }, vars: {v: d}}}}\nb: {children: {c: {children: {d: }, vars: {v: c, w: c}}}}\ne: {hosts: {h1: }, vars: {v: e, w: e, x: e}}\n"),
    yml("priority", "a: {hosts: {h1: }, vars: {v: a, ansible_group_priority: 10}}\nb: {hosts: {h1: }, vars: {v: b}}\nc: {hosts: {h1: }, vars: {v: c, ansible_group_priority: '5'}}\n"),
    yml("priority does not beat depth", "a: {hosts: {h1: }, vars: {v: a, ansible_group_priority: 10}, children: {b: {hosts: {h1: }, vars: {v: b}}}}\n"),
    yml("priority in group_vars", "a: {hosts: {h1: }}\nb: {hosts: {h1: }}\n", files={"group_vars/a.yml": "v: a\nansible_group_priority: 10\n", "group_vars/b.yml": "v: b\n"}),
    yml("priority that is no number", "a: {hosts: {h1: }, vars: {ansible_group_priority: x}}\n"),
    yml("name decides last", "b: {hosts: {h1: }, vars: {v: b}}\na: {hosts: {h1: }, vars: {v: a}}\nB: {hosts: {h1: }, vars: {v: B}}\n"),
    yml("dictionaries are replaced", "all: {hosts: {h1: {d: {x: 1}}}, vars: {d: {y: 2}}}\n"),
    yml("the same dictionary twice", "all: {hosts: {h1: {d: {x: 1}}}}\na: {hosts: {h1: {d: {y: 2}}}}\n"),
    yml("the same dictionary of a group twice", "a: {hosts: {h1: }, vars: {d: {x: 1}}}\nall: {children: {a: {vars: {d: {y: 2}}}}}\n"),
    yml("ranges", "all:\n  hosts:\n    n[1:3]:\n    p[01:03]: {v: 1}\n    q[a:c]:\n    r[1:9:4]:\n    s[1:2]-[a:b]:\n    t[:2]:\n    u[098:101]:\n"),
    yml("mixed letters", "all:\n  hosts: {'x[y:C]': }\n"),
    yml("several letters", "all:\n  hosts: {'x[ab:cd]': }\n"),
    yml("backward range", "all:\n  hosts: {'x[5:3]': }\n"),
    yml("backward letters", "all:\n  hosts: {'x[c:a]': }\n"),
    yml("range without end", "all:\n  hosts: {'x[1:]': }\n"),
    yml("range of unequal length", "all:\n  hosts: {'x[01:100]': }\n"),
    yml("range with four parts", "all:\n  hosts: {'x[1:2:3:4]': }\n"),
    yml("range of one", "all:\n  hosts: {'x[1]': }\n"),
    yml("range step zero", "all:\n  hosts: {'x[1:3:0]': }\n"),
    yml("range of words", "all:\n  hosts: {'x[a:1]': }\n"),
    yml("range in the middle", "all:\n  hosts: {'db-[1:2].example.org': }\n"),
    yml("ports", "all:\n  hosts: {'h1:2222': , '[::1]:22': , '::1': , 'n[1:2]:33': , '10.0.0.1:44': , 'a b:5': }\n"),
    yml("port of a known host", "all:\n  hosts: {h1: }\na:\n  hosts: {'h1:2222': }\n"),
    yml("port and ansible_port", "all:\n  hosts: {'h1:2222': {ansible_port: 5}}\n"),
    yml("hyphen in a group", "kafka-brokers: {hosts: {h1: }}\n"),
    yml("space in a group", "'kafka brokers': {hosts: {h1: }}\n"),
    yml("host like a group", "kafka: {hosts: {kafka: , h1: }}\n"),
    yml("localhost listed", "all:\n  hosts: {localhost: {a: 1}, h1: }\n"),
    yml("loopback listed", "all:\n  hosts: {127.0.0.1: , h1: }\n"),
    yml("ungrouped has a grouped host", "ungrouped: {hosts: {h1: , h2: }}\nkafka: {hosts: {h1: }}\n"),
    yml("host under all and a group", "all: {hosts: {h1: , h2: }}\nkafka: {hosts: {h1: }}\n"),
    yml("ungrouped has variables", "all: {hosts: {h1: }}\nungrouped: {vars: {v: 1}}\nkafka: {hosts: {h2: }, vars: {v: 2}}\n"),
    yml("duplicate host keys", "all:\n  hosts:\n    h1: {a: 1}\n    h1: {b: 2}\n"),
    yml("anchors", "all:\n  vars: &v {a: 1}\n  hosts: {h1: {<<: *v, b: 2}}\n"),
    yml("types", "all:\n  hosts:\n    h1: {a: 0644, b: yes, c: 1:30, d: 2.10, e: '0644', f: ~, g: [1, {x: no}], h: 1e3, 1: one}\n"),
    yml("a name that is no variable", "all: {hosts: {h1: {a-b: 1}}, vars: {'c d': 2}}\n"),
    yml("tab", "all:\n\thosts: {h1: }\n"),
    case("json", {"hosts.json": '{"all": {"hosts": {"h1": {"a": 1e3, "b": "yes"}, "h2": null}, "children": {"kafka": {"hosts": {"h1": {}}}}}}'}),
    case("json with tabs", {"hosts.json": '{\n\t"all": {\n\t\t"hosts": {"h1": {}}\n\t}\n}\n'}),
    case("yaml without extension", {"hosts": "all:\n  hosts:\n    h1:\n"}),
    case("yaml under another extension", {"hosts.inv": "all:\n  hosts:\n    h1:\n"}),
    case("list", {"group_vars/all.yml": "a: 1\n"}, ["h1,h2,"]),
    case("list with ports", {"x": ""}, ["h1:22,h2 , [::1]:5,n[1:3],"]),
    case("list of one", {"x": ""}, ["h1,"]),
    case("missing file", {"x": ""}, ["nope.yml"]),
    case("two lists", {"x": ""}, ["h1,h2,", "h2,h3,"]),
    case("folder", {"inv/20.yml": "all: {hosts: {h2: {a: 20}, h1: }}\n", "inv/10.yml": "all: {hosts: {h1: {a: 10}, h2: {a: 10}}}\n", "inv/.hidden.yml": "all: {hosts: {x1: }}\n", "inv/readme.md": "x2\n", "inv/old.yml~": "x3\n", "inv/a.cfg": "x4\n", "inv/group_vars/all.yml": "g: 1\n", "inv/sub/30.ini": "h5\n"}, ["inv"]),
    case("folder of a folder has no vars", {"inv/sub/hosts.yml": "all: {hosts: {h1: }}\n", "inv/sub/group_vars/all.yml": "g: sub\n", "inv/group_vars/all.yml": "h: inv\n"}, ["inv"]),
    case("empty folder", {"inv/readme.md": ""}, ["inv"]),
    case("two sources", {"a/hosts.yml": "kafka: {hosts: {h1: {v: a, w: a}}, vars: {g: a}}\n", "b/hosts.yml": "kafka: {hosts: {h1: {v: b}}, vars: {g: b}}\n"}, ["a/hosts.yml", "b/hosts.yml"]),
    case("two sources the other way", {"a/hosts.yml": "kafka: {hosts: {h1: {v: a, w: a}}, vars: {g: a}}\n", "b/hosts.yml": "kafka: {hosts: {h1: {v: b}}, vars: {g: b}}\n"}, ["b/hosts.yml", "a/hosts.yml"]),
    case("parent beside the later source wins", {"a/hosts.yml": "site: {children: {kafka: {hosts: {h1: }}}}\n", "a/group_vars/kafka.yml": "v: kafka of a\n", "b/hosts.yml": "site:\n", "b/group_vars/site.yml": "v: site of b\n"}, ["a/hosts.yml", "b/hosts.yml"]),
    case("group_vars beat inline of the same group", {"a/hosts.yml": "kafka: {hosts: {h1: }, vars: {v: inline, w: inline}}\n", "a/group_vars/kafka.yml": "v: file\n"}),
    case("inline child beats the file for all", {"a/hosts.yml": "kafka: {hosts: {h1: }, vars: {v: inline}}\n", "a/group_vars/all.yml": "v: file\n"}),
    case("file for all beats inline all", {"a/hosts.yml": "all: {hosts: {h1: }, vars: {v: inline}}\n", "a/group_vars/all.yml": "v: file\n"}),
    case("every level", {
        "inv/hosts.yml": "all: {vars: {a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1}}\nkafka: {hosts: {h1: {e: 6, f: 6, g: 6, h: 6}}, vars: {b: 2, c: 2, d: 2, e: 2, f: 2, g: 2, h: 2}}\n",
        "inv/group_vars/all.yml": "c: 3\nd: 3\n", "play/group_vars/all.yml": "d: 4\ne: 4\n", "inv/group_vars/kafka.yml": "e: 5\nf: 5\n", "play/group_vars/kafka.yml": "f: 5.5\ng: 5.5\n",
        "inv/host_vars/h1.yml": "g: 7\nh: 7\n", "play/host_vars/h1.yml": "h: 8\n"}, playbook_dir="play"),
    case("first extension wins", {"hosts.yml": "kafka: {hosts: {h1: }}\n", "group_vars/kafka": "v: none\n", "group_vars/kafka.yml": "v: yml\nw: yml\n", "host_vars/h1.yaml": "x: yaml\n", "host_vars/h1.json": '{"x": "json"}'}),
    case("folder of variables hides the file", {"hosts.yml": "kafka: {hosts: {h1: }}\n", "group_vars/kafka/b.yml": "v: b\n", "group_vars/kafka/a.yml": "v: a\nw: a\n", "group_vars/kafka/.c.yml": "v: c\n", "group_vars/kafka/d.yml~": "v: d\n", "group_vars/kafka/e.txt": "v: e\n", "group_vars/kafka/f": "x: f\n", "group_vars/kafka/sub/g.yml": "y: g\n", "group_vars/kafka/sub.d/h.yml": "y: h\n", "group_vars/kafka.yml": "z: 1\n"}),
    case("yml before yaml", {"hosts.yml": "kafka: {hosts: {h1: }}\n", "group_vars/kafka.yaml": "v: yaml\n", "group_vars/kafka.yml": "v: yml\n", "group_vars/kafka.json": '{"v": "json"}'}),
    case("empty variable file", {"hosts.yml": "kafka: {hosts: {h1: }}\n", "group_vars/kafka.yml": "", "group_vars/all.yml": "---\n"}),
    case("variable file that is a list", {"hosts.yml": "kafka: {hosts: {h1: }}\n", "group_vars/kafka.yml": "- a\n"}),
    case("broken variable file", {"hosts.yml": "kafka: {hosts: {h1: }}\n", "group_vars/kafka.yml": "a: b: c\n"}),
    case("group_vars is a file", {"hosts.yml": "kafka: {hosts: {h1: }}\n", "group_vars": "a: 1\n"}),
    case("variables for ungrouped", {"hosts.yml": "all: {hosts: {h1: }}\nkafka: {hosts: {h2: }}\n", "group_vars/ungrouped.yml": "v: 1\n"}),
    case("host with a dot", {"hosts.yml": "all: {hosts: {h1.example.org: }}\n", "host_vars/h1.example.org.yml": "v: 1\n", "host_vars/h1.yml": "v: 2\n"}),
    case("host with a slash", {"hosts.yml": "all: {hosts: {/srv/root: }}\n", "host_vars/x.yml": "v: 1\n"}),
    case("script", {"inv.sh": SCRIPT}),
    case("script without _meta", {"inv.sh": OLD_SCRIPT}),
    case("script that fails", {"inv.sh": "#!/bin/sh\nexit 3\n"}),
    case("script that prints no JSON", {"inv.sh": "#!/bin/sh\necho hello: world:\n"}),
    ini("ini", "h1 a=1 b=yes\n[kafka]\nh2\nh3 ansible_host=10.0.0.3\n[web]\nh3\n[site:children]\nkafka\nweb\n[site:vars]\nv=1\n[kafka:vars]\nv = 2\n"),
    ini("ini types", "[g]\nh1 a=23 b=False c=FALSE d=0644 e=1.10 f='1.10' g=\"'1.10'\" h=None i=[1,2] j={\"k\":1} k='{\"k\":1}' l= m=a=b n=0x1F o=1_000 p=1e3 q=10.0.0.1 r=-5 s=+5 t=1,2 u=\"a b\" v='a\\'\nh2 a=(1,2) b='(1,)' c=() e=\"u'x'\" f=\"r'\\n'\" g=\"'a' 'b'\" h=1+2 i=1j j=... k=00 l=1. m=.5 n=0o17 o=0b11 p=--1 q=True1 r=\"{1,2}\" s=\"{'a': [1, {'b': None}]}\" t=2024-01-02 u=01:30 v=~ w=null x=[1,,2] y=[1 z=1L\n"),
    ini("ini comments", "# c\n; c\n[g] # c\nh1 k=v#no l=w # c\nh2 # c\n[g:vars]\na=1 # c\nb=x # c\nc='x' # c\nd='x # c'\ne=#x\n"),
    ini("ini vars types", "[g]\nh1\n[g:vars]\na=23\nb=False\nc=yes\nd=0644\ne='1.10'\nf=\"x\"\ng=[1, 2]\nh={'k': 1}\ni=a b c\nj=1,2\nk=\nl = spaced \nm=x=y\nn=\"it's\"\no='\\n'\np=\"\\x41\\u00e9\"\nq='a\nr=/opt/kafka\ns=(\nt=[1, 'a', None, True, 1.5, -2]\nu={'a': {'b': (1, 2)}, 3: 'c'}\nv=\"\"\"x\"\"\"\nw=1 2\nx=$HOME\ny=set()\nz=1if\n"),
    ini("ini ranges", "n[1:3]\n[g]\np[01:02]:2222 v=1\nq[a:b]-[1:2].example.org\n10.0.0.[1:2]\n"),
    ini("ini group declared later", "[site:children]\nkafka\n[kafka]\nh1\n"),
    ini("ini child never declared", "[site:children]\nkafka\n[web]\nh1\n"),
    ini("ini vars never declared", "[kafka:vars]\na=1\n[web]\nh1\n"),
    ini("ini vars before the group", "[kafka:vars]\na=1\n[kafka]\nh1\n"),
    ini("ini vars of a child", "[site:children]\nkafka\n[kafka:vars]\na=1\n[kafka]\nh1\n"),
    ini("ini vars of a group of children", "[site:vars]\na=1\n[site:children]\nkafka\n[kafka]\nh1\n"),
    ini("ini chain declared later", "[a:children]\nb\n[b:children]\nc\n[c]\nh1\n"),
    ini("ini unknown section", "[g:hots]\nh1\n"),
    ini("ini section with a space", "[g one]\nh1\n"),
    ini("ini child line with two words", "[a]\nh1\n[b:children]\na c\n"),
    ini("ini vars without equals", "[a]\nh1\n[a:vars]\nfoo\n"),
    ini("ini host without equals", "[a]\nh1 foo\n"),
    ini("ini colon at the end", "[a]\nh1:\n"),
    ini("ini port", "[a]\nh1:22 x=1\n[::1]:33\n"),
    ini("ini open quote", "[a]\nh1 a='x\n"),
    ini("ini loop", "[a:children]\nb\n[b:children]\na\n"),
    ini("ini all", "[all]\nh1\n[all:vars]\na=1\n[ungrouped]\nh2\n[kafka]\nh3\n"),
    ini("ini the same host twice", "[a]\nh1 x=1 y=1\n[b]\nh1 x=2\n"),
    ini("ini only hosts", "h1\nh2\n"),
    ini("ini only groups", "[a]\n[b]\n"),
    ini("ini bad range", "[a]\nh[1]\n"),
    ini("ini three dashes", "---\n[a]\nh1\n"),
    ini("ini priority", "[a]\nh1\n[b]\nh1\n[a:vars]\nv=a\nansible_group_priority=5\n[b:vars]\nv=b\n"),
    ini("ini hyphen", "[a-b]\nh1\n[a-b:vars]\nx-y=1\n"),
    ini("ini spaces before", "  [a]\n   h1   x=1\n\t[a:vars]\n\ty=2\n"),
    ini("ini windows", "[a]\r\nh1 x=1\r\n[a:vars]\r\ny=2\r\n"),
    ini("ini backslash", "[a]\nh1 a=x\\ y b=\"a\\\"b\" c='a\\b' d=a\\\\b e=\"a\\nb\"\n"),
]
