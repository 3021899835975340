import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../engines';

export const HELP = `Reprise runs flows durably.

Usage: reprise <command>

  dev       everything in one process with embedded engines; data in .reprise/
  api       the HTTP API; needs MONGODB_URI, TEMPORAL_ADDRESS, REPRISE_JWT_SECRET, REPRISE_ENCRYPTION_KEYS
  worker    runs flows; needs the same
  workspace create <name> --admin-email <e-mail> [--password-file <path>]
            a workspace with its first admin; prints the password once
  workspace list
  secrets rotate
            wraps what older encryption keys wrapped under the first one
  engines   finds, downloads or builds the embedded engines, and ends
  help      this text
  version   the version of Reprise

Configuration is by environment variables: docs/configuration.md.`;

/** The version in package.json. */
export const repriseVersion = (): string =>
  (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { readonly version: string }).version;

export const versionText = (): string => `reprise ${repriseVersion()} (node ${process.versions.node})`;
