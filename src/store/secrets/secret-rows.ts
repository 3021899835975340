import type { SecretPlace } from '../../crypto/envelope';
import type { SecretOwner } from '../ports';

/** A secret as an adapter keeps it: nothing in it is readable without a key. */
export interface SealedSecret extends SecretPlace {
  /** Id of the key-encryption key that `wrapped` is under. */
  readonly kek: string;
  readonly wrapped: string;
  /** Bound to `version`, which counts the values that the secret had. */
  readonly version: number;
  readonly sealed: string;
  readonly allowedHosts: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * What an adapter does for secrets. Each change names what it found: `sealed` and `wrapped` are never written twice, so a change
 * that something else overtook (a replace, a delete and a new one) changes nothing.
 */
export interface SecretRows {
  /** False when the place is taken. */
  insert(row: SealedSecret): Promise<boolean>;
  get(place: SecretPlace): Promise<SealedSecret | undefined>;
  /** By key, ascending. */
  listOf(owner: SecretOwner): Promise<readonly SealedSecret[]>;
  change(
    found: SealedSecret,
    change: Partial<Pick<SealedSecret, 'sealed' | 'version' | 'allowedHosts' | 'updatedAt'>>,
  ): Promise<boolean>;
  rewrap(found: SealedSecret, change: Pick<SealedSecret, 'kek' | 'wrapped'>): Promise<boolean>;
  delete(place: SecretPlace): Promise<boolean>;
  deleteAllOf(owner: SecretOwner): Promise<number>;
  /** Of all workspaces, by place, ascending; for the rotation of keys. */
  listAll(after: SecretPlace | undefined, limit: number): Promise<readonly SealedSecret[]>;
}

/** Neither part holds a colon: ids are ours, keys are names. */
export const placeId = ({ workspace, account, key }: SecretPlace): string => `${workspace}:${account}:${key}`;
