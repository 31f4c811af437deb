import { preparePlays } from '../apply/playbook-run.ts';
import { renderFiles } from '../apply/render-files.ts';
import { InputError } from '../errors.ts';
import { recognise } from '../lint/recognise.ts';
import type { LintFile, LintHost } from '../lint/subject.ts';
import { prepareRun } from '../prepare.ts';
import { readFactsJson } from './facts-file.ts';
import { playbookFile } from './files.ts';
import type { Io } from './io.ts';
import { originIn } from './lint-origin.ts';
import type { SharedOptions } from './options.ts';
import { withSession } from './session.ts';
import { tellUnrendered } from './unrendered.ts';

/** The files that the playbook would write, host by host, and how many could not be rendered. */
export async function renderedHosts(
  io: Io,
  playbook: string | undefined,
  options: SharedOptions & { readonly facts?: string | undefined },
): Promise<{ hosts: LintHost[]; unrendered: number }> {
  const facts = options.facts === undefined ? undefined : readFactsJson(options.facts);
  return withSession(io, playbookFile(playbook), { ...options, json: false }, true, async ({ inputs, report }) => {
    const setting = await prepareRun({ ...inputs, checkMode: false, isOffline: true });
    await setting.loadLate();
    const { files, unrendered } = await renderFiles(preparePlays(setting), setting, facts);
    tellUnrendered(report, unrendered, facts !== undefined);
    const byHost = new Map<string, LintFile[]>();
    const contents = new Map<string, Uint8Array>();
    for (const { host, path: place, bytes } of files) {
      contents.set(`${host}${place}`, bytes);
      const text = Buffer.from(bytes).toString();
      const kind = recognise(place, text);
      if (kind !== undefined)
        byHost.set(host, [...(byHost.get(host) ?? []), { kind, file: `${host}${place}`, path: place, text }]);
    }
    if (byHost.size === 0)
      throw new InputError([
        {
          message: 'the playbook writes no file of Kafka or ZooKeeper',
          hint: 'name files or folders: brokkr lint PATH',
        },
      ]);
    const hosts = [...byHost].map(([name, ofHost]): LintHost => {
      const layers = setting.inventory.layersOf(name);
      return {
        name,
        files: ofHost,
        origin: (key, value) => originIn(layers, key, value),
        contentOf: (place) => contents.get(`${name}${place}`),
      };
    });
    return { hosts, unrendered: unrendered.length };
  });
}
