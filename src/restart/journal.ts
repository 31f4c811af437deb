import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { BrokkrError, errorText } from '../errors.ts';

const journalSchema = z.object({
  version: z.literal(1),
  run: z.string(),
  /** Who does it, on which control machine. */
  process: z.object({ machine: z.string(), pid: z.int(), born: z.string().nullable() }).optional(),
  cluster: z.enum(['kafka', 'zookeeper']),
  /** On the control machine's clock, UTC. */
  startedAt: z.string(),
  /** The hosts that were to be restarted, each with the second of its own clock at which the roll began. */
  hosts: z.record(z.string(), z.number()),
  /** What was being done, and to whom: more than one only where a rack goes together. */
  current: z.object({ hosts: z.array(z.string()), doing: z.string() }).nullable(),
  ended: z.enum(['finished', 'interrupted', 'failed']).nullable(),
});
export type Journal = z.output<typeof journalSchema>;

/** What a roll has begun and done, on the control machine's disk before it is done: whoever comes after a crash reads it. */
export class RollJournal {
  readonly #file: string;
  #journal: Journal | undefined;

  constructor(folder: string, cluster: Journal['cluster']) {
    this.#file = path.join(folder, '.brokkr', `restart-${cluster}.json`);
  }

  /** The roll that was not finished, if there is one. @throws BrokkrError when the file cannot be read or understood */
  unfinished(): Journal | undefined {
    const text = this.#read();
    if (text === undefined) return undefined;
    const parsed = parse(text);
    if (parsed === undefined)
      throw new BrokkrError(`${this.#file} is not the journal of a restart`, { hint: `look at it, and remove it` });
    return parsed.ended === 'finished' ? undefined : parsed;
  }

  /** @throws BrokkrError when it cannot be written, as `note` and `end` do */
  begin(journal: Journal): void {
    this.#write(journal);
  }

  note(current: Journal['current']): void {
    if (this.#journal !== undefined) this.#write({ ...this.#journal, current });
  }

  /** A finished roll leaves no journal behind. */
  end(ended: Exclude<Journal['ended'], null>): void {
    if (ended === 'finished') rmSync(this.#file, { force: true });
    else if (this.#journal !== undefined) this.#write({ ...this.#journal, ended });
  }

  /** `undefined`: there is none. One that may not be read may tell of a server that is down. */
  #read(): string | undefined {
    try {
      return readFileSync(this.#file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      const said = errorText(error);
      const hint =
        'it tells of a restart that did not finish: run brokkr as whoever wrote it, or look at it and remove it';
      throw new BrokkrError(`the journal of the restart cannot be read: ${said}`, { hint, cause: error });
    }
  }

  #write(journal: Journal): void {
    this.#journal = journal;
    const beside = `${this.#file}.${process.pid}`;
    try {
      mkdirSync(path.dirname(this.#file), { recursive: true });
      writeFileSync(beside, `${JSON.stringify(journal, null, 2)}\n`, { mode: 0o600, flush: true });
      renameSync(beside, this.#file);
    } catch (error) {
      const said = errorText(error);
      const hint = 'run brokkr in a folder that you can write to';
      throw new BrokkrError(`the journal of the restart cannot be written: ${said}`, { hint, cause: error });
    }
  }
}

function parse(text: string): Journal | undefined {
  try {
    const read = journalSchema.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
