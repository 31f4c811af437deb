import { type PlaybookSetting, type PreparedPlay, preparePlays } from '../apply/playbook-run.ts';
import type { TaskOrBlock, Templated } from '../config/play.ts';
import { ExitCode } from '../errors.ts';
import { toRepr, toText } from '../jinja/values/text.ts';
import { sequenceItems } from '../jinja/values/types.ts';
import { isSelected, type TagSelection } from '../plan/select-tags.ts';
import { prepareRun } from '../prepare.ts';
import { playbookFile } from './files.ts';
import { type Io, print } from './io.ts';
import type { ListingOptions, SharedOptions } from './options.ts';
import { withSession } from './session.ts';

/**
 * Tells what a playbook has, as `ansible-playbook` prints it with the flags of these names. Everything is read and checked
 * as for a run, and no host is touched.
 * @throws InputError with every problem of inventory, variables and playbook
 */
export async function listPlaybook(
  io: Io,
  given: string | undefined,
  options: SharedOptions & ListingOptions,
): Promise<ExitCode> {
  const playbook = playbookFile(given);
  const unasked = { ...options, askPass: false, askBecomePass: false };
  return withSession(io, playbook, unasked, false, async ({ inputs, report }) => {
    const setting = await prepareRun({ ...inputs, isListing: true, isOffline: true });
    const plays = preparePlays(setting);
    await report.pause();
    const told = options.syntaxCheck ? [] : plays.flatMap((play, index) => playLines(play, index, options, setting));
    print(io, ['', `playbook: ${playbook}`, ...told]);
    return ExitCode.done;
  });
}

function playLines(prepared: PreparedPlay, index: number, options: ListingOptions, setting: PlaybookSetting): string[] {
  const { play, hosts, readTags } = prepared;
  const written = prepared.template(play.hosts);
  const patterns = sequenceItems(written) ?? [written];
  const pattern = patterns.map(toText).join(',');
  const lines = ['', `  play #${index + 1} (${pattern}): ${play.name}\tTAGS: [${readTags(play.tags).join(',')}]`];
  if (options.listHosts) {
    lines.push(`    pattern: ${toRepr(patterns.map(toText))}`, `    hosts (${hosts.length}):`);
    lines.push(...hosts.map((host) => `      ${host}`));
  }
  if (!options.listTasks && !options.listTags) return lines;
  const { selection } = setting;
  // Ansible lists all tags, those of tasks that never run included, unless tags are chosen.
  const isOpen = options.listTags && selection.tags.length + selection.skipTags.length === 0;
  const tasks = [play.preTasks, play.tasks, play.postTasks].flatMap((section) =>
    listed(section, { tags: readTags(play.tags), role: undefined }, readTags, isOpen ? undefined : selection),
  );
  if (options.listTasks) lines.push('    tasks:', ...tasks.map(({ name, tags }) => `      ${name}\t${tagText(tags)}`));
  if (options.listTags)
    lines.push(`      TASK ${tagText([...readTags(play.tags), ...tasks.flatMap(({ tags }) => tags)])}`);
  return lines;
}

interface ListedTask {
  readonly name: string;
  readonly tags: readonly string[];
}

/** The tasks that take part; of a block, what it tries: rescue and always are not listed. */
function listed(
  list: readonly TaskOrBlock[],
  around: { readonly tags: readonly string[]; readonly role: string | undefined },
  readTags: (tags: readonly Templated[]) => readonly string[],
  selection: TagSelection | undefined,
): ListedTask[] {
  return list.flatMap((each): ListedTask[] => {
    const tags = [...around.tags, ...readTags(each.tags)];
    if (each.kind === 'block')
      return listed(each.block, { tags, role: each.role?.name ?? around.role }, readTags, selection);
    if (selection !== undefined && !isSelected(tags, selection)) return [];
    const written = each.name?.kind === 'scalar' ? String(each.name.value) : '';
    const isBare = written === '' || around.role === undefined || each.module === 'include_role';
    const name = isBare ? written : `${around.role} : ${written}`;
    return [{ name: name === '' ? each.moduleWritten : name, tags }];
  });
}

function tagText(tags: readonly string[]): string {
  const sorted = [...new Set(tags)].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  return `TAGS: [${sorted.join(', ')}]`;
}
