import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ControlAnswer, ControlQuestion, Json } from '../../src/shell/question.ts';
import { modeOf, typeOf } from './case-files.ts';
import type { Case } from './case-schema.ts';

/** Where the files of a case stand on its control machine. */
export const playbookFolder = '/playbook';

/** The control machine of a case; it throws for whatever it was not told. */
export function answerControl(question: ControlQuestion, { control }: Case): ControlAnswer {
  switch (question.topic) {
    case 'local-file': {
      const { path } = z.object({ path: z.string() }).parse(question.parameters);
      return localFile(path, control.files);
    }
    case 'archive': {
      const { source } = z.object({ source: z.string() }).parse(question.parameters);
      const archive = control.archives[source] ?? control.archives[source.replace(`${playbookFolder}/`, '')];
      if (archive === undefined) throw new Error(`the case has no archive ${source}`);
      if ('error' in archive) return { ok: false, error: archive.error };
      const entries = Object.entries(archive.entries).map(([path, spec]): Json => entryOf(path, spec));
      const fileName = source.split('/').at(-1) ?? '';
      const format = archive.format === undefined ? {} : { format: archive.format };
      const value = { file: `/cache/${fileName}`, fileName, sha256: archive.sha256, bytes: 1024, ...format, entries };
      return { ok: true, value };
    }
    case 'port': {
      const { host, port } = z.object({ host: z.string(), port: z.number() }).parse(question.parameters);
      const open = control.ports[`${host}:${port}`];
      if (open === undefined) throw new Error(`the case does not say whether ${host}:${port} is open`);
      return { ok: true, value: open };
    }
    case 'download': {
      const { url } = z.object({ url: z.string() }).parse(question.parameters);
      const response = control.responses[url];
      if (response === undefined) throw new Error(`the case does not say what ${url} holds`);
      if ('error' in response) return { ok: false, error: response.error };
      return { ok: true, value: null, bytes: new TextEncoder().encode(response.content) };
    }
    case 'http-request': {
      const { url } = z.object({ url: z.string() }).parse(question.parameters);
      const response = control.responses[url];
      if (response === undefined) throw new Error(`the case does not say what ${url} answers`);
      if ('error' in response) return { ok: false, error: response.error };
      return { ok: true, value: { ...response, url, elapsed: 0 } };
    }
    default:
      throw new Error(`the case knows nothing of the topic ${question.topic}`);
  }
}

function localFile(path: string, files: Readonly<Record<string, string>>): ControlAnswer {
  const name = path.replace(`${playbookFolder}/`, '');
  const content = files[name];
  if (content === undefined) {
    const below = Object.keys(files).filter((each) => each.startsWith(`${name}/`));
    if (below.length === 0) return { ok: false, error: `${path} cannot be read on the control machine` };
    const parts = below.map((each) => each.slice(name.length + 1));
    const folders = new Set(
      parts.flatMap((part) =>
        part
          .split('/')
          .slice(0, -1)
          .map((_, i, all) => all.slice(0, i + 1).join('/')),
      ),
    );
    const entries = [
      ...[...folders].map((folder) => ({ path: folder, type: 'directory', mode: 0o755 })),
      ...parts.map((part) => ({ path: part, type: 'file', mode: 0o644 })),
    ];
    return { ok: true, value: { type: 'directory', path, mode: 0o755, entries } };
  }
  const bytes = new TextEncoder().encode(content);
  const hash = (name: string) => createHash(name).update(bytes).digest('hex');
  const value = { type: 'file', path, size: bytes.length, mode: 0o600, sha256: hash('sha256'), sha1: hash('sha1') };
  return { ok: true, value, bytes };
}

function entryOf(path: string, spec: Case['host']['files'][string]): Json {
  const said = typeof spec === 'string' ? { content: spec } : (spec ?? {});
  const type = typeOf(said);
  const content = said.content ?? '';
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    path,
    type,
    mode: modeOf(said.mode) ?? { file: 0o644, directory: 0o755, link: 0o777, other: 0 }[type],
    size: type === 'file' ? Buffer.byteLength(content) : 0,
    mtime: said.mtime ?? 500,
    ...(said.link === undefined ? {} : { linkTarget: said.link }),
    ...(type === 'file' ? { sha256 } : {}),
  };
}
