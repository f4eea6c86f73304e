/** What the methods of com.atproto.server on sessions, app passwords and service tokens answer. */
import {XrpcError} from '#xrpc/errors.ts'
import {accountOf, did, didDocs, endpointTable, refuses, session} from '../../../../../../../test/pds-endpoints.ts'
import {endpoint as createAppPassword} from './createAppPassword.ts'
import {endpoint as createSession} from './createSession.ts'
import {endpoint as deleteSession} from './deleteSession.ts'
import {endpoint as getServiceAuth} from './getServiceAuth.ts'
import {endpoint as getSession} from './getSession.ts'
import {endpoint as listAppPasswords} from './listAppPasswords.ts'
import {endpoint as refreshSession} from './refreshSession.ts'
import {endpoint as revokeAppPassword} from './revokeAppPassword.ts'

const sessionJson = {
  accessJwt: 'access',
  refreshJwt: 'refresh',
  did,
  handle: 'alice.test',
  didDoc: {id: did},
  email: 'alice@example.com',
  emailConfirmed: false,
  emailAuthFactor: false,
  active: true,
}

endpointTable(createAppPassword, {
  auth: 'full',
  never: {AccountTakedown: 'whoever was taken down is refused as a caller: see callers.test.ts'},
  rows: [
    {
      it: 'shows the password this once',
      deps: note => ({
        logins: {
          async addAppPassword(...all) {
            note(...all)
            return {name: 'bot', password: 'aaaa-bbbb-cccc-dddd', passwordHash: 'x', privileged: false, createdMs: 0}
          },
        },
      }),
      input: {name: 'bot'},
      gives: {name: 'bot', password: 'aaaa-bbbb-cccc-dddd', privileged: false, createdAt: '1970-01-01T00:00:00.000Z'},
      asks: [[did, 'bot', false]],
    },
    {
      it: 'is refused for a name that is taken',
      deps: () => ({logins: {addAppPassword: refuses('bad-app-password-name')}}),
      input: {name: 'bot'},
      fails: 'InvalidRequest',
    },
  ],
})

const login = {identifier: 'alice.test', password: 'correct horse'}
endpointTable(createSession, {
  auth: 'none',
  rows: [
    {
      it: 'logs in, and counts the try as no guess',
      deps: note => ({
        logins: {find: async () => accountOf()},
        signIn: {
          async session(account, password, more) {
            note(account?.did, password, more)
            return session
          },
        },
        limits: {takeLogin: async (identifier, who) => ({right: async () => note('right', identifier, who)})},
        didDocs,
      }),
      input: {...login, allowTakendown: true, authFactorToken: '123456'},
      headers: {'user-agent': 'Sky/1.0'},
      gives: sessionJson,
      asks: [
        [did, 'correct horse', {token: '123456', takendown: true, asker: 'local', userAgent: 'Sky/1.0'}],
        ['right', 'alice.test', did],
      ],
    },
    {
      it: 'asks for the second factor of whoever has one, and a right password is no guess',
      deps: note => ({
        logins: {find: async () => accountOf()},
        signIn: {session: refuses('factor-needed')},
        limits: {takeLogin: async () => ({right: async () => note('right')})},
      }),
      input: login,
      fails: 'AuthFactorTokenRequired',
      status: 401,
      asks: ['right'],
    },
    ...(
      [
        ['wrong-login', 'AuthenticationRequired', 401],
        ['account-takendown', 'AccountTakedown', 401],
        ['wrong-factor', 'InvalidToken', 400],
        ['factor-locked', 'RateLimitExceeded', 429],
      ] as const
    ).map(([reason, fails, status]) => ({
      it: `answers ${fails}, and lets the try count`,
      deps: (note: (asked: unknown) => void) => ({
        logins: {find: async () => undefined},
        signIn: {session: refuses(reason)},
        limits: {takeLogin: async () => ({right: async () => note('right')})},
      }),
      input: login,
      fails,
      status,
      asks: [],
    })),
    ...(
      [
        ['alice.test', null, /passkey.*app password/],
        [' @alice.test', null, /passkey.*app password/],
        [did, null, /passkey.*app password/],
        ['alice@example.com', null, /^No\./],
        ['alice.test', 'hash', /^No\./],
      ] as const
    ).map(([identifier, passwordHash, says]) => ({
      it: `says to whoever has no password what to do instead, and to nobody whose address it is (${identifier})`,
      deps: (note: (asked: unknown) => void) => ({
        logins: {find: async () => accountOf({passwordHash})},
        signIn: {session: refuses('wrong-login')},
        limits: {takeLogin: async () => ({right: async () => note('right')})},
      }),
      input: {...login, identifier},
      fails: 'AuthenticationRequired' as const,
      status: 401,
      says,
      asks: [],
    })),
    {
      it: 'looks at no password once there were too many tries',
      deps: () => ({
        logins: {find: async () => accountOf()},
        limits: {
          async takeLogin() {
            throw new XrpcError('RateLimitExceeded', 'No.')
          },
        },
      }),
      input: login,
      fails: 'RateLimitExceeded',
      status: 429,
    },
  ],
})

endpointTable(deleteSession, {
  auth: 'refresh',
  rows: [
    {
      it: 'ends the session of the refresh token',
      deps: note => ({logins: {logOut: async token => note(token)}}),
      asks: ['refresh token'],
    },
    {
      it: 'answers InvalidToken for a token that is none',
      deps: () => ({logins: {logOut: refuses('bad-token')}}),
      fails: 'InvalidToken',
    },
    {
      it: 'answers ExpiredToken for one that has run out',
      deps: () => ({logins: {logOut: refuses('token-expired')}}),
      fails: 'ExpiredToken',
    },
  ],
})

const aud = 'did:web:video.example.com'
const upload = 'com.atproto.repo.uploadBlob'
const minting = (note: (...asked: unknown[]) => void) => ({
  serviceTokens: {
    async mint(...all: unknown[]) {
      note(...all)
      return 'token'
    },
  },
  world: {now: () => 1_000_000},
})
endpointTable(getServiceAuth, {
  auth: 'anyoneOrClient',
  rows: [
    {
      it: 'signs a token for one service and one method',
      deps: minting,
      params: {aud, lxm: upload},
      gives: {token: 'token'},
      asks: [[did, aud, upload, undefined]],
    },
    {
      it: 'takes a service by the name in its document, and a time within the hour',
      deps: minting,
      params: {aud: `${aud}#video`, lxm: upload, exp: 4_600},
      gives: {token: 'token'},
      asks: [[did, `${aud}#video`, upload, 4_600]],
    },
    ...[999, 1_000, 4_601].map(exp => ({
      it: `refuses a token until second ${exp}, where it is second 1000`,
      deps: minting,
      params: {aud, lxm: upload, exp},
      fails: 'BadExpiration',
      asks: [],
    })),
    {
      it: 'refuses more than a minute for a token of any method',
      deps: minting,
      params: {aud, exp: 1_061},
      fails: 'BadExpiration',
    },
    ...['did:key:zQ3sh', 'did:foo:bar', `${aud}#`, 'https://video.example.com', '#video'].map(none => ({
      it: `refuses a service that is none: ${none}`,
      deps: minting,
      params: {aud: none, lxm: upload},
      fails: 'InvalidRequest',
      asks: [],
    })),
    {
      it: 'refuses a token for what only this server may be asked',
      deps: minting,
      params: {aud, lxm: 'com.atproto.server.createAppPassword'},
      fails: 'InvalidRequest',
      asks: [],
    },
    {
      it: 'refuses to an app password what it may not do itself',
      deps: minting,
      caller: {did, scope: 'com.atproto.appPass'},
      params: {aud, lxm: 'chat.bsky.convo.getLog'},
      fails: 'InvalidRequest',
      asks: [],
    },
    {
      it: 'lets the owner of an account that was taken down only leave',
      deps: minting,
      caller: {did, scope: 'com.atproto.takendown'},
      params: {aud, lxm: upload},
      fails: 'InvalidToken',
      asks: [],
    },
  ],
})

const {accessJwt: _access, refreshJwt: _refresh, ...whose} = sessionJson
endpointTable(getSession, {
  auth: 'sessionOrClient',
  rows: [
    {it: 'tells whose session it is', deps: () => ({accounts: {find: async () => accountOf()}, didDocs}), gives: whose},
    {
      it: 'leaves out the document that leads elsewhere, and the address that is not there',
      deps: () => ({
        accounts: {find: async () => accountOf({email: null, handle: null, deactivatedMs: 1})},
        didDocs: {documentHere: async () => undefined},
      }),
      gives: {did, handle: 'handle.invalid', active: false, status: 'deactivated'},
    },
    {
      it: 'is refused for an account that is gone',
      deps: () => ({accounts: {find: async () => undefined}}),
      fails: 'InvalidRequest',
    },
  ],
})

endpointTable(listAppPasswords, {
  auth: 'full',
  never: {AccountTakedown: 'whoever was taken down is refused as a caller: see callers.test.ts'},
  rows: [
    {
      it: 'lists names, and no passwords',
      deps: () => ({
        logins: {appPasswords: async () => [{name: 'bot', passwordHash: 'x', privileged: true, createdMs: 1_000}]},
      }),
      gives: {passwords: [{name: 'bot', privileged: true, createdAt: '1970-01-01T00:00:01.000Z'}]},
    },
  ],
})

endpointTable(refreshSession, {
  auth: 'refresh',
  rows: [
    {
      it: 'gives the next session',
      deps: note => ({
        logins: {
          async refresh(token) {
            note(token)
            return session
          },
        },
        didDocs,
      }),
      gives: sessionJson,
      asks: ['refresh token'],
    },
    ...(
      [
        ['account-takendown', 'AccountTakedown', 401],
        ['bad-token', 'InvalidToken', 400],
        ['token-expired', 'ExpiredToken', 400],
        ['session-ended', 'ExpiredToken', 400],
      ] as const
    ).map(([reason, fails, status]) => ({
      it: `answers ${fails} for ${reason}`,
      deps: () => ({logins: {refresh: refuses(reason)}}),
      fails,
      status,
    })),
  ],
})

endpointTable(revokeAppPassword, {
  auth: 'full',
  rows: [
    {
      it: 'takes the password away',
      deps: note => ({logins: {revokeAppPassword: async (...all) => note(...all)}}),
      input: {name: 'bot'},
      asks: [[did, 'bot']],
    },
  ],
})
