import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Only this block of IPv6 is given out for the internet; the rest (IPv4-compatible, NAT64, unassigned) may lead inside. */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * An address from text: dotted, decimal, hex, octal and short IPv4, IPv6 with or without brackets and zone. IPv4-mapped IPv6
 * is the IPv4 address it means. Undefined for a name.
 */
export const parseAddress = (text: string): Address | undefined => {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined;
};

/** Whether an address is on the internet: neither private, loopback, link-local nor any other special range. */
export const isPublicAddress = (address: Address): boolean => {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(GLOBAL_UNICAST_V6);
};
