/**
 * The egress guard. A call leaves only when
 *  G1 the URL is http(s) without userinfo, to a port that is not another protocol's,
 *  G2 a literal address in it is public,
 *  G3 its name resolves to a public address (others are dropped from the answer),
 *  G4 the peer that the socket reached is public: what DNS said before does not count.
 * A rule of the operator lifts G2-G4 for the host it names, or for the addresses of a CIDR.
 */
import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { RepriseError } from '../flow';
import { isPublicAddress, parseAddress } from './address';
import { parseEgressRules } from './rules';

const CONNECT_TIMEOUT_MS = 10_000;
/** Ports of mail, shells, name and file services: an HTTP request must not speak to them (the well-known part of the Fetch list). */
const FOREIGN_PORTS = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113,
  115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556,
  563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666,
  6667, 6668, 6669, 6697, 10080, 11211, 27017,
]);

export interface EgressGuard {
  /** G1 and G2, for the first URL and every redirect. Throws RepriseError `egress_denied`. */
  checkUrl(url: URL): void;
  /** Opens sockets for undici under G2-G4. */
  readonly connect: buildConnector.connector;
}

export interface EgressOptions {
  /** Rules `host`, `host:port`, CIDR. */
  readonly allow: readonly string[];
  /** Name resolution; the system's by default. */
  readonly lookup?: LookupFunction;
}

const denied = (host: string, why: string): RepriseError =>
  new RepriseError('egress_denied', `Calls to ${host} are refused: ${why}`, { details: { host } });

const privately = (host: string): RepriseError =>
  denied(host, 'it is not a public address; the operator may allow it in REPRISE_EGRESS_ALLOW');

const portOf = (protocol: string, port: string): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));

/** The guard for these rules. */
export const createEgressGuard = ({ allow, lookup = dns.lookup }: EgressOptions): EgressGuard => {
  const rules = parseEgressRules(allow);
  const mayReach = (text: string | undefined): boolean => {
    const address = text === undefined ? undefined : parseAddress(text);
    return address !== undefined && (isPublicAddress(address) || rules.allowsAddress(address));
  };

  /** G3. Node asks for all addresses or for one. */
  const publicLookup: LookupFunction = (host, options, done) => {
    lookup(host, options, (error, answer, family) => {
      if (error !== null) return done(error, answer, family);
      if (!Array.isArray(answer)) return mayReach(answer) ? done(null, answer, family) : done(privately(host), answer, family);
      const reachable = answer.filter(({ address }) => mayReach(address));
      return reachable.length > 0 ? done(null, reachable) : done(privately(host), []);
    });
  };
  const open = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup });
  const guarded = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: publicLookup });

  const isLiteralRefused = (host: string): boolean => parseAddress(host) !== undefined && !mayReach(host);

  return {
    checkUrl(url) {
      const host = url.hostname;
      if (url.protocol !== 'http:' && url.protocol !== 'https:')
        throw denied(url.protocol, 'only http and https are spoken; write a URL that starts with https://');
      if (url.username !== '' || url.password !== '')
        throw denied(host, 'the URL holds a user name or password; put them into `auth`');
      const port = portOf(url.protocol, url.port);
      if (rules.allowsHost(host, port)) return;
      if (FOREIGN_PORTS.has(port)) throw denied(`${host}:${port}`, 'that port belongs to another protocol');
      if (isLiteralRefused(host)) throw privately(host);
    },
    connect(options, done) {
      const host = options.hostname;
      if (rules.allowsHost(host, portOf(options.protocol, options.port))) return open(options, done);
      if (isLiteralRefused(host)) return done(privately(host), null);
      return guarded(options, (error, socket) => {
        if (error !== null) return done(error, null);
        if (mayReach(socket.remoteAddress)) return done(null, socket);
        socket.destroy();
        return done(privately(host), null);
      });
    },
  };
};
