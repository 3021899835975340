/** What a start prints when everything is ready. */
import type { Config } from '../../config';
import type { EmbeddedEngines } from './embedded-engines';
import type { FirstUse } from './first-use';
import type { Secrets } from './secrets';

export interface BannerFacts {
  readonly config: Pick<Config, 'publicUrl'>;
  readonly engines: Pick<EmbeddedEngines, 'temporalUiUrl' | 'warnings'>;
  readonly secrets: Pick<Secrets, 'adminPassword' | 'adminPasswordFile'>;
  readonly first: FirstUse;
}

/** The text; the password is shown at the first start only, later starts name its file. */
function bannerText({ config: { publicUrl }, engines, secrets, first }: BannerFacts): string {
  const password =
    first.isFirstStart || secrets.adminPasswordFile === undefined
      ? first.isFirstStart
        ? secrets.adminPassword
        : 'as in REPRISE_ADMIN_PASSWORD'
      : `in ${secrets.adminPasswordFile}`;
  const lines = [
    '',
    'Reprise is ready.',
    `  API          ${publicUrl}`,
    `  Docs         ${publicUrl}/docs`,
    ...(engines.temporalUiUrl === undefined ? [] : [`  Temporal UI  ${engines.temporalUiUrl}`]),
    `  Admin        ${first.email}, password ${password}`,
    ...engines.warnings.map((warning) => `  Note         ${warning}`),
  ];
  if (first.example !== undefined) {
    lines.push(
      '',
      'Run the example (no network needed):',
      `  curl -s -X POST '${publicUrl}/api/v1/flows/${first.example.flowId}/run?wait=10' -H 'content-type: application/json' -H 'authorization: Bearer ${first.example.token}' -d '{"input":{"name":"Ada"}}'`,
    );
  }
  lines.push('', 'Ctrl-C stops everything; the next start goes on where this one ended.', '');
  return lines.join('\n');
}

export const printBanner = (facts: BannerFacts): void => {
  process.stdout.write(`${bannerText(facts)}\n`);
};
