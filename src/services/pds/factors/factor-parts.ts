/** Wires what signs people in: see `sign-in.ts` and `factors.ts` for the rules. */
import type {Did} from '#atp/syntax/did.ts'
import type {World} from '#std/world.ts'
import type {Logins} from '../accounts/logins.ts'
import type {EmailTokens} from '../mail/email-tokens.ts'
import type {Emails} from '../mail/emails.ts'
import type {AccountStore} from '../store/accounts/account-store.ts'
import type {FactorStore} from '../store/factors/factor-store.ts'
import {Challenges} from './challenges.ts'
import {FactorChecks} from './factor-checks.ts'
import {Factors} from './factors.ts'
import {MailedCodes} from './mailed-codes.ts'
import {Passkeys} from './passkeys.ts'
import {RecoveryCodes} from './recovery-codes.ts'
import {Seal} from './seal.ts'
import {SignIn} from './sign-in.ts'
import {Authenticators} from './totp.ts'

export interface FactorPartsOptions {
  accounts: AccountStore
  store: FactorStore
  /** 32 bytes */
  secret: Uint8Array
  logins: Logins
  emails: Emails
  emailTokens: EmailTokens
  /** Whether one more mail may go to this account at the word of somebody who is not signed in. */
  mayMail: (did: Did) => Promise<boolean>
  world: World
  publicUrl: string
}

export function factorParts(options: FactorPartsOptions): {signIn: SignIn; factors: Factors; seal: Seal} {
  const {accounts, store, secret, logins, emails, emailTokens, mayMail, world, publicUrl} = options
  const seal = new Seal(secret, world)
  const authenticators = new Authenticators({store, seal, world, issuer: new URL(publicUrl).hostname})
  const recoveryCodes = new RecoveryCodes({store, seal, world})
  const passkeys = new Passkeys({store, challenges: new Challenges(world), world, publicUrl})
  const warn = (did: Did) =>
    emails.notify(did, 'guesses', 'Wrong codes were entered many times with the right password')
  const mailedCodes = new MailedCodes({emails, mayMail})
  const checks = new FactorChecks({store, authenticators, recoveryCodes, passkeys, emailTokens, warn, world})
  const signIn = new SignIn({accounts, factors: store, logins, checks, passkeys, mailedCodes, world})
  const factors = new Factors({
    accounts,
    store,
    logins,
    checks,
    authenticators,
    passkeys,
    recoveryCodes,
    mailedCodes,
    emails,
    world,
  })
  return {signIn, factors, seal}
}
