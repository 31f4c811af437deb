import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageFiles } from '../../../src/commands/package-files.ts';
import { openBundle, writeBundle } from '../../../src/distributions/bundle.ts';
import { hashFile } from '../../../src/distributions/checksum.ts';

let place = '';
beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), 'brokkr-bundle-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

function put(name: string, text: string): string {
  const file = path.join(place, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}
const cache = (): string => path.join(place, 'cache');

async function bundle(): Promise<string> {
  const file = path.join(place, 'b.tar');
  const sha256 = await writeBundle(file, '1.2.3', [
    { name: 'archives/kafka.tgz', file: put('kafka.tgz', 'the archive'), mode: 0o644 },
    { name: 'package/dist/cli.js', file: put('cli.js', 'the program'), mode: 0o755 },
    { name: 'project/playbooks/site.yml', file: put('site.yml', 'the playbook'), mode: 0o644 },
  ]);
  expect(sha256).toBe(await hashFile(file, 'sha256'));
  return file;
}
function unpacked(file: string): string {
  const folder = path.join(place, 'unpacked');
  mkdirSync(folder);
  execFileSync('tar', ['xf', file, '-C', folder]);
  return folder;
}

describe('a bundle', () => {
  test('gives its archives from its file, once unpacked, and is a tar to everybody else', async () => {
    const file = await bundle();
    const archives = await openBundle(file, cache());
    expect(readFileSync(path.join(archives, 'kafka.tgz'), 'utf8')).toBe('the archive');
    expect(readdirSync(path.dirname(archives)).sort()).toEqual(['archives', 'bundle.json']);
    expect(await openBundle(file, cache())).toBe(archives);
    expect(readdirSync(path.join(cache(), 'bundles'))).toHaveLength(1);
    const folder = unpacked(file);
    expect(JSON.parse(readFileSync(path.join(folder, 'bundle.json'), 'utf8'))).toMatchObject({ brokkr: '1.2.3' });
    expect(readFileSync(path.join(folder, 'package/dist/cli.js'), 'utf8')).toBe('the program');
  });

  test('in a folder: the project may be changed, all else may not', async () => {
    const folder = unpacked(await bundle());
    writeFileSync(path.join(folder, 'project/playbooks/site.yml'), 'mine');
    expect(await openBundle(folder, cache())).toBe(path.join(folder, 'archives'));
    writeFileSync(path.join(folder, 'package/dist/cli.js'), 'other');
    await expect(openBundle(folder, cache())).rejects.toThrow(
      /package\/dist\/cli.js of the bundle has the SHA-256 .*, and/,
    );
    rmSync(path.join(folder, 'archives/kafka.tgz'));
    await expect(openBundle(folder, cache())).rejects.toThrow(/archives\/kafka.tgz of the bundle cannot be read/);
  });

  test('what was unpacked of it and damaged, a file that is cut, one that is none', async () => {
    const file = await bundle();
    const archives = await openBundle(file, cache());
    writeFileSync(path.join(archives, 'kafka.tgz'), 'another');
    await expect(openBundle(file, cache())).rejects.toThrow(/kafka.tgz of the bundle has the SHA-256/);
    writeFileSync(file, readFileSync(file).subarray(0, 1500));
    await expect(openBundle(file, cache())).rejects.toThrow(/b.tar cannot be read|is no bundle/);
    await expect(openBundle(put('x.tar', ''), cache())).rejects.toThrow(/is no bundle|cannot be read/);
    await expect(openBundle(path.join(place, 'nowhere'), cache())).rejects.toThrow(/there is no bundle .*nowhere/);
  });

  test('leads nowhere out of its place', async () => {
    const inside = put('evil/archives/a', 'x');
    const evil = path.join(place, 'evil.tar');
    const manifest = { brokkr: '1', files: [{ name: '../outside', sha256: '0'.repeat(64), bytes: 1 }] };
    put('evil/bundle.json', JSON.stringify(manifest));
    execFileSync('tar', ['cf', evil, '-P', '--transform', 's,^outside,../outside,', 'bundle.json', 'archives'], {
      cwd: path.dirname(path.dirname(inside)),
    });
    await expect(openBundle(evil, cache())).rejects.toThrow(/is no bundle/);
  });
});

describe('the package in it', () => {
  test('is what ships, and the packages that the build leaves beside it, each version where it is needed', () => {
    const put2 = (name: string, text = '{}'): void => void put(`p/${name}`, text);
    put2(
      'package.json',
      JSON.stringify({ version: '1.0.0', files: ['dist', '!dist/x.map', 'playbooks', 'inventory'] }),
    );
    put2('dist/cli.js');
    put2('dist/cli.js.map');
    put2('playbooks/site.yml');
    put2('inventory/hosts.yml');
    put2('inventory/lab.yml');
    put2('src/left-out.ts');
    const depends = (dependencies: Record<string, string>): string =>
      JSON.stringify({ version: '1.0.0', dependencies });
    put2('node_modules/ssh2/package.json', depends({ asn1: '1', shared: '2' }));
    put2('node_modules/ssh2/node_modules/shared/package.json', depends({}));
    put2('node_modules/kafkajs/package.json', depends({ shared: '1', ssh2: '1' }));
    put2('node_modules/kafkajs/index.d.ts');
    put2('node_modules/asn1/package.json', depends({}));
    put2('node_modules/shared/package.json', depends({}));
    put2('node_modules/unused/package.json', depends({}));
    expect(packageFiles(path.join(place, 'p')).map(({ name, file }) => [name, path.relative(place, file)])).toEqual(
      [
        'package.json',
        'dist/cli.js',
        'playbooks/site.yml',
        'inventory/hosts.yml',
        'node_modules/ssh2/package.json',
        'node_modules/asn1/package.json',
        ['node_modules/shared/package.json', 'node_modules/ssh2/node_modules/shared/package.json'],
        'node_modules/kafkajs/package.json',
        ['node_modules/kafkajs/node_modules/shared/package.json', 'node_modules/shared/package.json'],
      ].map((each) => {
        const [name = '', from = ''] = typeof each === 'string' ? [each, each] : each;
        return [`package/${name}`, `p/${from}`];
      }),
    );
  });

  test('has to be built', () => {
    put('p/package.json', '{"version":"1"}');
    expect(() => packageFiles(path.join(place, 'p'))).toThrow(/there is no dist\/cli.js/);
  });
});
