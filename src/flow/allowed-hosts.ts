/** Hosts that a secret may be sent to: `api.example.com`, `*.example.com` (below it), each with an optional `:port`. */
export const HOST_RULE = /^(?:(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,250}[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '');

/**
 * Whether a rule names the host; no rule at all allows every one. A rule without a port stands for all ports.
 * @param hostname as a URL has it, an IPv6 address in brackets
 */
export const allowsHost = (rules: readonly string[], hostname: string, port: number): boolean => {
  if (rules.length === 0) return true;
  const host = bare(hostname);
  return rules.some((rule) => {
    const [, name = '', rulePort] = /^(.*?)(?::(\d{1,5}))?$/.exec(rule) ?? [];
    if (rulePort !== undefined && Number(rulePort) !== port) return false;
    return name.startsWith('*.') ? host.endsWith(bare(name.slice(1))) && host.length > name.length - 1 : host === bare(name);
  });
};
