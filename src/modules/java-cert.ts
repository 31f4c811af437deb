import { z } from 'zod';
import type { OutputQuestion } from '../shell/question.ts';
import { quote } from '../shell/quote.ts';
import { requiredIf, withRules } from './argument-rules.ts';
import { choice, flag, path, text } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import type { Module } from './module.ts';
import { fields } from './results.ts';
import { output, toolRun } from './tool.ts';

const schema = withRules(
  z.strictObject({
    cert_alias: text,
    cert_path: path.optional(),
    keystore_path: path,
    keystore_pass: text,
    keystore_create: flag.default(false),
    keystore_type: text.optional(),
    trust_cacert: flag.default(false),
    state: choice(['present', 'absent']).default('present'),
    executable: text.default('keytool'),
  }),
  [requiredIf('cert_path', ({ state }) => state !== 'absent', 'state is present')],
);

type JavaCertArguments = z.infer<typeof schema>;

/** A certificate in a key store of Java. */
export const javaCert: Module<JavaCertArguments> = {
  name: 'java_cert',
  collection: 'community.general',
  summary: 'Keeps a certificate in a key store of Java, with the keytool of the host.',
  schema,
  aliases: { certificate: 'cert_path' },
  example: `- name: The brokers trust the company's authority
  java_cert:
    cert_alias: company
    cert_path: /etc/ssl/company.pem
    keystore_path: /etc/kafka/truststore.jks
    keystore_pass: "{{ truststore_password }}"
    keystore_create: yes`,
  noticedByOthers: false,
  probe(args, context) {
    context.addSecret(args.keystore_pass);
    return [question(args)];
  },
  decide(args, answers, context) {
    context.addSecret(args.keystore_pass);
    const asked = question(args);
    const found = answers.get(asked).stdout.trim();
    if (found === 'no keytool')
      return failed({ message: `the host has no ${args.executable}`, hint: 'it comes with Java' });
    if (found === 'no store' && args.state === 'absent') return unchanged();
    if (found === 'no store' && !args.keystore_create) {
      return failed({
        message: `${args.keystore_path} does not exist`,
        hint: 'say keystore_create: yes to have it made',
      });
    }
    if (found === 'unreadable') return failed({ message: `${args.keystore_path} cannot be read with this password` });
    if (found === 'no certificate') return failed({ message: `${args.cert_path} holds no certificate` });
    if (found === (args.state === 'present' ? 'same' : 'absent')) return unchanged();
    const store = keytool(args);
    const alias = quote(args.cert_alias);
    const trust = args.trust_cacert ? ' -trustcacerts' : '';
    const removing = `${store} -delete -alias ${alias}`;
    const adding = `${store} -importcert -noprompt${trust} -alias ${alias} -file ${quote(args.cert_path ?? '')}`;
    const commands = [
      ...(found === 'other' || args.state === 'absent' ? [removing] : []),
      ...(args.state === 'present' ? [adding] : []),
    ];
    const becomes = args.state === 'present' ? 'same\n' : 'absent\n';
    const script = `${password(args)}${commands.join(' && ')}`;
    return {
      verdict: 'change',
      actions: [toolRun({ script, asked, becomes, reach: { paths: [args.keystore_path] } })],
      diff: [
        {
          kind: 'state',
          subject: `${args.cert_alias} in ${args.keystore_path}`,
          before: { certificate: found === 'other' ? 'another one' : found === 'same' ? 'present' : 'absent' },
          after: { certificate: args.state },
        },
      ],
      result: fields({}),
    };
  },
};

/** `same` or `other` certificate under the alias, `absent`, or what is in the way. */
function question(args: JavaCertArguments): OutputQuestion {
  const [tool, store, cert] = [quote(args.executable), quote(args.keystore_path), quote(args.cert_path ?? '')];
  const body = "sed -n '/-BEGIN/,/-END/p'";
  const asked = output(
    `key store ${args.keystore_path}`,
    `command -v ${tool} >/dev/null || { echo no keytool; exit; }`,
    `[ -e ${store} ] || { echo no store; exit; }`,
    password(args),
    `${keytool(args)} -list >/dev/null || { echo unreadable; exit; }`,
    `a=$(${keytool(args)} -exportcert -rfc -alias ${quote(args.cert_alias)}) || { echo absent; exit; }`,
    args.state === 'absent'
      ? 'echo same; exit'
      : `b=$(${tool} -printcert -rfc -file ${cert}) || { echo no certificate; exit; }`,
    `[ "$(printf '%s\\n' "$a" | ${body} | tr -d '\\r')" = "$(printf '%s\\n' "$b" | ${body} | sed '/-END/q' | tr -d '\\r')" ] && echo same || echo other`,
  );
  return { ...asked, reads: [args.keystore_path, ...(args.cert_path === undefined ? [] : [args.cert_path])] };
}

/** The password stands in the environment of keytool, not in its arguments. */
function password({ keystore_pass }: JavaCertArguments): string {
  return `export BROKKR_STOREPASS=${quote(keystore_pass)}\n`;
}

function keytool({ executable, keystore_path, keystore_type }: JavaCertArguments): string {
  const type = keystore_type === undefined ? '' : ` -storetype ${quote(keystore_type)}`;
  return `${quote(executable)} -keystore ${quote(keystore_path)} -storepass:env BROKKR_STOREPASS${type}`;
}
