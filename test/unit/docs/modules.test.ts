import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Module } from '../../../src/modules/module.ts';
import { allModules } from '../../../src/registry.ts';
import { moduleOverview, modulePage, unexplained } from './module-page.ts';

const folder = resolve(import.meta.dirname, '../../../docs/modules');
const modules: Readonly<Record<string, Module>> = allModules(() => Promise.reject(new Error('pages obtain nothing')));

function pageOf(name: string): string {
  try {
    return readFileSync(join(folder, `${name}.md`), 'utf8');
  } catch {
    return '';
  }
}

describe.each(Object.entries(modules))('the page of %s', (name, module) => {
  it('says what the schema says (npm run docs makes it anew)', async () => {
    await expect(modulePage(module, pageOf(name))).toMatchFileSnapshot(join(folder, `${name}.md`));
  });

  it('explains every argument, what comes of the task, and what Ansible does differently', () => {
    const page = modulePage(module, pageOf(name));
    expect(unexplained(page)).toEqual([]);
    expect(page).toMatch(/## Results\n\n\S/);
    if (module.collection !== 'brokkr') expect(page).toMatch(/## Differences from Ansible\n\n\S/);
  });
});

it('every module has a page, and every page a module; the overview names all', async () => {
  const names = Object.keys(modules).sort();
  const pages = readdirSync(folder).filter((file) => file !== 'README.md');
  expect(pages.sort()).toEqual(names.map((name) => `${name}.md`));
  await expect(moduleOverview(Object.values(modules))).toMatchFileSnapshot(join(folder, 'README.md'));
});
