import { parseFacts } from './facts.ts';
import { type Frame, newNonce } from './frame.ts';
import { READ_HOLDER, READ_STATE } from './left-behind.ts';
import { groupText, IDENTITY_TEXT, parseGroup, parseIdentity, parsePasswd, passwdText } from './probe-accounts.ts';
import { contentKey, contentsText, parseContents } from './probe-contents.ts';
import { COMMAND_OF, isPlainHashPath, linksText, parseStatRecords, STAT_FORMAT } from './probe-paths.ts';
import { parseListening, parseUnits, unitName } from './probe-records.ts';
import { preamble, STATE_FOLDER } from './program.ts';
import { type AnswerOf, type HostQuestion, questionKey } from './question.ts';
import { chunkWords, quote, quoteAll } from './quote.ts';

/** A program that reads and changes nothing, and how its answer is read. */
export interface ProbeProgram {
  readonly nonce: string;
  readonly text: string;
  /** The answers by question key. A question whose answer did not come is missing. */
  parse(frames: readonly Frame[]): Map<string, AnswerOf[keyof AnswerOf]>;
}

type Ask = HostQuestion['ask'];
type Of<A extends Ask> = Extract<HostQuestion, { ask: A }>;

/**
 * One program for all questions: equal kinds share a process, so the cost does not grow with the number of tasks.
 * `END` closes it, so that a program cut short is not taken for one that found nothing.
 * @param hasLock the run has the host's lock, so that there is no other holder to ask for
 */
export function compileProbe(questions: readonly HostQuestion[], hasLock = false): ProbeProgram {
  const nonce = newNonce();
  const text = [
    preamble(nonce),
    STATE_FOLDER,
    probeText(questions),
    READ_STATE,
    ...(hasLock ? [] : [READ_HOLDER]),
    's END',
  ].join('\n');
  return { nonce, text, parse: (frames) => parseProbe(questions, nonce, frames) };
}

/** The shell text that asks, without what stands around it. */
function probeText(questions: readonly HostQuestion[]): string {
  const lines: string[] = [];
  for (const follow of [false, true]) {
    const paths = of(questions, 'stat')
      .filter((q) => q.follow === follow)
      .map((q) => q.path);
    if (paths.length === 0) continue;
    lines.push(`s stat ${follow ? 'follow' : 'link'}`);
    for (const chunk of chunkWords(paths)) {
      lines.push(`stat ${follow ? '-L ' : ''}-c "$N${STAT_FORMAT}" -- ${quoteAll(chunk)} 2>/dev/null`);
    }
    if (!follow) {
      lines.push('s links');
      for (const chunk of chunkWords(paths)) {
        lines.push(linksText(chunk));
      }
    }
  }
  const hashed = of(questions, 'hash').map((q) => q.path);
  if (hashed.length > 0) {
    lines.push('s hash');
    // Only of regular files: reading a pipe or a device would never end.
    for (const chunk of chunkWords(hashed.filter(isPlainHashPath))) {
      lines.push(`find -L ${quoteAll(chunk)} -maxdepth 0 -type f -exec sha256sum -- {} + 2>/dev/null`);
    }
    for (const path of hashed.filter((each) => !isPlainHashPath(each))) {
      const word = quote(path);
      lines.push(
        `[ -f ${word} ] && { s hash-of ${Buffer.from(path).toString('base64')}; sha256sum < ${word} 2>/dev/null; }`,
      );
    }
  }
  lines.push(...contentsText(of(questions, 'content')));
  of(questions, 'tree').forEach((q, index) => {
    const path = quote(treeRoot(q.path));
    const depth = q.depth === undefined ? '' : ` -maxdepth ${q.depth}`;
    lines.push(
      `[ -d ${path} ] && { s tree ${index}; find ${path}${depth} -exec stat -c "$N${STAT_FORMAT}" {} + 2>/dev/null`,
      `s tree-links ${index}; find ${path}${depth} -type l -exec sh -c 'n=$1; shift; for p; do printf "%s|%s|" "$n" "$p"; readlink -- "$p"; done' sh "$N" {} + 2>/dev/null; }`,
    );
  });
  const accounts = of(questions, 'passwd').map((q) => q.name);
  if (accounts.length > 0) lines.push(passwdText(accounts));
  const groups = of(questions, 'group').map((q) => q.name);
  if (groups.length > 0) lines.push(groupText(groups));
  if (of(questions, 'identity').length > 0) lines.push(IDENTITY_TEXT);
  for (const ask of ['unit', 'command'] as const) {
    const names = of(questions, ask).map((q) => q.name);
    if (names.length > 0) lines.push(`s ${ask}`, COMMAND_OF[ask](ask === 'unit' ? names.map(unitName) : names));
  }
  for (const ask of ['listening', 'facts'] as const) {
    if (of(questions, ask).length > 0) lines.push(`s ${ask}`, COMMAND_OF[ask]);
  }
  of(questions, 'output').forEach(({ script }, index) => {
    lines.push(`s output ${index}; ( ${script}\n) </dev/null 2>/dev/null; s output-end ${index} "$?"`);
  });
  return lines.join('\n');
}

/** A directory as find(1) takes it: the slash at the end makes it go into a link, and is not doubled. */
function treeRoot(path: string): string {
  return `${path.replace(/\/+$/, '')}/`;
}

function of<A extends Ask>(questions: readonly HostQuestion[], ask: A): Of<A>[] {
  return questions.filter((question): question is Of<A> => question.ask === ask);
}

function parseProbe(
  questions: readonly HostQuestion[],
  nonce: string,
  frames: readonly Frame[],
): Map<string, AnswerOf[keyof AnswerOf]> {
  const payload = (...words: string[]): Buffer | undefined =>
    frames.find((frame) => frame.words.join(' ') === words.join(' '))?.payload;
  const text = (...words: string[]): string => payload(...words)?.toString() ?? '';
  const stats = {
    link: parseStatRecords(text('stat', 'link'), text('links'), nonce),
    follow: parseStatRecords(text('stat', 'follow'), '', nonce),
  };
  const hashes = new Map(
    text('hash')
      .split('\n')
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
  const passwd = parsePasswd(
    of(questions, 'passwd').map((q) => q.name),
    text,
  );
  const groups = parseGroup(
    of(questions, 'group').map((q) => q.name),
    text('group'),
  );
  const unitNames = of(questions, 'unit').map((q) => unitName(q.name));
  const units = parseUnits(text('unit'), unitNames);
  const listening = parseListening(text('listening'));
  const commands = new Map(
    text('command')
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
  const contents = parseContents(frames, nonce);
  const trees = of(questions, 'tree');
  const outputs = of(questions, 'output');

  const answers = new Map<string, AnswerOf[keyof AnswerOf]>();
  for (const question of questions) {
    const answer = answerTo(question);
    if (answer !== undefined) answers.set(questionKey(question), answer);
  }
  return answers;

  function answerTo(question: HostQuestion): AnswerOf[keyof AnswerOf] | undefined {
    switch (question.ask) {
      case 'stat':
        return stats[question.follow ? 'follow' : 'link'].get(question.path) ?? null;
      case 'hash':
        return (
          hashes.get(question.path) ??
          (text('hash-of', Buffer.from(question.path).toString('base64')).slice(0, 64) || null)
        );
      case 'content':
        return contents.get(contentKey(question)) ?? null;
      case 'tree': {
        const index = String(trees.indexOf(question));
        if (payload('tree', index) === undefined) return null;
        const root = treeRoot(question.path);
        const prefix = `${question.path.replace(/\/+$/, '')}/`;
        const found = parseStatRecords(text('tree', index), text('tree-links', index), nonce);
        return [...found]
          .filter(([path]) => path !== root)
          .map(([path, stat]) => ({ path: prefix + path.slice(root.length).replace(/^\/+/, ''), stat }));
      }
      case 'passwd':
        return passwd.get(question.name) ?? null;
      case 'group':
        return groups.get(question.name) ?? null;
      case 'unit':
        return units.get(unitName(question.name));
      case 'listening':
        return listening.has(question.port);
      case 'command':
        return commands.get(question.name) || null;
      case 'identity':
        return parseIdentity(text('identity'));
      case 'facts':
        return parseFacts(text('facts'));
      case 'output': {
        const index = String(outputs.indexOf(question));
        const end = frames.find(({ words }) => words[0] === 'output-end' && words[1] === index);
        return end === undefined ? undefined : { rc: Number(end.words[2]), stdout: text('output', index) };
      }
    }
  }
}
