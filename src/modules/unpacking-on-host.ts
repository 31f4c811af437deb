import { posix } from 'node:path';
import { archiveQuestion, readObtained } from './archive.ts';
import { change, failed } from './decisions.ts';
import type { Answers, Decision, ModuleContext } from './module.ts';
import { stat } from './paths.ts';
import type { UnarchiveArguments } from './unarchive.ts';
import { type Format, handlerOf, type KnownFields, options, unclear, unpackKnown } from './unpacking.ts';

/**
 * An archive that is on the host. What is in it is known where the control machine has the same bytes, since an earlier task
 * of the run puts them there; else only `creates` tells whether it is unpacked.
 */
export function unpackFromHost(
  args: UnarchiveArguments,
  result: KnownFields,
  answers: Answers,
  context: ModuleContext,
): Decision {
  const source = posix.resolve('/', args.src);
  if (answers.get(stat(source)) === null) return failed({ message: `${source} does not exist on the host` }, result);
  if (args.creates === undefined) return unpackCopy(args, source, result, answers, context);
  const format = formatOfName(source);
  if (format === undefined) return failed({ message: `${source} has no ending by which archives are known` }, result);
  return change(
    [{ do: 'unpack', archive: { from: 'host', path: source }, format, dest: args.dest, entries: [], ...options(args) }],
    [{ kind: 'note', text: `unpacks ${source} of the host into ${args.dest}` }],
    { ...result, handler: handlerOf(format) },
  );
}

/** An archive of the host that is a copy of one that the control machine can obtain. */
function unpackCopy(
  args: UnarchiveArguments,
  source: string,
  result: KnownFields,
  answers: Answers,
  context: ModuleContext,
): Decision {
  const what = `what is in the archive ${source} of the host`;
  const origin = context.originOf(source);
  if (origin === undefined) return unclear(args, what, 'no task before it puts it there out of a URL or a file');
  const question = archiveQuestion(origin.source, { entries: true, checksum: origin.checksum });
  answers.require([{ ask: 'hash', path: source }, question]);
  const obtained = readObtained(answers.get(question));
  if ('error' in obtained) return unclear(args, what, obtained.error);
  if (obtained.sha256 !== answers.get({ ask: 'hash', path: source }))
    return unclear(args, what, `${origin.source} has other bytes`);
  const { format } = obtained;
  if (format === undefined) return failed({ message: `${source} is not an archive that brokkr can read` }, result);
  return unpackKnown(args, { from: 'host', path: source }, { ...obtained, format }, result, answers);
}

function formatOfName(path: string): Format | undefined {
  const endings: readonly [RegExp, Format][] = [
    [/\.(tar\.gz|tgz)$/, 'tar.gz'],
    [/\.(tar\.bz2|tbz2?)$/, 'tar.bz2'],
    [/\.(tar\.xz|txz)$/, 'tar.xz'],
    [/\.(tar\.zst|tzst)$/, 'tar.zst'],
    [/\.tar$/, 'tar'],
    [/\.(zip|jar|war)$/, 'zip'],
  ];
  return endings.find(([ending]) => ending.test(path))?.[1];
}
