/** One listener, `NAME://host:port`. */
export interface Listener {
  readonly name: string;
  /** Empty: every address, or when it is advertised, the name of the host. */
  readonly host: string;
  readonly port: number;
}

/** The settings that hold listeners. */
export const LISTENER_LISTS = ['listeners', 'advertised.listeners'] as const;

export const SECURITY_PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];

/** Kafka's own form of an endpoint, without the names that only a wrong separator makes; IPv6 stands in brackets. */
const ENDPOINT = /^([^:/;\s]*):\/\/\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)$/;

/** The listeners of a list; parts that are none are left out (see `badEndpoints`). */
export function readListeners(text: string): Listener[] {
  return endpointsOf(text).flatMap((part) => {
    const [, name, host, port] = ENDPOINT.exec(part) ?? [];
    return name === undefined || host === undefined ? [] : [{ name: name.toUpperCase(), host, port: Number(port) }];
  });
}

/** The parts of a list of listeners that are no endpoints. */
export function badEndpoints(text: string): string[] {
  return endpointsOf(text).filter((part) => {
    const [, , host, port] = ENDPOINT.exec(part) ?? [];
    return host === undefined || Number(port) > 65535 || Number(port) < 0;
  });
}

/** Listener name → security protocol. */
export function readProtocolMap(text: string): Map<string, string> {
  return new Map(
    endpointsOf(text).map((part): [string, string] => {
      const colon = part.lastIndexOf(':');
      return [part.slice(0, colon).trim().toUpperCase(), part.slice(colon + 1).trim()];
    }),
  );
}

/** Whether an address means every one of the host. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === '0:0:0:0:0:0:0:0';
}

/** Whether an address leads back to the host that uses it. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host) || host === 'localhost.localdomain'
  );
}

function endpointsOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
