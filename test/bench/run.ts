/**
 * Measures brokkr beside its peers on labs of this machine, all in one run and in turns, and writes docs/bench.md:
 * `npm run bench [rounds]`, as root, on a machine that does nothing else. It takes about a quarter of an hour.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { obtain } from '../../src/distributions/obtain.ts';
import { labDown } from '../../src/lab/control.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { labUp } from '../../src/lab/up.ts';
import { packageFolder } from '../../src/package-folder.ts';
import { mustRun } from '../differential/hosts/local.ts';
import { serveFiles } from '../differential/hosts/sides.ts';
import { type DelayProxy, startDelayProxy } from '../proxy/delay-proxy.ts';
import { type Counts, countsOf } from './counts.ts';
import { bareCluster, firstByte } from './floor.ts';
import { type Command, measure, type Sample } from './measure.ts';
import { benchPage } from './page.ts';
import {
  ansible,
  brokkr,
  brokkrKept,
  ensurePeers,
  FLOOR,
  KEPT,
  type Place,
  pyinfra,
  siteForAnsible,
  siteForPyinfra,
  sshTrue,
  sshUnpack,
} from './peers.ts';
import { writeSmallTasks, writeValueDeploy } from './small-tasks.ts';

/** One kind of work, and what each tool took for it, round by round. */
export interface Job {
  readonly name: string;
  readonly samples: Map<string, Sample[]>;
}

type Archives = Parameters<typeof bareCluster>[1];

const jobs: Job[] = [];
const counts: Counts[] = [];

/** Every tool in turn, so many times; who does it changes with the round, so that no tool always follows the same one. */
async function compare(
  place: Place,
  name: string,
  rounds: number,
  tools: Readonly<Record<string, (round: number) => Command>>,
) {
  const job: Job = { name, samples: new Map() };
  jobs.push(job);
  const names = Object.keys(tools);
  const kept = tools[KEPT]?.(-1);
  if (kept !== undefined) await measure(place.scratch, kept);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index] of names.entries()) {
      const tool = names[(index + round) % names.length] ?? '';
      const command = tools[tool]?.(round);
      if (command === undefined) continue;
      const sample = await measure(place.scratch, command);
      job.samples.set(tool, [...(job.samples.get(tool) ?? []), sample]);
      process.stdout.write(`${name}, ${tool}: ${sample.wall.toFixed(2)} s\n`);
    }
  }
}

/** From bare hosts to servers that listen, each tool on hosts of its own. */
async function fromNothing(places: () => Promise<Place>, archives: Archives, rounds: number): Promise<void> {
  const tools: Readonly<Record<string, (place: Place) => Command>> = {
    [FLOOR]: (place) => bareCluster(place, archives),
    brokkr: (place) => brokkr(place, 'provision', '--yes', '--no-verify'),
    'ansible-core, tuned': (place) => ansible(place, 'tuned', siteForAnsible),
    Mitogen: (place) => ansible(place, 'mitogen', siteForAnsible),
    pyinfra: (place) => pyinfra(place, siteForPyinfra),
  };
  const job: Job = { name: 'from nothing to brokers that listen', samples: new Map() };
  jobs.push(job);
  for (let round = 0; round < rounds; round += 1) {
    for (const [tool, command] of Object.entries(tools)) {
      if (round > 0 && tool !== 'brokkr' && tool !== FLOOR) continue;
      const place = await places();
      try {
        const sample = await measure(place.scratch, command(place));
        job.samples.set(tool, [...(job.samples.get(tool) ?? []), sample]);
        process.stdout.write(`${job.name}, ${tool}: ${sample.wall.toFixed(2)} s\n`);
      } finally {
        await labDown({ folder: place.lab.folder });
      }
    }
  }
}

async function onOneLab(place: Place, rounds: number): Promise<void> {
  const { scratch } = place;
  await measure(scratch, brokkr(place, 'provision', '--yes', '--no-verify'));
  // Once each, so that what the peers' own files say is there as well and their connections and caches are made.
  await measure(scratch, ansible(place, 'tuned', siteForAnsible));
  await measure(scratch, pyinfra(place, siteForPyinfra));
  await compare(place, 'the cluster again, nothing to change', rounds, {
    'three ssh true at once': () => sshTrue(place),
    brokkr: () => brokkr(place, 'provision', '--yes', '--no-verify'),
    [KEPT]: () => brokkrKept(place, 'provision', '--yes', '--no-verify'),
    'ansible-core, default': () => ansible(place, 'default', siteForAnsible),
    'ansible-core, tuned': () => ansible(place, 'tuned', siteForAnsible),
    Mitogen: () => ansible(place, 'mitogen', siteForAnsible),
    pyinfra: () => pyinfra(place, siteForPyinfra),
  });
  await compare(place, 'the same as a dry run', rounds, {
    brokkr: () => brokkr(place, 'plan'),
    [KEPT]: () => brokkrKept(place, 'plan'),
    'ansible-core, tuned': () => ansible(place, 'tuned', siteForAnsible, '--check'),
    Mitogen: () => ansible(place, 'mitogen', siteForAnsible, '--check'),
    pyinfra: () => pyinfra(place, siteForPyinfra, '--dry'),
  });
  counts.push(await countsOf('the cluster, three hosts', brokkr(place, 'provision', '--yes', '--no-verify')));
  const value = writeValueDeploy(scratch);
  for (const count of [20, 100, 200, 500]) {
    const { playbook, deploy } = writeSmallTasks(scratch, count);
    await measure(scratch, brokkr(place, 'provision', '--yes', playbook));
    if (count === 20)
      await compare(place, 'one line changed on every host, by its tag', rounds, {
        brokkr: (round) => brokkr(place, 'provision', '--yes', '-t', 'value', '-e', `value=b${round}`, playbook),
        'ansible-core, tuned': (round) => ansible(place, 'tuned', '-t', 'value', '-e', `value=a${round}`, playbook),
        Mitogen: (round) => ansible(place, 'mitogen', '-t', 'value', '-e', `value=m${round}`, playbook),
        pyinfra: (round) => pyinfra(place, value, '--data', `value=p${round}`),
      });
    await measure(scratch, brokkr(place, 'provision', '--yes', playbook));
    await compare(place, `${count} small tasks, nothing to change`, count === 20 ? rounds : Math.min(rounds, 3), {
      brokkr: () => brokkr(place, 'provision', playbook),
      [KEPT]: () => brokkrKept(place, 'provision', playbook),
      pyinfra: () => pyinfra(place, deploy),
      ...(count > 100 ? {} : { Mitogen: () => ansible(place, 'mitogen', playbook) }),
      ...(count > 20 ? {} : { 'ansible-core, tuned': () => ansible(place, 'tuned', playbook) }),
    });
    counts.push(await countsOf(`${count} small tasks, three hosts`, brokkr(place, 'provision', playbook)));
  }
}

/** How long it takes until there is anything to see at all, and until a host hears of it. */
async function start(place: Place, rounds: number): Promise<void> {
  const job: Job = { name: 'from the start to the first byte on the wire', samples: new Map([['brokkr', []]]) };
  jobs.push(job);
  for (let round = 0; round < 2 * rounds; round += 1) job.samples.get('brokkr')?.push(await firstByte(place));
  await compare(place, 'the program starts: --help', 2 * rounds, {
    'node -e 0': () => ({ file: process.execPath, args: ['-e', '0'] }),
    brokkr: () => ({ file: process.execPath, args: [join(packageFolder(), 'dist', 'cli.js'), '--help'] }),
  });
}

/** Kafka's archive to all hosts at once, unpacked there: into a new folder each time. */
async function uploads(place: Place, archive: string, rounds: number): Promise<void> {
  const playbook = join(place.scratch, 'upload.yml');
  const tasks = [
    '    - file: {path: "/var/tmp/up-{{ to }}", state: directory}',
    `    - unarchive: {src: ${archive}, dest: "/var/tmp/up-{{ to }}"}`,
  ];
  writeFileSync(playbook, ['- hosts: all', '  gather_facts: false', '  tasks:', ...tasks, ''].join('\n'));
  await compare(place, 'the archive of Kafka to three hosts, unpacked', rounds, {
    'ssh and tar, three at once': (round) => sshUnpack(place, archive, `/var/tmp/up-by-ssh-${round}`),
    brokkr: (round) => brokkr(place, 'provision', '--yes', '-e', `to=${round}`, playbook),
    [KEPT]: (round) => brokkrKept(place, 'provision', '--yes', '-e', `to=kept-${round}`, playbook),
  });
}

/** The same converged run while every packet takes its time. */
async function behindDelays(place: Place, rounds: number): Promise<void> {
  const { playbook } = writeSmallTasks(place.scratch, 20);
  for (const roundTripMs of [0, 10, 50]) {
    const proxies: DelayProxy[] = [];
    try {
      for (const { address, port } of place.lab.hosts)
        proxies.push(await startDelayProxy({ target: { host: address, port }, roundTripMs }));
      const inventory = join(place.project, 'inventory', `delay-${roundTripMs}.yml`);
      const hosts = place.lab.hosts.map(({ name }, index) => {
        const ssh = { ansible_host: '127.0.0.1', ansible_port: proxies[index]?.port, ansible_user: place.lab.user };
        const key = { ansible_ssh_private_key_file: place.lab.identityFile };
        const known = {
          ansible_ssh_common_args: `-o UserKnownHostsFile=${join(place.scratch, 'known')} -o StrictHostKeyChecking=accept-new`,
        };
        return [name, { ...ssh, ...key, ...known }];
      });
      writeFileSync(inventory, JSON.stringify({ all: { hosts: Object.fromEntries(hosts) } }));
      const delayed = { ...place, inventory };
      await compare(delayed, `20 small tasks, nothing to change, ${roundTripMs} ms away`, rounds, {
        brokkr: () => brokkr(delayed, 'provision', playbook),
        [KEPT]: () => brokkrKept(delayed, 'provision', playbook),
      });
    } finally {
      await Promise.all(proxies.map((proxy) => proxy.close()));
    }
  }
}

/** What the last job needs is asked for before the first one begins. */
function refuseFewInstances(): void {
  const file = '/proc/sys/fs/inotify/max_user_instances';
  if (Number(readFileSync(file, 'utf8')) < 1024)
    throw new Error('fifty hosts need more inotify instances: sysctl -w fs.inotify.max_user_instances=1024');
}

async function main(): Promise<void> {
  refuseFewInstances();
  const rounds = Number(process.argv[2] ?? 5);
  const scratch = mkdtempSync(join(tmpdir(), 'brokkr-bench-'));
  const project = join(scratch, 'project');
  await mustRun(process.execPath, [join(packageFolder(), 'dist', 'cli.js'), 'init', project]);
  const peers = await ensurePeers();
  const archives = [
    await obtain({ product: 'zookeeper', version: '3.7.0' }),
    await obtain({ product: 'kafka', version: '2.8.1' }),
  ];
  const served = join(scratch, 'archives');
  mkdirSync(served);
  for (const { file } of archives) copyFileSync(file, join(served, basename(file)));
  const server = await serveFiles(archives.map(({ file }) => file));
  let labs = 0;
  const up = async (hosts = 3): Promise<Place> => {
    labs += 1;
    const inventoryPath = join(project, 'inventory', `lab-${labs}.yml`);
    const lab: Lab = await labUp({ folder: join(scratch, `lab-${labs}`), inventoryPath, withPython: true, hosts });
    const rendered = join(scratch, `rendered-${labs}`);
    const base = { lab, project, scratch, peers, variables: {} };
    if (hosts === 3) await measure(scratch, brokkr(base, 'render', '--out', rendered));
    for (const { name } of lab.hosts) await labExec(lab, name, 'true');
    const variables = {
      rendered,
      archives: served,
      base_url: `http://${lab.network}.1:${server.port}`,
      with_topic: false,
    };
    return { ...base, variables };
  };
  try {
    const [zookeeper = '', kafka = ''] = archives.map(({ file }) => file);
    await fromNothing(up, { zookeeper, kafka }, Math.min(rounds, 3));
    const place = await up();
    try {
      await start(place, rounds);
      await onOneLab(place, rounds);
      await uploads(place, join(served, 'kafka_2.13-2.8.1.tgz'), rounds);
      await behindDelays(place, Math.min(rounds, 3));
    } finally {
      await labDown({ folder: place.lab.folder });
    }
    for (const count of [12, 50]) {
      const many = await up(count);
      try {
        const { playbook } = writeSmallTasks(scratch, 20);
        await measure(scratch, brokkr(many, 'provision', '--yes', playbook));
        await compare(many, `20 small tasks on ${count} hosts, nothing to change`, Math.min(rounds, 3), {
          'ssh true on all at once': () => sshTrue(many),
          brokkr: () => brokkr(many, 'provision', playbook),
          [KEPT]: () => brokkrKept(many, 'provision', playbook),
        });
        counts.push(await countsOf(`20 small tasks, ${count} hosts`, brokkr(many, 'provision', playbook)));
      } finally {
        await labDown({ folder: many.lab.folder });
      }
    }
  } finally {
    await server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
  const { text, charts } = benchPage(jobs, rounds, counts);
  const docs = join(packageFolder(), 'docs');
  writeFileSync(join(docs, 'bench.md'), text);
  for (const [name, chart] of charts) writeFileSync(join(docs, name), chart);
}

await main();
