// Generated from lexicons/app/bsky/ageassurance/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'

/** The access level granted based on Age Assurance data we've processed. */
export type Access = 'unknown' | 'none' | 'safe' | 'full' | (string & {})
export const access: lex.StringSchema<Access> = lex.string({knownValues: ['unknown', 'none', 'safe', 'full']})

/** The status of the Age Assurance process. */
export type Status = 'unknown' | 'pending' | 'assured' | 'blocked' | (string & {})
export const status: lex.StringSchema<Status> = lex.string({knownValues: ['unknown', 'pending', 'assured', 'blocked']})

/** The user's computed Age Assurance state. */
export type State = {
  $type?: 'app.bsky.ageassurance.defs#state'
  /** The timestamp when this state was last updated. */
  lastInitiatedAt?: Datetime
  status: Status
  access: Access
}
export const state: lex.ObjectSchema<State> = lex.typed('app.bsky.ageassurance.defs#state', {
  lastInitiatedAt: lex.string({format: 'datetime'}),
  status: lex.ref(() => status),
  access: lex.ref(() => access),
}, ['status', 'access'])

/** Additional metadata needed to compute Age Assurance state client-side. */
export type StateMetadata = {
  $type?: 'app.bsky.ageassurance.defs#stateMetadata'
  /** The account creation timestamp. */
  accountCreatedAt?: Datetime
}
export const stateMetadata: lex.ObjectSchema<StateMetadata> = lex.typed('app.bsky.ageassurance.defs#stateMetadata', {
  accountCreatedAt: lex.string({format: 'datetime'}),
})

export type Config = {
  $type?: 'app.bsky.ageassurance.defs#config'
  /** The per-region Age Assurance configuration. */
  regions: ConfigRegion[]
}
export const config: lex.ObjectSchema<Config> = lex.typed('app.bsky.ageassurance.defs#config', {
  regions: lex.array(lex.ref(() => configRegion)),
}, ['regions'])

/** The Age Assurance configuration for a specific region. */
export type ConfigRegion = {
  $type?: 'app.bsky.ageassurance.defs#configRegion'
  /** The platforms this configuration applies to. If omitted, the configuration applies to all platforms. */
  platforms?: ('web' | 'ios' | 'android' | (string & {}))[]
  /** The ISO 3166-1 alpha-2 country code this configuration applies to. */
  countryCode: string
  /**
   * The ISO 3166-2 region code this configuration applies to. If omitted, the configuration applies to the entire
   * country.
   */
  regionCode?: string
  /** The minimum age (as a whole integer) required to use Bluesky in this region. */
  minAccessAge: number
  /**
   * Verification methods permitted in this region in addition to the third-party (KWS) flow, which is always supported.
   * `device` permits using the native on-device age APIs (e.g. Apple Declared Age Range, Google Play Age Signals).
   */
  additionalVerificationMethods?: ('device' | (string & {}))[]
  /**
   * The ordered list of Age Assurance rules that apply to this region. Rules should be applied in order, and the first
   * matching rule determines the access level granted. The rules array should always include a default rule as the last
   * item.
   */
  rules: (
    | lex.Typed<ConfigRegionRuleDefault>
    | lex.Typed<ConfigRegionRuleIfDeclaredOverAge>
    | lex.Typed<ConfigRegionRuleIfDeclaredUnderAge>
    | lex.Typed<ConfigRegionRuleIfAssuredOverAge>
    | lex.Typed<ConfigRegionRuleIfAssuredUnderAge>
    | lex.Typed<ConfigRegionRuleIfAccountNewerThan>
    | lex.Typed<ConfigRegionRuleIfAccountOlderThan>
    | lex.Other)[]
}
export const configRegion: lex.ObjectSchema<ConfigRegion> = lex.typed('app.bsky.ageassurance.defs#configRegion', {
  platforms: lex.array(lex.string({knownValues: ['web', 'ios', 'android']})),
  countryCode: lex.string(),
  regionCode: lex.string(),
  minAccessAge: lex.integer(),
  additionalVerificationMethods: lex.array(lex.string({knownValues: ['device']})),
  rules: lex.array(lex.union(() => [
    configRegionRuleDefault,
    configRegionRuleIfDeclaredOverAge,
    configRegionRuleIfDeclaredUnderAge,
    configRegionRuleIfAssuredOverAge,
    configRegionRuleIfAssuredUnderAge,
    configRegionRuleIfAccountNewerThan,
    configRegionRuleIfAccountOlderThan,
  ])),
}, ['countryCode', 'minAccessAge', 'rules'])

/** Age Assurance rule that applies by default. */
export type ConfigRegionRuleDefault = {
  $type?: 'app.bsky.ageassurance.defs#configRegionRuleDefault'
  access: Access
}
export const configRegionRuleDefault: lex.ObjectSchema<ConfigRegionRuleDefault> = lex.typed('app.bsky.ageassurance.defs#configRegionRuleDefault', {
  access: lex.ref(() => access),
}, ['access'])

/** Age Assurance rule that applies if the user has declared themselves equal-to or over a certain age. */
export type ConfigRegionRuleIfDeclaredOverAge = {
  $type?: 'app.bsky.ageassurance.defs#configRegionRuleIfDeclaredOverAge'
  /** The age threshold as a whole integer. */
  age: number
  access: Access
}
export const configRegionRuleIfDeclaredOverAge: lex.ObjectSchema<ConfigRegionRuleIfDeclaredOverAge> = lex.typed('app.bsky.ageassurance.defs#configRegionRuleIfDeclaredOverAge', {
  age: lex.integer(),
  access: lex.ref(() => access),
}, ['age', 'access'])

/** Age Assurance rule that applies if the user has declared themselves under a certain age. */
export type ConfigRegionRuleIfDeclaredUnderAge = {
  $type?: 'app.bsky.ageassurance.defs#configRegionRuleIfDeclaredUnderAge'
  /** The age threshold as a whole integer. */
  age: number
  access: Access
}
export const configRegionRuleIfDeclaredUnderAge: lex.ObjectSchema<ConfigRegionRuleIfDeclaredUnderAge> = lex.typed('app.bsky.ageassurance.defs#configRegionRuleIfDeclaredUnderAge', {
  age: lex.integer(),
  access: lex.ref(() => access),
}, ['age', 'access'])

/** Age Assurance rule that applies if the user has been assured to be equal-to or over a certain age. */
export type ConfigRegionRuleIfAssuredOverAge = {
  $type?: 'app.bsky.ageassurance.defs#configRegionRuleIfAssuredOverAge'
  /** The age threshold as a whole integer. */
  age: number
  access: Access
}
export const configRegionRuleIfAssuredOverAge: lex.ObjectSchema<ConfigRegionRuleIfAssuredOverAge> = lex.typed('app.bsky.ageassurance.defs#configRegionRuleIfAssuredOverAge', {
  age: lex.integer(),
  access: lex.ref(() => access),
}, ['age', 'access'])

/** Age Assurance rule that applies if the user has been assured to be under a certain age. */
export type ConfigRegionRuleIfAssuredUnderAge = {
  $type?: 'app.bsky.ageassurance.defs#configRegionRuleIfAssuredUnderAge'
  /** The age threshold as a whole integer. */
  age: number
  access: Access
}
export const configRegionRuleIfAssuredUnderAge: lex.ObjectSchema<ConfigRegionRuleIfAssuredUnderAge> = lex.typed('app.bsky.ageassurance.defs#configRegionRuleIfAssuredUnderAge', {
  age: lex.integer(),
  access: lex.ref(() => access),
}, ['age', 'access'])

/** Age Assurance rule that applies if the account is equal-to or newer than a certain date. */
export type ConfigRegionRuleIfAccountNewerThan = {
  $type?: 'app.bsky.ageassurance.defs#configRegionRuleIfAccountNewerThan'
  /** The date threshold as a datetime string. */
  date: Datetime
  access: Access
}
export const configRegionRuleIfAccountNewerThan: lex.ObjectSchema<ConfigRegionRuleIfAccountNewerThan> = lex.typed('app.bsky.ageassurance.defs#configRegionRuleIfAccountNewerThan', {
  date: lex.string({format: 'datetime'}),
  access: lex.ref(() => access),
}, ['date', 'access'])

/** Age Assurance rule that applies if the account is older than a certain date. */
export type ConfigRegionRuleIfAccountOlderThan = {
  $type?: 'app.bsky.ageassurance.defs#configRegionRuleIfAccountOlderThan'
  /** The date threshold as a datetime string. */
  date: Datetime
  access: Access
}
export const configRegionRuleIfAccountOlderThan: lex.ObjectSchema<ConfigRegionRuleIfAccountOlderThan> = lex.typed('app.bsky.ageassurance.defs#configRegionRuleIfAccountOlderThan', {
  date: lex.string({format: 'datetime'}),
  access: lex.ref(() => access),
}, ['date', 'access'])

/** Object used to store Age Assurance data in stash. */
export type Event = {
  $type?: 'app.bsky.ageassurance.defs#event'
  /** The date and time of this write operation. */
  createdAt: Datetime
  /** The unique identifier for this instance of the Age Assurance flow, in UUID format. */
  attemptId: string
  /** The status of the Age Assurance process. */
  status: 'unknown' | 'pending' | 'assured' | 'blocked' | (string & {})
  /** The access level granted based on Age Assurance data we've processed. */
  access: 'unknown' | 'none' | 'safe' | 'full' | (string & {})
  /** The ISO 3166-1 alpha-2 country code provided when beginning the Age Assurance flow. */
  countryCode: string
  /** The ISO 3166-2 region code provided when beginning the Age Assurance flow. */
  regionCode?: string
  /** The email used for Age Assurance. */
  email?: string
  /** The IP address used when initiating the Age Assurance flow. */
  initIp?: string
  /** The user agent used when initiating the Age Assurance flow. */
  initUa?: string
  /** The IP address used when completing the Age Assurance flow. */
  completeIp?: string
  /** The user agent used when completing the Age Assurance flow. */
  completeUa?: string
}
export const event: lex.ObjectSchema<Event> = lex.typed('app.bsky.ageassurance.defs#event', {
  createdAt: lex.string({format: 'datetime'}),
  attemptId: lex.string(),
  status: lex.string({knownValues: ['unknown', 'pending', 'assured', 'blocked']}),
  access: lex.string({knownValues: ['unknown', 'none', 'safe', 'full']}),
  countryCode: lex.string(),
  regionCode: lex.string(),
  email: lex.string(),
  initIp: lex.string(),
  initUa: lex.string(),
  completeIp: lex.string(),
  completeUa: lex.string(),
}, ['createdAt', 'status', 'access', 'attemptId', 'countryCode'])
