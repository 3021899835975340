import ipaddr from 'ipaddr.js';
import { RepriseError } from '../flow';
import { parseAddress, type Address } from './address';

/** What the operator allows although it is private (REPRISE_EGRESS_ALLOW). */
export interface EgressRules {
  /** A rule names this host, or this host and port. */
  allowsHost(host: string, port: number): boolean;
  /** A CIDR rule holds this address. */
  allowsAddress(address: Address): boolean;
}

/** Names compare without case and final dot, literals by the address they mean. */
const canonical = (host: string): string => parseAddress(host)?.toString() ?? host.toLowerCase().replace(/\.$/, '');

const HOST_AND_PORT = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/;

const refused = (rule: string): RepriseError =>
  new RepriseError('invalid_egress_rule', `The egress rule ${rule} is neither host, host:port nor CIDR; correct or remove it`);

/** Parses rules `host`, `host:port` and CIDR. Throws RepriseError `invalid_egress_rule` that names the rule. */
export const parseEgressRules = (rules: readonly string[]): EgressRules => {
  const hosts = new Set<string>();
  const blocks: [Address, number][] = [];
  for (const rule of rules) {
    if (rule.includes('/')) {
      if (!ipaddr.isValidCIDR(rule)) throw refused(rule);
      blocks.push(ipaddr.parseCIDR(rule));
      continue;
    }
    const withPort = HOST_AND_PORT.exec(rule);
    const port = Number(withPort?.[2] ?? 1);
    if (rule === '' || port < 1 || port > 65_535) throw refused(rule);
    hosts.add(withPort?.[1] === undefined ? canonical(rule) : `${canonical(withPort[1])} ${port}`);
  }
  return {
    allowsHost: (host, port) => hosts.has(canonical(host)) || hosts.has(`${canonical(host)} ${port}`),
    allowsAddress: (address) => blocks.some((block) => address.kind() === block[0].kind() && address.match(block)),
  };
};
