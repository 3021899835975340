import type { Outbound } from '../egress';
import type { Issue, Json } from '../flow';
import type { Logger } from '../logger';
import type { Mailer } from './mail/mailer';
import type {
  AccountStore,
  ApprovalStore,
  ArtifactStore,
  FlowStore,
  KvStore,
  RunStore,
  SecretStore,
  SideLogStore,
  SlotStore,
} from '../store/ports';
import type { ActivityRuntime } from './runtime';
import type { Sandbox } from './sandbox';

/** All that activities reach: no other I/O, clock or randomness. */
export interface ActivityDeps {
  readonly stores: {
    readonly kv: KvStore;
    readonly flows: FlowStore;
    readonly runs: RunStore;
    readonly sideLog: Pick<SideLogStore, 'append'>;
    readonly secrets: SecretStore;
    readonly slots: SlotStore;
    readonly approvals: ApprovalStore;
    readonly accounts: Pick<AccountStore, 'list'>;
  };
  readonly artifacts: ArtifactStore;
  readonly outbound: Outbound;
  readonly sandbox: Sandbox;
  /** Absent: the operator has set no mail server. */
  readonly mailer?: Mailer;
  /** Signs webhooks that bring no secret of their own. */
  readonly webhookSecret?: string;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly now: () => number;
  /** Faults of a run input against the JSON Schema of its flow version (src/language). */
  readonly checkInput: (schema: Json, input: Json) => readonly Issue[];
  /** Temporal's by default. */
  readonly runtime?: () => ActivityRuntime;
}
