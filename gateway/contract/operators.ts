/** Shapes of `/api/auth`, `/api/admin/operators` and `/api/admin/tokens`. Instants are epoch milliseconds. */
import { z } from 'zod';
import { LONGEST, PATTERNS, SHORTEST_PASSWORD } from './bounds.ts';
import { instant, instantInput, listOf, listQuery, NO_CONTROL, roleSchema } from './common.ts';
import { userLocaleSchema } from './user-locale.ts';

const name = z.string().trim().max(LONGEST.operatorName).regex(PATTERNS.noControl, NO_CONTROL);
const email = z.string().trim().max(LONGEST.operatorEmail).regex(PATTERNS.operatorEmail, 'must be an e-mail address');
/** A password to sign in with now, whatever the rules for new ones. */
const password = z.string().min(1).max(LONGEST.password);
export const newPassword = z
  .string()
  .min(SHORTEST_PASSWORD, `must have at least ${SHORTEST_PASSWORD} characters`)
  .max(LONGEST.password);
const totpCode = z.string().trim().regex(PATTERNS.oneTimeCode, 'must be six digits');
const totpOrRecoveryCode = z.string().trim().regex(PATTERNS.signInCode, 'must be six digits or a recovery code');

export const operatorSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  locale: z.string().nullable(),
  /** Whether signing in needs a code besides the password. */
  totp: z.boolean(),
  /** False for the desktop's own owner, who signs in through the app only. */
  hasPassword: z.boolean(),
  disabledAt: instant.nullable(),
  lockedUntil: instant.nullable(),
  createdAt: instant,
  lastLoginAt: instant.nullable(),
});
export type Operator = z.infer<typeof operatorSchema>;

export const loginInput = z.object({
  email: z.string().trim().min(1).max(LONGEST.operatorEmail),
  password,
  /** A code of the authenticator app; or a recovery code, which is used up by it. */
  totp: totpOrRecoveryCode.optional(),
});
export type LoginInput = z.infer<typeof loginInput>;

/** `token` goes into `authorization: Bearer …` until `expiresAt`; a refresh, by cookie, gives the next. */
export const signedIn = z.object({
  token: z.string(),
  expiresAt: instant,
  operator: operatorSchema,
  /** How many are left, where a recovery code has just been used. */
  recoveryCodesLeft: z.int().optional(),
});
export type SignedIn = z.infer<typeof signedIn>;

const hex64 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');
export const localChallengeInput = z.strictObject({ nonce: hex64 });
/** `proof` shows that the gateway knows the secret in its data directory; the app answers `nonce` with one of its own. */
export const localChallenge = z.object({ gatewayId: z.string(), nonce: hex64, proof: hex64 });
export const localAnswerInput = z.strictObject({ nonce: hex64, proof: hex64 });

export const SAFE_MODES = ['silent', 'confirm', 'password'] as const;
/**
 * What is asked before something dangerous: nothing where it can be taken back, whether it is meant, or the password too.
 */
export const safeModeSchema = z.enum(SAFE_MODES);
export type SafeMode = z.infer<typeof safeModeSchema>;

/** Left out by an operator who has no password. */
export const confirmInput = z.strictObject({ password: password.optional() });
/** Goes into the header `x-confirmation` of dangerous calls, until `expiresAt`. */
export const confirmed = z.object({ confirmation: z.string(), expiresAt: instant });
export type Confirmed = z.infer<typeof confirmed>;

export const meSchema = z.object({
  operator: operatorSchema,
  /** The role that this call acts with: an API token may have less than its operator. */
  role: roleSchema,
  /** The least that the team asks before something dangerous. */
  safeMode: safeModeSchema,
  /** How many recovery codes are still good; null while one-time codes are off. */
  recoveryCodesLeft: z.int().nullable(),
});
export type Me = z.infer<typeof meSchema>;

/** The current password may be left out by an operator who has none. */
export const passwordInput = z.strictObject({ current: password.optional(), next: newPassword });
export const totpEnrolment = z.object({
  /** Base32, for those who type it. */
  secret: z.string(),
  /** `otpauth://…`, for a QR code. */
  uri: z.string(),
});
export const totpConfirmInput = z.strictObject({
  password: password.optional(),
  secret: z.string().regex(/^[A-Z2-7]{32,64}$/, 'must be the secret of the enrolment'),
  code: totpCode,
});
/** The only time that the codes themselves are shown. */
export const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof recoveryCodes>;
/** What proves again that it is the operator: whoever has lost the phone gives a recovery code. */
export const totpProof = z.strictObject({ password: password.optional(), code: totpOrRecoveryCode });
export type TotpProof = z.infer<typeof totpProof>;

export const sessionSchema = z.object({
  id: z.string(),
  /** The one that asks. */
  current: z.boolean(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: instant,
  expiresAt: instant,
});
export const sessionList = z.object({ items: z.array(sessionSchema) });

export const operatorQuery = listQuery;
export const operatorList = listOf(operatorSchema);
export const operatorInput = z.strictObject({
  email,
  name: name.default(''),
  role: roleSchema,
  password: newPassword,
  locale: userLocaleSchema.nullable().default(null),
});
export type OperatorInput = z.infer<typeof operatorInput>;
export const operatorChanges = z.strictObject({
  email: email.optional(),
  name: name.optional(),
  role: roleSchema.optional(),
  password: newPassword.optional(),
  locale: userLocaleSchema.nullable().optional(),
  /** A disabled operator's sessions and tokens are refused. */
  disabled: z.boolean().optional(),
});
export type OperatorChanges = z.infer<typeof operatorChanges>;

export const tokenSchema = z.object({
  id: z.string(),
  operatorId: z.string(),
  /** Whose it is: the operator's name, or the e-mail address. */
  operator: z.string(),
  name: z.string(),
  /** The last four characters. */
  hint: z.string(),
  role: roleSchema,
  expiresAt: instant.nullable(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});
export type Token = z.infer<typeof tokenSchema>;
export const tokenList = listOf(tokenSchema);
export const tokenInput = z.strictObject({
  name: name.min(1),
  /** At most the operator's own role. */
  role: roleSchema,
  expiresAt: instantInput.nullable().default(null),
});
export type TokenInput = z.infer<typeof tokenInput>;
/** The only time that the token itself is shown. */
export const newTokenSchema = tokenSchema.extend({ token: z.string() });
