import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { propertyLines } from '../../../src/templates/properties.ts';
import { toValue } from '../templates/values.ts';
import { cluster, loopback, root } from './cluster.ts';

const templates = readdirSync(join(root, 'templates')).sort();
const { hosts, render } = await cluster();

/** The `key=value` lines of a properties text as a mapping. */
function read(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => /^[^#]+=/.test(line));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

describe.each(templates)('%s', (template) => {
  it.each(hosts)('renders for %s', async (host) => {
    const text = render(template, host);
    expect(render(template, host)).toBe(text);
    await expect(text).toMatchFileSnapshot(`expected/${host}/${template.replace(/\.hbs$/, '')}`);
  });

  it('renders with everything that is optional switched on', async () => {
    const options = {
      kafka_rack: 'r1',
      zookeeper_admin_enabled: true,
      zookeeper_jvm_options: ['-Dquoted="a b"', '-Dmoney=$5'],
      kafka_log_dirs: ['/a/kafka', '/b/kafka'],
      kafka_properties: { 'broker.id': 7, 'zz.own': 'ü' },
      kafka_listeners: [
        { name: 'INTERNAL', protocol: 'PLAINTEXT', port: 9093, bind: '10.0.0.1', advertised_host: 'in' },
        { name: 'CLIENT', protocol: 'PLAINTEXT', port: 9092, advertised_port: 19092 },
      ],
    };
    const full = await cluster({ extra: [JSON.stringify(options)] });
    await expect(full.render(template, 's1')).toMatchFileSnapshot(`expected/options/${template.replace(/\.hbs$/, '')}`);
  });

  it.each(['s1', 's3'])('renders for %s of a lab without root', async (host) => {
    const lab = await cluster({ hosts: loopback });
    const text = lab.render(template, host);
    expect(text).not.toMatch(/\/(etc|var)\/(lib|log|kafka|zookeeper)/);
    const other = host === 's1' ? 's3' : 's1';
    expect(text).not.toContain(`/lab/hosts/${other}/`);
  });
});

describe('myid', () => {
  it.each([1, 9, 255])('has the bytes of the id %i and no other', async (id) => {
    const { render: renderOne } = await cluster({ extra: [`zookeeper_id=${id}`] });
    expect(Buffer.from(renderOne('myid.hbs', 's1'))).toEqual(Buffer.from(String(id)));
  });
});

describe('server.properties', () => {
  it.each([
    [1, '1', '1'],
    [2, '2', '1'],
    [3, '3', '2'],
    [5, '3', '2'],
  ])('keeps copies that %i brokers can hold', async (count, factor, inSync) => {
    const names = Array.from({ length: count }, (_, i) => `h${i + 1}`);
    const own = names.map((name, i) => `    ${name}: { zookeeper_id: ${i + 1}, broker_id: ${i + 1} }`).join('\n');
    const list = `{ hosts: { ${names.map((name) => `${name}: `).join(', ')} } }`;
    const text = `all:\n  hosts:\n${own}\n  children:\n    kafka: ${list}\n    zookeeper: ${list}\n`;
    const properties = read((await cluster({ hosts: text })).render('server.properties.hbs', 'h1'));
    for (const key of ['default', 'offsets.topic', 'transaction.state.log']) {
      expect(properties.get(`${key}.replication.factor`)).toBe(factor);
    }
    expect(properties.get('min.insync.replicas')).toBe(inSync);
    expect(properties.get('transaction.state.log.min.isr')).toBe(inSync);
    expect(properties.get('advertised.listeners')).toBe('PLAINTEXT://h1:9092');
  });

  it('is the production baseline, not the sample file of Kafka', () => {
    const properties = read(render('server.properties.hbs', 's2'));
    expect(Object.fromEntries(properties)).toMatchObject({
      'broker.id': '2',
      'broker.id.generation.enable': 'false',
      'auto.create.topics.enable': 'false',
      'unclean.leader.election.enable': 'false',
      'zookeeper.connect': '192.168.0.11:2181,192.168.0.12:2181,192.168.0.13:2181/kafka',
      'log.dirs': '/var/lib/kafka/data',
    });
  });

  it('has the keys of the user instead of its own, and none twice', async () => {
    const own = { 'num.partitions': 12, 'message.max.bytes': 2_097_152 };
    const { render: renderOwn } = await cluster({ extra: [JSON.stringify({ kafka_properties: own })] });
    const lines = renderOwn('server.properties.hbs', 's1').split('\n');
    for (const line of propertyLines(toValue(own))) expect(lines.filter((other) => other === line)).toHaveLength(1);
    const keys = lines.filter((line) => /^[^#]+=/.test(line)).map((line) => line.split('=')[0]);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('zoo.cfg', () => {
  it('has the same list of servers, in the order of their ids, on every host', () => {
    const servers = hosts.map((host) => render('zoo.cfg.hbs', host).match(/^server\..*$/gm));
    expect(servers).toEqual(hosts.map(() => [1, 2, 3].map((id) => `server.${id}=192.168.0.1${id}:2888:3888`)));
  });

  it('never goes on alone, purges, and tells nobody more than it must', () => {
    expect(Object.fromEntries(read(render('zoo.cfg.hbs', 's1')))).toMatchObject({
      standaloneEnabled: 'false',
      'autopurge.purgeInterval': '24',
      'admin.enableServer': 'false',
      '4lw.commands.whitelist': 'srvr,mntr,ruok,conf',
    });
  });
});

describe('the units', () => {
  it.each(['kafka', 'zookeeper'])('of %s let it end in its own time', (name) => {
    const unit = read(render(`${name}.service.hbs`, 's1'));
    expect(Number(unit.get('TimeoutStopSec'))).toBeGreaterThanOrEqual(300);
    expect(Number(unit.get('LimitNOFILE'))).toBeGreaterThanOrEqual(100_000);
    expect(unit.get('SuccessExitStatus')).toBe('143');
    expect(unit.get('User')).toBe(name);
    expect(unit.get('Restart')).toBe('on-failure');
  });

  it('start a broker again only after ZooKeeper has forgotten it', () => {
    const unit = read(render('kafka.service.hbs', 's1'));
    const session = read(render('server.properties.hbs', 's1')).get('zookeeper.session.timeout.ms');
    expect(Number(unit.get('RestartSec')) * 1000).toBeGreaterThan(Number(session));
  });
});
