import { z } from 'zod';
import { TemplateError } from '../jinja/error.ts';
import { compileRegex, type RegexFlags } from '../jinja/values/regex.ts';
import { text } from './argument-types.ts';

/** A Python regular expression, compiled. */
export function pattern(flags: RegexFlags = {}, prefix = '') {
  return text.transform((source, context) => {
    try {
      return compileRegex(prefix + source, flags);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
}
