import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { compileTemplate } from '../../../src/jinja/template.ts';
import { makeEnvironments } from '../../../src/lookups.ts';

function hintFor(text: string, files: Readonly<Record<string, string>>): unknown {
  const folder = mkdtempSync(path.join(tmpdir(), 'brokkr-plugins-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
  const { environment } = makeEnvironments(path.join(folder, 'site'), { rolesPath: [path.join(folder, 'galaxy')] });
  try {
    compileTemplate(text, { file: 'site.yml', line: 1, column: 1 }, { environment });
    return undefined;
  } catch (error) {
    return error instanceof Error && 'hint' in error ? error.hint : error;
  }
}

const python = 'class FilterModule(object):\n  def filters(self): return {"not_in_list": f}\n';

it.each([
  'site/filter_plugins/own.py',
  'site/roles/kafka/filter_plugins/own.py',
  'galaxy/idealista.kafka/filter_plugins/own.py',
])('a filter that %s defines in Python is told as that', (file) => {
  expect(hintFor('{{ [1] | not_in_list }}', { [file]: python })).toMatch(
    /own\.py defines it in Python.* runs no Python/,
  );
  expect(hintFor('{{ 1 is not_in_list }}', { [file.replace('filter_', 'test_')]: python })).toMatch(/runs no Python/);
});

it('one that is misspelt is told as that, whatever else is in Python', () => {
  expect(hintFor('{{ [1] | flaten }}', { 'site/filter_plugins/own.py': python })).toMatch(/flatten/);
  expect(hintFor('{{ [1] | flaten }}', { 'site/filter_plugins/own.txt': 'flaten' })).toMatch(/flatten/);
});
