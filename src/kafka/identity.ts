/** What a broker has written into a data directory about itself. */
export interface MetaProperties {
  /** `broker.id`, or `node.id` of a KRaft node. */
  readonly id: number | undefined;
  readonly clusterId: string | undefined;
}

/** A `meta.properties` and where it stands. */
export interface MetaFile {
  readonly path: string;
  readonly meta: MetaProperties;
}

/** Reads `meta.properties`, which Kafka writes as Java properties of one line each. */
export function parseMetaProperties(text: string): MetaProperties {
  const lines = text.split(/\r?\n/).map((line) => /^\s*([^#!=:\s]+)\s*[=:]\s*(.*?)\s*$/.exec(line));
  const properties = new Map(lines.flatMap((match) => (match?.[1] ? [[match[1], match[2] ?? '']] : [])));
  const id = properties.get('broker.id') ?? properties.get('node.id');
  return {
    id: id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined,
    clusterId: properties.get('cluster.id') || undefined,
  };
}

/**
 * Whether all data directories belong to the broker and cluster that the inventory says.
 * @returns the first thing that is wrong, naming both sides; `undefined` when nothing is
 */
export function compareMeta(
  files: readonly MetaFile[],
  expected: { readonly id: number; readonly clusterId?: string | undefined },
): { message: string; hint: string } | undefined {
  for (const { path, meta } of files) {
    if (meta.id === undefined) {
      return {
        message: `${path} does not say whose data it is; the inventory says broker ${expected.id}`,
        hint: 'it has no broker.id; restore it, or move the data away',
      };
    }
    if (meta.id !== expected.id) {
      return {
        message: `${path} says that this is broker ${meta.id}, but the inventory says that it is broker ${expected.id}`,
        hint: `correct broker_id in the inventory, or move the data of broker ${meta.id} away`,
      };
    }
    if (expected.clusterId !== undefined && meta.clusterId !== undefined && meta.clusterId !== expected.clusterId) {
      return {
        message: `${path} belongs to the cluster ${meta.clusterId}, not to ${expected.clusterId}`,
        hint: 'a broker refuses the data of another cluster; move it away if it is not needed',
      };
    }
  }
  const known = files.filter(({ meta }) => meta.clusterId !== undefined);
  const [first] = known;
  const other = known.find(({ meta }) => meta.clusterId !== first?.meta.clusterId);
  if (first === undefined || other === undefined) return undefined;
  return {
    message: `${first.path} belongs to the cluster ${first.meta.clusterId}, but ${other.path} to ${other.meta.clusterId}`,
    hint: 'all data directories of a broker belong to one cluster; move the strange one away',
  };
}
