import { InputError } from '../errors.ts';

/** Words after a pattern or a host: a command, before which no option of ours may stand any more. */
interface After {
  /** `pattern`, `host`. */
  readonly what: string;
  readonly name: string;
  /** The call with the option where it belongs. */
  readonly instead: string;
}

/**
 * The command that stands after a pattern or a host, as with ssh; `--` says that no option follows, and is no word of it.
 * @throws InputError when it begins with an option
 */
export function commandWords(words: readonly string[], { what, name, instead }: After): readonly string[] {
  const [first, ...others] = words;
  if (first === '--') return others;
  if (first?.startsWith('-') !== true) return words;
  throw new InputError([
    {
      message: `${first} stands after the ${what} ${name}, where the command begins`,
      hint: `options come before the ${what}: ${instead}`,
    },
  ]);
}
