import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labDown } from '../../src/lab/control.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { labUp } from '../../src/lab/up.ts';
import { ensureAnsible } from '../differential/hosts/ansible.ts';
import { knownDifferences } from '../differential/hosts/known.ts';
import { compareRun, makeArchive, playbookOf, type Sides, serveFiles, sha256Of } from '../differential/hosts/sides.ts';

const cases = readdirSync(fileURLToPath(new URL('../differential/hosts/cases', import.meta.url))).sort();

/** Playbooks about what hosts do for each other. For the others Ansible needs a process a task on one host, not on two. */
const ofTwoHosts: readonly string[] = ['control', 'failures'];

describe('hosts provisioned by ansible-playbook and by brokkr', () => {
  const place = mkdtempSync(join(tmpdir(), 'brokkr-ansible-'));
  const closers: (() => Promise<unknown>)[] = [];
  let sides: Sides;

  beforeAll(async () => {
    await ensureAnsible();
    const archive = await makeArchive(place);
    const server = await serveFiles([archive]);
    closers.push(() => server.close());
    const side = async (name: string): Promise<Lab> => {
      const folder = join(place, name);
      closers.push(() => labDown({ folder }));
      return labUp({ folder, inventoryPath: join(place, `${name}.yml`), hosts: 2, withPython: true });
    };
    const ansible = await side('ansible');
    const brokkr = await side('brokkr');
    const variables = ({ network }: Lab) => ({
      archive,
      archive_sha256: sha256Of(archive),
      url: `http://${network}.1:${server.port}/app-1.0.tar.gz`,
    });
    sides = { ansible, brokkr, variables: { ansible: variables(ansible), brokkr: variables(brokkr) } };
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    rmSync(place, { recursive: true, force: true });
  });

  test.each(cases)('%s: the same outcomes, disks and units, in the first run and in the second', async (name) => {
    const known = knownDifferences.filter(({ playbook }) => playbook === name);
    const met = new Set<RegExp>();
    const hosts = ofTwoHosts.includes(name) ? ['s1', 's2'] : ['s1'];
    for (const run of ['first', 'second']) {
      const { ansible, brokkr, differences } = await compareRun(sides, playbookOf(name), { hosts });
      expect(ansible.tasks.length, ansible.output).toBeGreaterThan(0);
      const unexpected = differences.filter((line) => {
        const meant = known.find((each) => each.line.test(line));
        if (meant !== undefined) met.add(meant.line);
        return meant === undefined;
      });
      expect({ run, unexpected }, `brokkr said: ${brokkr.output.slice(-2000)}`).toEqual({ run, unexpected: [] });
    }
    expect([...met]).toEqual(known.map(({ line }) => line));
  });

  test('every difference that is meant has its reason on the page', () => {
    const page = readFileSync(new URL('../../docs/ansible-differences.md', import.meta.url), 'utf8');
    for (const { heading, playbook } of knownDifferences) {
      expect(page).toContain(`\n### ${heading}\n`);
      expect(cases).toContain(playbook);
    }
  });
});
