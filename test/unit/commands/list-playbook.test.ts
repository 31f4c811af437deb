import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listPlaybook } from '../../../src/commands/list-playbook.ts';
import { listingOptions, sharedOptions } from '../../../src/commands/options.ts';
import { ExitCode } from '../../../src/errors.ts';
import { fakeIo, useFolders } from './fake-io.ts';

const folder = fileURLToPath(new URL('../../differential/', import.meta.url));
const answersSchema = z.record(
  z.string(),
  z.array(z.strictObject({ arguments: z.array(z.string()), printed: z.array(z.string()) })),
);
const answers = answersSchema.parse(JSON.parse(readFileSync(`${folder}listings/answers.json`, 'utf8')));
const options = sharedOptions.extend(listingOptions.shape);

/** The flags of a recorded command line, as the options have them. */
function readFlags(args: readonly string[]): z.infer<typeof options> {
  const given: Record<string, unknown> = {};
  const rest = [...args];
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    const name = flag.replace(/^--/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (/^--(list-|syntax)/.test(flag)) given[name] = true;
    else if (/tags$/.test(flag)) given[name] = [rest.shift()];
    else if (flag === '-e') given.extraVars = [rest.shift()];
    else given[name] = rest.shift();
  }
  return options.parse({ ...given, inventory: [`${folder}plays/hosts.yml`] });
}

/** Ansible lists the hosts of a play in no order. */
function sorted(lines: readonly string[]): string[] {
  const groups: string[][] = [[]];
  for (const line of lines) {
    const last = groups.at(-1);
    if (/^ {6}h\d$/.test(line)) last?.push(line);
    else groups.push([line], []);
  }
  return groups.flatMap((group) => group.sort());
}

describe.each(Object.entries(answers))('%s', (playbook, runs) => {
  it.each(runs)('with $arguments is listed as Ansible lists it', async (run) => {
    const io = fakeIo();
    const file = `${folder}${playbook}`;
    expect(await listPlaybook(io, file, readFlags(run.arguments))).toBe(ExitCode.done);
    const printed = io.out().replaceAll(path.dirname(file), 'FOLDER').split('\n');
    expect(sorted(printed)).toEqual(sorted(run.printed));
  });
});

describe('a playbook that is only looked at', () => {
  const makeFolder = useFolders();

  it('is told of with every problem, and a task to begin at has to be there', async () => {
    const files = makeFolder({
      'wrong.yml':
        '- hosts: h1\n  tasks:\n    - name: first\n      debgu: msg=x\n    - name: second\n      copy: {scr: a}\n',
      'right.yml': '- hosts: h1\n  tasks:\n    - name: first\n      debug: msg=x\n',
    });
    const given = options.parse({ inventory: ['h1,'], syntaxCheck: true });
    await expect(listPlaybook(fakeIo(), `${files}/wrong.yml`, given)).rejects.toMatchObject({
      problems: [{ at: { line: 4 } }, { at: { line: 6 } }],
    });
    const listing = listPlaybook(fakeIo(), `${files}/right.yml`, { ...given, startAtTask: 'frist' });
    await expect(listing).rejects.toMatchObject({ problems: [{ hint: "did you mean 'first'?" }] });
  });
});
