import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { completionOf } from '../../../src/commands/complete-verbs.ts';
import { completeWords } from '../../../src/commands/completion.ts';
import { completionScripts } from '../../../src/commands/completion-scripts.ts';
import { makeProgram } from '../../../src/commands/program.ts';
import { fakeIo, useFolders } from './fake-io.ts';

const folderOf = useFolders();

async function offered(...words: string[]): Promise<string[]> {
  const io = fakeIo();
  const program = makeProgram(io, '0.0.0', () => {});
  await completeWords(io, completionOf(program, words));
  return io
    .out()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');
}

describe('what may come next', () => {
  it.each([
    ['a verb', ['prov'], ['provision']],
    ['a verb of a verb', ['lab', 'cu'], ['cut']],
    ['a flag of the verb', ['plan', '--skip'], ['--skip-tags']],
    ['both names of a flag', ['plan', '--vault-pass'], ['--vault-password-file', '--vault-pass-file']],
    ['a flag after a value', ['plan', '-i', 'hosts.yml', '--lim'], ['--limit']],
    ['a value behind a flag', ['lint', '--format', 's'], ['sarif']],
    ['a value in one word with its flag', ['lint', '--format=gi'], ['--format=github']],
    ['the name of a rule', ['lint', '--disable', 'kafka/unclean'], ['kafka/unclean-election']],
    ['a service', ['restart', 'z'], ['zookeeper']],
    ['a file', ['apply', 'p'], [':files']],
    ['a file, however many there are', ['lint', 'a', 'b', ''], [':files']],
    ['no flags behind --', ['lint', '--', '--x'], [':files']],
    ['nothing that brokkr knows of', ['plan', '--forks', ''], []],
    ['nothing of a verb that is none', ['nothing', ''], []],
  ])('%s', async (_, words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  it('offers the hosts and groups of the inventory that the line names', async () => {
    const folder = folderOf({ 'hosts.yml': 'db:\n  hosts: {s1: {}, s2: {}}\n' });
    const file = path.join(folder, 'hosts.yml');
    expect(await offered('exec', '-i', file, 's')).toEqual(['s1', 's2']);
    expect(await offered('plan', '-i', file, '--limit', 's1:!d')).toEqual(['s1:!db']);
    expect(await offered('hosts', '-i', path.join(folder, 'none.yml'), 's')).toEqual([]);
  });

  it('runs no program because somebody presses Tab', async () => {
    const folder = folderOf({ 'hosts.sh': '#!/bin/sh\ntouch "$0.ran"\n' });
    execFileSync('chmod', ['+x', path.join(folder, 'hosts.sh')]);
    expect(await offered('exec', '-i', path.join(folder, 'hosts.sh'), '')).toEqual([]);
    expect(execFileSync('ls', [folder], { encoding: 'utf8' })).toBe('hosts.sh\n');
  });
});

it.each([
  ['brokkr plan -l s1:z', 's1:zookeeper\tgroup', 'zookeeper'],
  ['brokkr lint --format=g', '--format=github', 'github'],
  ['brokkr pro', 'provision\tplan and apply', 'provision'],
])('bash completes %s', (line, answer, expected) => {
  const script = [
    `brokkr() { printf '%s\\n' '${answer}'; }`,
    completionScripts.bash,
    `COMP_LINE='${line}'; COMP_POINT=${line.length}; _brokkr; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ].join('\n');
  expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(`${expected}\n`);
});
