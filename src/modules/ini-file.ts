import { z } from 'zod';
import { mutuallyExclusive, withRules } from './argument-rules.ts';
import { choice, flag, path, text, textList } from './argument-types.ts';
import { attributeArguments } from './attributes.ts';
import { unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import { dropOption, dropSection, putOption } from './ini-edit.ts';
import type { Module } from './module.ts';
import { stat, withoutSlash } from './paths.ts';
import { editText, textQuestions } from './text-file.ts';

const schema = withRules(
  z.strictObject({
    path: path.transform(withoutSlash),
    section: text.optional(),
    option: text.optional(),
    value: text.optional(),
    values: textList.optional(),
    state: choice(['present', 'absent']).default('present'),
    exclusive: flag.default(true),
    allow_no_value: flag.default(false),
    no_extra_spaces: flag.default(false),
    ignore_spaces: flag.default(false),
    modify_inactive_option: flag.default(true),
    create: flag.default(true),
    backup: flag.default(false),
    ...attributeArguments,
  }),
  [
    mutuallyExclusive('value', 'values'),
    ({ state, option, value, values, allow_no_value }) =>
      state !== 'absent' &&
      option !== undefined &&
      value === undefined &&
      values === undefined &&
      allow_no_value !== true
        ? { name: 'value', message: 'it is required when state is present, unless allow_no_value is set' }
        : undefined,
    ({ section, option }) =>
      section === undefined && option === undefined ? { message: 'section or option is required' } : undefined,
  ],
);

/** Settings in a file of sections. */
export const iniFile: Module<z.infer<typeof schema>> = expandHome(['path'], {
  name: 'ini_file',
  collection: 'community.general',
  summary: 'Sets and removes options in a file of sections, such as those of systemd.',
  schema,
  aliases: { dest: 'path' },
  example: `- name: More open files for every service
  ini_file:
    path: /etc/systemd/system.conf
    section: Manager
    option: DefaultLimitNOFILE
    value: "100000"
    no_extra_spaces: yes`,
  noticedByOthers: false,
  probe: (args) => textQuestions(args),
  decide(args, answers, context) {
    if (args.state === 'absent' && answers.get(stat(args.path)) === null) {
      return unchanged({ path: args.path, msg: 'OK' });
    }
    const values = args.values ?? (args.value === undefined ? [] : [args.value]);
    const wanted = {
      section: args.section?.trim(),
      option: args.option?.trim() ?? '',
      values,
      exclusive: args.exclusive,
      assignment: args.no_extra_spaces ? '=' : ' = ',
      ignoreSpaces: args.ignore_spaces,
      takesInactive: args.modify_inactive_option,
    };
    return editText(args, answers, context, (before) => {
      const edited =
        args.state === 'present'
          ? putOption(before, wanted)
          : args.option === undefined
            ? dropSection(before, wanted.section)
            : dropOption(before, wanted);
      return { text: edited.text, result: { path: args.path, msg: edited.msg } };
    });
  },
});
