"""What the shipped site.yml does, as people write it for pyinfra. The files are those that brokkr renders, so that all
tools write the same bytes; `rendered` and `archives` are given on the command line."""

from pyinfra import host
from pyinfra.facts.files import Directory
from pyinfra.operations import files, server, systemd
from pyinfra.operations.util import any_changed

rendered = f"{host.data.rendered}/{host.data.inventory_name}"


def service(name, port, folder, archive, unit_files, links, data):
    server.group(name=f"group {name}", group=name, system=True)
    server.user(
        name=f"user {name}", user=name, group=name, system=True, home=f"/var/lib/{name}", create_home=False, shell="/usr/sbin/nologin"
    )
    # The hosts have neither curl nor wget, so the archive is put there, once.
    if not host.get_fact(Directory, path=f"{folder}/bin"):
        files.put(name=f"archive {name}", src=f"{host.data.archives}/{archive}", dest=f"/var/tmp/{archive}")
        server.shell(name=f"unpack {name}", commands=[f"tar -xzf /var/tmp/{archive} --no-same-owner -C /usr/local"])
    link = files.link(name=f"link {name}", path=f"/usr/local/{name}", target=folder)
    for path in data:
        files.directory(name=f"folder {path}", path=path, user=name, group=name, mode="750")
    files.directory(name=f"configuration of {name}", path=f"/etc/{name}", user="root", group=name, mode="750")
    changed = [link]
    for path, group, mode in unit_files:
        changed.append(files.put(name=path, src=f"{rendered}{path}", dest=path, user="root", group=group, mode=mode))
    for path, target in links:
        files.link(name=path, path=path, target=target, force=True)
    systemd.service(
        name=f"restart {name}", service=name, restarted=True, daemon_reload=True, _if=any_changed(*changed)
    )
    systemd.service(name=f"{name} runs", service=name, running=True, enabled=True)
    # pyinfra's own wait asks netstat, which the hosts do not have.
    listens = f"grep -q ':{port:04X} .* 0A' /proc/net/tcp /proc/net/tcp6"
    server.shell(name=f"{name} listens", commands=[f'timeout 60 sh -c "until {listens}; do sleep 0.2; done"'])


zookeeper = "/usr/local/apache-zookeeper-3.7.0-bin"
kafka = "/usr/local/kafka_2.13-2.8.1"
service(
    "zookeeper",
    2181,
    zookeeper,
    "apache-zookeeper-3.7.0-bin.tar.gz",
    [("/var/lib/zookeeper/myid", "zookeeper", "640")]
    + [(f"/etc/zookeeper/{each}", "zookeeper", "640") for each in ("zoo.cfg", "java.env", "log4j.properties")]
    + [("/etc/systemd/system/zookeeper.service", "root", "644")],
    [(f"{zookeeper}/conf/{each}", f"/etc/zookeeper/{each}") for each in ("zoo.cfg", "java.env", "log4j.properties")],
    ["/var/lib/zookeeper", "/var/log/zookeeper"],
)
service(
    "kafka",
    9092,
    kafka,
    "kafka_2.13-2.8.1.tgz",
    [(f"/etc/kafka/{each}", "kafka", "640") for each in ("server.properties", "kafka.env", "log4j.properties")]
    + [("/etc/systemd/system/kafka.service", "root", "644")],
    [(f"{kafka}/config/server.properties", "/etc/kafka/server.properties")],
    ["/var/lib/kafka/data", "/var/log/kafka"],
)
