/** What the methods of com.atproto.server answer, but for those of sessions, given what stands behind them. */
import {equal} from 'node:assert/strict'
import type {Did} from '#atp/syntax/did.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {
  accountOf,
  cid,
  did,
  endpointTable,
  otherDid,
  rev,
  refuses,
  session,
  didDocs,
} from '../../../../../../../test/pds-endpoints.ts'
import type {Invite} from '../../../../store/accounts/invite-store.ts'
import {mailCode} from '../../../../mail/email-tokens.ts'
import {endpoint as activateAccount} from './activateAccount.ts'
import {endpoint as checkAccountStatus} from './checkAccountStatus.ts'
import {endpoint as confirmEmail} from './confirmEmail.ts'
import {endpoint as createAccount} from './createAccount.ts'
import {endpoint as createInviteCode} from './createInviteCode.ts'
import {endpoint as createInviteCodes} from './createInviteCodes.ts'
import {endpoint as deactivateAccount} from './deactivateAccount.ts'
import {endpoint as deleteAccount} from './deleteAccount.ts'
import {endpoint as describeServer} from './describeServer.ts'
import {endpoint as getAccountInviteCodes} from './getAccountInviteCodes.ts'
import {endpoint as requestAccountDelete} from './requestAccountDelete.ts'
import {endpoint as requestEmailConfirmation} from './requestEmailConfirmation.ts'
import {endpoint as requestEmailUpdate} from './requestEmailUpdate.ts'
import {endpoint as requestPasswordReset} from './requestPasswordReset.ts'
import {endpoint as reserveSigningKey} from './reserveSigningKey.ts'
import {endpoint as resetPassword} from './resetPassword.ts'
import {endpoint as updateEmail} from './updateEmail.ts'

endpointTable(activateAccount, {
  auth: 'full',
  rows: [
    {it: 'lets the account serve', deps: note => ({standing: {activate: async who => note(who)}}), asks: [did]},
    {
      it: 'is refused while the document leads elsewhere',
      deps: () => ({standing: {activate: refuses('not-here')}}),
      fails: 'InvalidRequest',
    },
    {
      it: 'is refused while the document cannot be had',
      deps: () => ({standing: {activate: refuses('directory-failed')}}),
      fails: 'UpstreamFailure',
      status: 502,
    },
  ],
})

const status = {
  activated: false,
  validDid: true,
  repoCommit: cid,
  repoRev: rev,
  repoBlocks: 3,
  indexedRecords: 2,
  privateStateValues: 1,
  expectedBlobs: 5,
  importedBlobs: 4,
} as const
endpointTable(checkAccountStatus, {
  auth: 'sessionOrClient',
  rows: [
    {
      it: 'tells how far the account is',
      deps: () => ({standing: {check: async () => status as never}}),
      gives: status,
    },
    {
      it: 'is refused where there is no repository',
      deps: () => ({standing: {check: refuses('no-repo')}}),
      fails: 'InvalidRequest',
    },
  ],
})

const confirming = {email: 'alice@example.com', token: 'AAAAA-BBBBB'}
endpointTable(confirmEmail, {
  auth: 'sessionOrClient',
  rows: [
    {
      it: 'confirms the address by its code',
      deps: note => ({emails: {confirm: async (...all) => note(...all)}}),
      input: confirming,
      asks: [[did, confirming.email, confirming.token]],
    },
    ...(
      [
        ['account-gone', 'AccountNotFound'],
        ['code-expired', 'ExpiredToken'],
        ['wrong-code', 'InvalidToken'],
        ['wrong-email', 'InvalidEmail'],
      ] as const
    ).map(([reason, fails]) => ({
      it: `answers ${fails}`,
      deps: () => ({emails: {confirm: refuses(reason)}}),
      input: confirming,
      fails,
    })),
  ],
})

const invitation = (note: (asked: unknown) => void) => ({
  code: undefined,
  [Symbol.dispose]: () => note('released'),
})
const joining = {handle: 'alice.test', email: 'alice@example.com', password: 'correct horse', inviteCode: 'code'}
const joined = {accessJwt: 'access', refreshJwt: 'refresh', did, handle: 'alice.test', didDoc: {id: did}}
endpointTable(createAccount, {
  auth: 'none',
  rows: [
    {
      it: 'takes no operation that somebody else has written',
      input: {...joining, plcOp: {}},
      fails: 'InvalidRequest',
      says: /plcOp/,
    },
    {
      it: 'behind an entryway finishes what that has begun',
      deps: note => ({
        accountsFrom: 'entryway' as const,
        accounts: {
          async admit(...all) {
            note(...all)
            return session
          },
        },
        didDocs,
      }),
      input: {...joining, did, plcOp: {prev: null}},
      gives: joined,
      asks: [[did, joining.handle, {prev: null}]],
    },
    {
      it: 'behind an entryway is for that alone',
      deps: () => ({accountsFrom: 'entryway' as const}),
      input: joining,
      fails: 'InvalidRequest',
      says: /entryway/,
    },
    ...['UnresolvableDid', 'IncompatibleDidDoc'].map(fails => ({
      it: `answers ${fails} for an identity that cannot be looked up, or names no key`,
      deps: (note: (asked: unknown) => void) => ({
        invites: {hold: async () => invitation(note)},
        newcomers: {demand: () => Promise.reject(new XrpcError(fails, 'No.'))},
      }),
      input: {...joining, did},
      fails,
      status: 400,
      asks: ['released'],
    })),
    {
      it: 'makes an account with an identity of its own, once a place is held for it',
      deps: note => ({
        invites: {
          async hold(code) {
            note(code)
            return invitation(note)
          },
        },
        accounts: {
          async signUp({handle, email}) {
            note(handle, email)
            return session
          },
        },
        didDocs,
      }),
      input: joining,
      gives: joined,
      asks: ['code', ['alice.test', 'alice@example.com'], 'released'],
    },
    {
      it: 'takes over an identity, whose owner wants it so',
      deps: note => ({
        invites: {hold: async () => invitation(() => {})},
        newcomers: {demand: async (_, who) => note(who)},
        accounts: {
          async takeOver(who) {
            note(who)
            return session
          },
        },
        didDocs,
      }),
      input: {...joining, did},
      gives: joined,
      asks: [did, did],
    },
    {
      it: 'does nothing for an identity whose owner did not sign',
      deps: note => ({
        invites: {hold: async () => invitation(note)},
        newcomers: {demand: () => Promise.reject(new XrpcError('MissingJwt', 'No.'))},
      }),
      input: {...joining, did},
      fails: 'MissingJwt',
      status: 401,
      asks: ['released'],
    },
    {
      it: 'does nothing without a place',
      deps: () => ({invites: {hold: refuses('bad-invite-code')}}),
      input: joining,
      fails: 'InvalidInviteCode',
    },
    ...(
      [
        ['bad-handle', 'InvalidHandle'],
        ['bad-password', 'InvalidPassword'],
        ['handle-taken', 'HandleNotAvailable'],
        ['unsupported-domain', 'UnsupportedDomain'],
        ['email-taken', 'InvalidRequest'],
      ] as const
    ).map(([reason, fails]) => ({
      it: `answers ${fails} for ${reason}, and gives the place back`,
      deps: (note: (asked: unknown) => void) => ({
        invites: {hold: async () => invitation(note)},
        accounts: {signUp: refuses(reason)},
      }),
      input: joining,
      fails,
      asks: ['released'],
    })),
  ],
})

endpointTable(createInviteCode, {
  auth: 'admin',
  rows: [
    {
      it: 'makes one code, the admin’s unless somebody else’s',
      deps: note => ({
        invites: {
          async create(...all) {
            note(...all)
            return [{account: 'admin', codes: ['a']}]
          },
        },
      }),
      input: {useCount: 3},
      gives: {code: 'a'},
      asks: [[['admin'], 1, 3]],
    },
  ],
})

endpointTable(createInviteCodes, {
  auth: 'admin',
  rows: [
    {
      it: 'makes as many for each account as are wanted',
      deps: note => ({
        invites: {
          async create(...all) {
            note(...all)
            return [{account: did, codes: ['a', 'b']}]
          },
        },
      }),
      input: {codeCount: 2, useCount: 1, forAccounts: [did]},
      gives: {codes: [{account: did, codes: ['a', 'b']}]},
      asks: [[[did], 2, 1]],
    },
    {
      it: 'makes no more than ten thousand',
      input: {codeCount: 5_001, useCount: 1, forAccounts: [did, otherDid]},
      fails: 'InvalidRequest',
      says: /10000/,
    },
  ],
})

endpointTable(deactivateAccount, {
  auth: 'leaver',
  rows: [
    {
      it: 'puts the account at rest',
      deps: note => ({standing: {deactivate: async (...all) => note(...all)}}),
      input: {},
      asks: [[did, null]],
    },
    {
      it: 'has it deleted at a time',
      deps: note => ({standing: {deactivate: async (...all) => note(...all)}}),
      input: {deleteAfter: '1970-01-01T00:00:01Z'},
      asks: [[did, 1_000]],
    },
  ],
})

const deleting = {did, password: 'correct horse', token: 'AAAAA-BBBBB'}
const tried =
  (isOwner: boolean, code: () => Promise<void>, passwordHash: string | null = 'hash') =>
  (note: (...asked: unknown[]) => void) => ({
    limits: {takeLogin: async () => ({right: async () => note('right')})},
    logins: {isOwner: async () => isOwner},
    emailTokens: {demand: code},
    standing: {remove: async (...all: unknown[]) => note('removed', ...all)},
    accountStore: {byDid: async () => accountOf({passwordHash})},
  })
endpointTable(deleteAccount, {
  auth: 'none',
  rows: [
    {
      it: 'deletes the account by its password and the code',
      deps: tried(true, async () => {}),
      input: deleting,
      asks: ['right', ['removed', did, mailCode('delete_account', deleting.token)]],
    },
    {
      it: 'wants the right password',
      deps: tried(false, async () => {}),
      input: deleting,
      fails: 'InvalidToken',
      asks: [],
    },
    {
      it: 'tells a wrong code from a wrong password to nobody',
      deps: tried(true, refuses('wrong-code')),
      input: deleting,
      fails: 'InvalidToken',
      says: /password or the code/,
      asks: [],
    },
    ...[async () => {}, refuses('wrong-code'), refuses('code-expired')].map(code => ({
      it: 'tells whoever has no password where to go, and nothing of his code',
      deps: tried(false, code, null),
      input: deleting,
      fails: 'InvalidToken' as const,
      says: /pages of your account/,
      asks: [],
    })),
    {
      it: 'tells whoever has an old code that it is old',
      deps: tried(false, refuses('code-expired')),
      input: deleting,
      fails: 'ExpiredToken',
      asks: [],
    },
  ],
})

endpointTable(describeServer, {
  auth: 'none',
  rows: [
    {
      it: 'tells what whoever wants an account is to know',
      deps: () => ({
        service: 'did:web:pds.example.com' as Did,
        handleDomains: ['.example.com'],
        inviteRequired: true,
        blobSizeMax: 1_000,
        about: {privacyPolicyUrl: 'https://example.com/p', termsOfServiceUrl: undefined, contactEmail: 'a@example.com'},
      }),
      check: async response => {
        const text = await response.text()
        equal(
          text,
          JSON.stringify({
            did: 'did:web:pds.example.com',
            availableUserDomains: ['.example.com'],
            inviteCodeRequired: true,
            phoneVerificationRequired: false,
            blobUploadLimit: 1_000,
            links: {privacyPolicy: 'https://example.com/p'},
            contact: {email: 'a@example.com'},
          }),
        )
      },
    },
  ],
})

const inviteOf = (code: string, more: Partial<Invite> = {}): Invite => ({
  code,
  uses: 1,
  disabled: false,
  forAccount: did,
  createdBy: 'admin',
  createdMs: 0,
  usedBy: [],
  ...more,
})
const inviteJson = (code: string, uses: object[] = []) => ({
  code,
  available: 1,
  disabled: false,
  forAccount: did,
  createdBy: 'admin',
  createdAt: '1970-01-01T00:00:00.000Z',
  uses,
})
const used = inviteOf('used', {usedBy: [{did: otherDid, usedMs: 1}]})
const holding = (note: (...asked: unknown[]) => void) => ({
  accountStore: {byDid: async () => accountOf()},
  invites: {
    async listOf(_: unknown, earn: boolean) {
      note(earn)
      return [inviteOf('open'), used]
    },
  },
})
endpointTable(getAccountInviteCodes, {
  auth: 'full',
  never: {DuplicateCreate: 'codes that were earned are made in one act with the look at them'},
  rows: [
    {
      it: 'lists all codes, with what has been earned',
      deps: holding,
      gives: {
        codes: [inviteJson('open'), inviteJson('used', [{usedBy: otherDid, usedAt: '1970-01-01T00:00:00.001Z'}])],
      },
      asks: [true],
    },
    {
      it: 'lists only those that can be used, and earns none, if so wanted',
      deps: holding,
      params: {includeUsed: false, createAvailable: false},
      gives: {codes: [inviteJson('open')]},
      asks: [false],
    },
    {
      it: 'is refused for an account that is gone',
      deps: () => ({accountStore: {byDid: async () => undefined}}),
      fails: 'InvalidRequest',
    },
  ],
})

for (const [make, purpose, auth] of [
  [requestAccountDelete, 'delete_account', 'full'],
  [requestEmailConfirmation, 'confirm_email', 'sessionOrClient'],
] as const) {
  endpointTable(make, {
    auth,
    rows: [
      {
        it: 'sends the code for just that',
        deps: note => ({emails: {sendCode: async (...all) => note(...all)}}),
        asks: [[did, purpose]],
      },
      {
        it: 'is refused without an address to send it to',
        deps: () => ({emails: {sendCode: refuses('no-email')}}),
        fails: 'InvalidRequest',
      },
      {
        it: 'says when no mail goes out',
        deps: () => ({emails: {sendCode: refuses('mail-failed')}}),
        fails: 'UpstreamFailure',
        status: 502,
      },
    ],
  })
}

endpointTable(requestEmailUpdate, {
  auth: 'full',
  beyond: ['AccountNotFound'],
  rows: [
    {
      it: 'says whether a code is needed',
      deps: () => ({emails: {requestChange: async () => true}}),
      gives: {tokenRequired: true},
    },
    {
      it: 'says when no mail goes out',
      deps: () => ({emails: {requestChange: refuses('mail-failed')}}),
      fails: 'UpstreamFailure',
      status: 502,
    },
    {
      it: 'is refused for an account that is gone',
      deps: () => ({emails: {requestChange: refuses('account-gone')}}),
      fails: 'AccountNotFound',
    },
  ],
})

endpointTable(requestPasswordReset, {
  auth: 'none',
  rows: [
    {
      it: 'answers the same whether or not there is such an account, and asks whether it may be mailed',
      deps: note => ({
        emails: {requestPasswordReset: (email, mayMail) => void mayMail(did).then(may => note(email, may))},
        limits: {mayMail: async who => who === otherDid},
      }),
      input: {email: 'alice@example.com'},
      asks: [['alice@example.com', false]],
    },
  ],
})

endpointTable(reserveSigningKey, {
  auth: 'none',
  rows: [
    {
      it: 'gives the key that is kept for the account',
      deps: note => ({
        accounts: {
          async reserveKey(who) {
            note(who)
            return 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'
          },
        },
      }),
      input: {did},
      gives: {signingKey: 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'},
      asks: [did],
    },
    {
      it: 'is refused to whoever has too many',
      deps: () => ({accounts: {reserveKey: refuses('too-many-keys')}}),
      input: {},
      fails: 'RateLimitExceeded',
      status: 429,
    },
  ],
})

const resetting = {token: 'AAAAA-BBBBB', password: 'new password'}
endpointTable(resetPassword, {
  auth: 'none',
  rows: [
    {
      it: 'replaces the password, and spends the code with it',
      deps: note => ({
        emailTokens: {ownerOf: async () => did},
        accounts: {changePassword: async (...all) => note(...all)},
      }),
      input: resetting,
      asks: [[did, 'new password', {code: mailCode('reset_password', resetting.token)}]],
    },
    {
      it: 'leaves the code as it is when the password will not do',
      deps: () => ({emailTokens: {ownerOf: async () => did}, accounts: {changePassword: refuses('bad-next-password')}}),
      input: resetting,
      fails: 'InvalidRequest',
    },
    {
      it: 'wants the right code',
      deps: () => ({emailTokens: {ownerOf: refuses('wrong-code')}}),
      input: resetting,
      fails: 'InvalidToken',
    },
    {
      it: 'wants a new code',
      deps: () => ({emailTokens: {ownerOf: refuses('code-expired')}}),
      input: resetting,
      fails: 'ExpiredToken',
    },
  ],
})

endpointTable(updateEmail, {
  auth: 'full',
  rows: [
    {
      it: 'gives the account another address',
      deps: note => ({factors: {updateEmail: async (...all) => note(...all)}}),
      input: {email: 'new@example.com', token: 'AAAAA-BBBBB', emailAuthFactor: false},
      asks: [[did, {email: 'new@example.com', token: 'AAAAA-BBBBB', emailAuthFactor: false}]],
    },
    ...(
      [
        ['code-needed', 'TokenRequired'],
        ['wrong-code', 'InvalidToken'],
        ['code-expired', 'ExpiredToken'],
        ['email-taken', 'InvalidRequest'],
        ['bad-factor', 'InvalidRequest'],
      ] as const
    ).map(([reason, fails]) => ({
      it: `answers ${fails} for ${reason}`,
      deps: () => ({factors: {updateEmail: refuses(reason)}}),
      input: {email: 'new@example.com'},
      fails,
    })),
  ],
})
