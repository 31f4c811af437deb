import type { IncludeLoader } from './config/playbook/include-loader.ts';
import { includeVars } from './config/variables/included-vars.ts';
import type { VarsFiles } from './config/variables/vars-files.ts';
import { isTruthy } from './jinja/values/compare.ts';
import { toText } from './jinja/values/text.ts';
import { sequenceItems } from './jinja/values/types.ts';
import { taskFolders } from './module-context.ts';
import type { IncludeSource } from './plan/inclusions.ts';

/** Reads what the tasks of a run include. */
export function makeIncludeSource(loader: IncludeLoader, varsFiles: VarsFiles, playbookDir: string): IncludeSource {
  return {
    tasks: (name, at, include, isHandler) => loader.tasks(name, at, include, isHandler),
    role: (wanted, at, include) => loader.role(wanted, at, include),
    variables(args, entry) {
      const text = (name: string): string | undefined => {
        const value = args.get(name);
        return value === undefined ? undefined : toText(value);
      };
      const texts = (name: string): string[] => (sequenceItems(args.get(name) ?? []) ?? []).map(toText);
      const request = {
        file: text('file'),
        dir: text('dir'),
        name: text('name'),
        depth: Number(text('depth') ?? 0),
        filesMatching: text('files_matching'),
        ignoreFiles: texts('ignore_files'),
        extensions: texts('extensions').map((extension) => extension.replace(/^\./, '')),
        ignoreUnknownExtensions: isTruthy(args.get('ignore_unknown_extensions') ?? false),
        at: entry.task.args.entries[0]?.value.at ?? entry.task.at,
        folders: [...taskFolders(entry), playbookDir],
      };
      return includeVars(request, varsFiles.read);
    },
  };
}
