import type { Json } from './question.ts';

interface Ipv4 {
  readonly interface: string;
  readonly address: string;
  readonly broadcast: string;
  readonly netmask: string;
  readonly network: string;
  readonly prefix: string;
}

/** What ip(8) prints: `ip -o addr`, `ip -o route get` and `ip -o route show default`, `ip -o link`; and resolv.conf(5). */
export interface NetworkTexts {
  readonly addresses: string;
  readonly route: string;
  readonly defaultRoute: string;
  /** `ip -o -6 route get`. */
  readonly route6: string;
  readonly links: string;
  readonly resolver: string;
}

/** The facts of interfaces, each also under its own name, with `_` for what no variable name has. */
export function addNetwork(facts: Map<string, Json>, texts: NetworkTexts): void {
  const v4 = [...texts.addresses.matchAll(/^\d+: (\S+)\s+inet ([\d.]+)\/(\d+)(?:.*? brd ([\d.]+))?/gm)].map(
    ([, name = '', address = '', prefix = '', broadcast = '']): Ipv4 => ({
      interface: name,
      address,
      broadcast,
      netmask: dotted(mask(Number(prefix))),
      network: dotted(number(address) & mask(Number(prefix))),
      prefix,
    }),
  );
  const v6 = [...texts.addresses.matchAll(/^\d+: (\S+)\s+inet6 ([\da-f:]+)\/(\d+) scope (\S+)/gm)].map(
    ([, name = '', address = '', prefix = '', scope = '']) => ({ interface: name, address, prefix, scope }),
  );
  const outside = v4.filter(({ address }) => !address.startsWith('127.'));
  const devices = [...texts.links.matchAll(/^\d+: ([^:@]+)(?:@\S+)?: <([^>]*)>.* mtu (\d+)(.*)$/gm)].map(deviceOf);
  facts.set(
    'all_ipv4_addresses',
    outside.map(({ address }) => address),
  );
  facts.set(
    'all_ipv6_addresses',
    v6.map(({ address }) => address).filter((address) => address !== '::1'),
  );
  facts.set('interfaces', [...new Set(devices.map(({ device }) => device))]);
  for (const device of devices) {
    const [own] = v4.filter((each) => each.interface === device.device);
    const six = v6.filter((each) => each.interface === device.device);
    facts.set(device.device.replaceAll(/[-:.]/g, '_'), {
      ...device,
      ...(own === undefined ? {} : { ipv4: without(own) }),
      ...(six.length === 0 ? {} : { ipv6: six.map(({ interface: _, ...each }) => each) }),
    });
  }
  // Without a default route Ansible leaves the fact empty as well.
  const source = / src ([\d.]+)/.exec(texts.route)?.[1];
  const gateway = /^default via ([\d.]+)/m.exec(texts.defaultRoute)?.[1];
  const preferred = outside.find(({ address }) => address === source);
  const device = devices.find((each) => each.device === preferred?.interface);
  facts.set(
    'default_ipv4',
    preferred === undefined
      ? {}
      : {
          ...(gateway === undefined ? {} : { gateway }),
          ...preferred,
          ...(device?.macaddress === undefined ? {} : { macaddress: device.macaddress }),
          ...(device === undefined ? {} : { mtu: device.mtu, type: device.type }),
          alias: preferred.interface,
        },
  );
  const [, via, out = '', from] = /(?: via ([\da-f:]+))?.* dev (\S+).* src ([\da-f:]+)/.exec(texts.route6) ?? [];
  const six = v6.find(({ address }) => address === from);
  const { macaddress, mtu, type } = devices.find((each) => each.device === out) ?? {};
  facts.set(
    'default_ipv6',
    six === undefined || via === undefined
      ? {}
      : { gateway: via, ...six, ...(macaddress === undefined ? {} : { macaddress }), mtu: mtu ?? 0, type: type ?? '' },
  );
  facts.set('dns', resolverOf(texts.resolver));
}

function deviceOf([, device = '', flags = '', mtu = '', rest = '']: RegExpMatchArray) {
  const [, kind = '', address] = /link\/(\S+)(?: ([\da-f:]{17}))?/.exec(rest) ?? [];
  return {
    device,
    mtu: Number(mtu),
    active: flags.split(',').includes('UP'),
    type: kind === 'loopback' ? 'loopback' : kind,
    promisc: flags.split(',').includes('PROMISC'),
    ...(address === undefined || kind === 'loopback' ? {} : { macaddress: address }),
  };
}

function without({ interface: _, ...address }: Ipv4): Json {
  return address;
}

function resolverOf(text: string): Json {
  const words = (keyword: string): string[] =>
    [...text.matchAll(new RegExp(`^${keyword}[ \\t]+(.*)$`, 'gm'))].flatMap(([, rest = '']) =>
      rest.trim().split(/\s+/),
    );
  const [servers, search] = [words('nameserver'), words('search')];
  return {
    ...(servers.length === 0 ? {} : { nameservers: servers }),
    ...(search.length === 0 ? {} : { search }),
  };
}

const mask = (prefix: number): number => (prefix === 0 ? 0 : (-1 << (32 - prefix)) >>> 0);
const number = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const dotted = (bits: number): string => [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
