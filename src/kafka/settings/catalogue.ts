import { z } from 'zod';

const formSchema = z.object({
  in: z.array(z.string()).optional(),
  type: z.enum(['boolean', 'string', 'int', 'short', 'long', 'double', 'list', 'class', 'password']),
  default: z.string().optional(),
  required: z.boolean().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  oneOf: z.array(z.string()).optional(),
  dynamic: z.enum(['per-broker', 'cluster-wide']).optional(),
  deprecated: z.boolean().optional(),
});
const fileSchema = z.object({ versions: z.array(z.string()), settings: z.record(z.string(), z.array(formSchema)) });

/** A broker setting as one version defines it. `min` and `max` are inclusive; a default of `undefined` is null. */
export type KafkaSetting = Omit<z.infer<typeof formSchema>, 'in'>;

/** The settings of every known version, out of Kafka's own definition; tools/settings makes the file. */
export class KafkaCatalogue {
  /** Ascending. */
  readonly versions: readonly string[];
  readonly #settings: Readonly<Record<string, readonly z.infer<typeof formSchema>[]>>;

  constructor(data: unknown) {
    const { versions, settings } = fileSchema.parse(data);
    this.versions = versions;
    this.#settings = settings;
  }

  /** The known version that stands for another one: the newest that is not newer, else the oldest. */
  standIn(version: string): string {
    const not = this.versions.filter((each) => compareVersions(each, version) <= 0);
    return not.at(-1) ?? this.versions[0] ?? version;
  }

  /** What a version knows under this name; for a version between two known ones, what either of them knows. */
  setting(name: string, version: string): KafkaSetting | undefined {
    const exact = this.standIn(version);
    return (
      this.#form(name, exact) ?? (this.versions.includes(version) ? undefined : this.#between(name, version, exact))
    );
  }

  /** The known versions that have this setting; empty for a name that no version knows. */
  versionsOf(name: string): readonly string[] {
    return Object.hasOwn(this.#settings, name)
      ? this.versions.filter((version) => this.#form(name, version) !== undefined)
      : [];
  }

  names(version: string): readonly string[] {
    return Object.keys(this.#settings).filter((name) => this.setting(name, version) !== undefined);
  }

  #between(name: string, version: string, below: string): KafkaSetting | undefined {
    const above = this.versions.find((each) => compareVersions(each, version) > 0);
    const sameMajor = above !== undefined && above.split('.')[0] === version.split('.')[0];
    return sameMajor && above !== below ? this.#form(name, above) : undefined;
  }

  #form(name: string, version: string): KafkaSetting | undefined {
    if (!Object.hasOwn(this.#settings, name)) return undefined;
    return this.#settings[name]?.find((form) => form.in === undefined || form.in.includes(version));
  }
}

/** Reads the catalogue; only lint and what compares settings need it. */
export async function loadKafkaCatalogue(): Promise<KafkaCatalogue> {
  return new KafkaCatalogue((await import('./kafka-settings.json', { with: { type: 'json' } })).default);
}

/** Negative when `a` is older than `b`; parts that are missing count as 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((each) => each.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
