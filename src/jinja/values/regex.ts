import { CompileCache } from '../cache.ts';
import { TemplateError } from '../error.ts';
import { RegexTranslator } from './regex-translator.ts';

export interface RegexFlags {
  readonly ignoreCase?: boolean;
  /** `^` and `$` match at line ends too. */
  readonly multiline?: boolean;
}

const cache = new CompileCache<RegExp>(1000);

/**
 * A Python regular expression as a JavaScript one, with the flags `v` and `g`. Throws `TemplateError` for what is
 * not one, and for the few forms JavaScript has no equal of (conditionals, atomic groups, flags for a part).
 */
export function compileRegex(pattern: string, flags: RegexFlags = {}): RegExp {
  const key = `${flags.ignoreCase === true}/${flags.multiline === true}/${pattern}`;
  return cache.get(key, () => {
    const translated = new RegexTranslator(pattern, flags).translate();
    try {
      return new RegExp(translated.source, translated.ignoreCase ? 'vgi' : 'vg');
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : '';
      throw new TemplateError(`the regular expression '${pattern}' is not valid: ${reason}`, { cause: error });
    }
  });
}
