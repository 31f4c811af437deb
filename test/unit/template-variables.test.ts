import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toText } from '../../src/jinja/values/text.ts';
import { templateVariables } from '../../src/template-variables.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'brokkr-template-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('tells a template where it stands, whose it is, and what it becomes', () => {
  const file = path.join(folder, 'a.j2');
  writeFileSync(file, '');
  utimesSync(file, 0, new Date(2024, 0, 2, 3, 4, 5, 250).getTime() / 1000);
  const variables = templateVariables(file, 'a.j2', '/etc/a');
  const told = ['template_path', 'template_fullpath', 'template_destpath', 'template_uid', 'template_mtime'];
  expect(told.map((name) => toText(variables.get(name) ?? null))).toEqual([
    'a.j2',
    file,
    '/etc/a',
    userInfo().username,
    '2024-01-02 03:04:05.250000',
  ]);
});

it('leaves out what only a file can tell', () => {
  expect(templateVariables('/nowhere/a.j2', 'a.j2', '/etc/a').has('template_uid')).toBe(false);
});
