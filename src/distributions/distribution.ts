/** The products that brokkr installs. */
export type Product = 'kafka' | 'zookeeper';

/** How the servers of a version find each other and keep their metadata. */
type MetadataMode = 'zookeeper' | 'zookeeper-or-kraft' | 'kraft';

/** A published jar: Maven coordinates, and the SHA-256 of its bytes. */
export interface Jar {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

/** A command of the `bin` folder that starts one Java class. */
export interface Tool {
  /** File name in `bin`, such as `kafka-topics.sh`. */
  readonly name: string;
  /** The main class, or `undefined` where this version has none. */
  readonly mainClass: string | undefined;
  /** Why there is no main class, and what to use instead; told to whoever calls the command. */
  readonly absent?: string;
  /** Arguments that come before the caller's. */
  readonly leading?: string;
  /** `KAFKA_HEAP_OPTS` when the caller has not set it. */
  readonly heap?: string;
}

/** Everything that brokkr knows about one version of one product. */
export interface Distribution {
  readonly product: Product;
  readonly version: string;
  /** The version of Scala that the published archive was built with; part of Kafka's file name. */
  readonly scala?: string;
  /** Name of the published archive, as in the Apache mirrors. */
  readonly fileName: string;
  /** The single folder at the top of the archive. */
  readonly topFolder: string;
  /** Path of the archive below an Apache mirror's root. */
  readonly mirrorPath: string;
  /** Java feature versions: the oldest that starts it, the newest known to work, and those its makers tested. */
  readonly java: { readonly oldest: number; readonly newest: number; readonly tested: readonly number[] };
  /** Day of its release (`YYYY-MM-DD`): the time of every file in an assembled archive. */
  readonly released: string;
  readonly mode: MetadataMode;
  /** Which logging configuration the launchers hand over. */
  readonly logging: 'log4j1' | 'logback' | 'log4j2';
  /** What the `lib` folder is assembled from when the archive cannot be had; exact, nothing transitive is added. */
  readonly jars: readonly Jar[];
  /** Commands that differ only in the class they start. */
  readonly tools: readonly Tool[];
}

/**
 * Reads a list of jars, one a line: SHA-256 in hex, a blank, `group:artifact:version`. The list is part of the program,
 * so a line that does not fit is a bug.
 */
export function readJars(list: string): readonly Jar[] {
  return list
    .trim()
    .split('\n')
    .map((line) => {
      const match = /^([0-9a-f]{64}) ([\w.-]+):([\w.-]+):([\w.-]+)$/.exec(line.trim());
      if (match === null) throw new Error(`not a jar: ${line}`);
      const [, sha256 = '', group = '', artifact = '', version = ''] = match;
      return { sha256, group, artifact, version };
    });
}

/** The file name of a jar, as Maven and the published archives have it. */
export function jarFileName(jar: Jar): string {
  return `${jar.artifact}-${jar.version}.jar`;
}
