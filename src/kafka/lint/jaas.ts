/** One login of JAAS, as `sasl.jaas.config` holds it: `Module required name="value" ...;`. */
export interface JaasLogin {
  /** The name of the class, with its package. */
  readonly module: string;
  readonly options: ReadonlyMap<string, string>;
}

const LOGIN =
  /^\s*([\w.$]+)\s+(?:required|requisite|sufficient|optional)\b((?:[^;"']|"(?:[^"\\]|\\.)*"|'[^']*')*);\s*$/i;

/** Reads the value of a `sasl.jaas.config`; `undefined` when it is not a single login. */
export function readJaas(text: string): JaasLogin | undefined {
  const [, module, rest = ''] = LOGIN.exec(text) ?? [];
  if (module === undefined) return undefined;
  const options = [...rest.matchAll(/([\w.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s;"']+))/g)];
  return {
    module,
    options: new Map(options.map(([, name = '', double, single, plain]) => [name, double ?? single ?? plain ?? ''])),
  };
}

/** The module of Kafka itself that logs in with a mechanism; `undefined` where several may. */
export function moduleOf(mechanism: string): string | undefined {
  if (mechanism === 'PLAIN') return 'PlainLoginModule';
  return mechanism.startsWith('SCRAM-') ? 'ScramLoginModule' : undefined;
}
