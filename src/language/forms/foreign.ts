import type { FlowForm, Issue } from '../../flow';
import type { SourceDocument } from '../document';

/** A definition of another form, written in ours: what the one compiler checks and assembles. */
export interface Foreign {
  readonly form: FlowForm;
  readonly document: SourceDocument;
  /** Faults that the translation found; the compiler adds its own. */
  readonly issues: readonly Issue[];
  readonly enabled?: boolean;
}
