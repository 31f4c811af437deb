// Makes dist/ out of src/: the whole program in one file, since opening some hundred small ones takes longer than a converged
// run, and what starts it. Kafka stays a package of its own: its protocol is loaded file by file, as it is needed.
import { chmod, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const leaner = {
  name: 'leaner',
  setup: (plugin) => {
    // The translations of zod's messages are half a megabyte that would be read at every start; ours are in English.
    plugin.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({ contents: 'export {};' }));
    // Agents for HTTP through SSH, which nothing here wants, load all of node:http and node:https at every start.
    plugin.onLoad({ filter: /ssh2\/lib\/http-agents\.js$/ }, () => ({ contents: '' }));
    // What was compiled for this machine stays in its package. Where it is missing, ssh2 goes on without.
    plugin.onResolve({ filter: /sshcrypto\.node$/ }, () => ({
      path: 'ssh2/lib/protocol/crypto/build/Release/sshcrypto.node',
      external: true,
    }));
  },
};
const folder = 'dist.new';
const common = {
  outdir: folder,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'linked',
};

await rm(folder, { recursive: true, force: true });
const { metafile } = await build({
  ...common,
  entryPoints: { program: 'src/cli.ts' },
  entryNames: '[name]-[hash]',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  supported: { 'dynamic-import': false },
  sourcemap: true,
  metafile: true,
  plugins: [leaner],
  external: ['kafkajs', 'cpu-features'],
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
});
const program = Object.keys(metafile.outputs).find((file) => file.endsWith('.cjs'));
// It is read a byte a character, which is ten times as fast as UTF-8.
const other = /[^\n]{0,40}[^\0-\x7f]/.exec(await readFile(program, 'utf8'));
if (other !== null) throw new Error(`the program is not of ASCII characters only; write it as \\u....: ${other[0]}`);

await build({
  ...common,
  entryPoints: { cli: 'src/start.ts' },
  format: 'esm',
  define: { PROGRAM: JSON.stringify(path.basename(program)) },
});
await chmod(path.join(folder, 'cli.js'), 0o755);
// A build that fails leaves the old one in place.
await rm('dist', { recursive: true, force: true });
await rename(folder, 'dist');
