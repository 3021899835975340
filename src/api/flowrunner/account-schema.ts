import { ROLES } from '../../flow';
import type { Account } from '../../service/contract';
import { z } from '../zod-openapi';
import { Id, Paging, PagingReply, Time } from './common-schema';

const Name = z.string().trim().min(1).max(200);
const Email = z.email('must be an e-mail address').max(320);
/** How strong it is decides the use case: 422. */
const Password = z.string().min(1).max(1024);
const RoleName = z.enum(ROLES);
const Groups = z
  .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -'))
  .max(50)
  .openapi({ description: 'Free names; approvers are found by `group:<name>`.' });

export const AccountParams = z.object({ id: Id });
export const AccountListQuery = z.strictObject({ role: RoleName.optional(), ...Paging });
export const CreateAccountRequest = z
  .strictObject({ name: Name, email: Email, password: Password, role: RoleName, groups: Groups.optional() })
  .openapi('CreateAccountRequest');
export const UpdateAccountRequest = z
  .strictObject({ name: Name.optional(), email: Email.optional(), role: RoleName.optional(), groups: Groups.optional() })
  .refine((change) => Object.values(change).some((member) => member !== undefined), 'must change something')
  .openapi('UpdateAccountRequest');
export const PasswordRequest = z
  .strictObject({
    password: Password,
    current_password: Password.optional().openapi({ description: "Needed for one's own." }),
  })
  .openapi('PasswordRequest');

export const AccountReply = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: RoleName,
    groups: z.array(z.string()),
    created_at: Time,
    updated_at: Time,
  })
  .openapi('Account');
export const AccountListReply = z.strictObject({ accounts: z.array(AccountReply), ...PagingReply }).openapi('AccountList');

export const presentAccount = ({ id, name, email, role, groups, createdAt, updatedAt }: Account) => ({
  id,
  name,
  email,
  role,
  groups: [...groups],
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
});
