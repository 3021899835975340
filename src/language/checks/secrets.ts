import { SECRET_KEY } from '../../flow';
import type { Reference } from '../../flow/expr';
import type { Use } from '../draft';
import type { IssueList } from '../issues';
import type { Place } from '../place';

/** A secret that the flow cannot do without, and where it is used. */
export interface SecretUse {
  readonly secret: string;
  readonly place: Place;
}

/** X14: a literal name, and only in a field that its node type marks. One with a default is not needed for a start. */
export const checkSecret = (reference: Reference, use: Use, issues: IssueList, found: SecretUse[]): void => {
  const [name, ...rest] = reference.path;
  if (use.secretCapable !== true) {
    issues.add(
      'secret_not_allowed_here',
      use.place,
      'Secrets may be used only where they are sent or worked on: url, query, headers, body and auth of a request, `input` of a script. Move it there.',
    );
  } else if (typeof name !== 'string' || rest.length > 0 || reference.dynamic || !SECRET_KEY.test(name)) {
    issues.add(
      'secret_not_literal',
      use.place,
      'A secret is named in full, as `secrets.API_KEY`, and its value is text; write its name so.',
    );
  } else if (!reference.optional) found.push({ secret: name, place: use.place });
};
