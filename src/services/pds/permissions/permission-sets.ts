/**
 * What a scope comes to once the sets of permissions in it (`include:`) are looked up: what is granted, which is what is
 * enforced from then on, whatever becomes of the sets.
 */
import {grantsOf} from '#lex/doc/permission-set.ts'
import type {LexiconDoc, LexPermissionSet} from '#lex/doc/lexicon-doc.ts'
import {formatScope, type IncludeScope, parseScope, type Scope, scopeLengthMax} from '#atp/scope/scope.ts'
import {type Nsid, nsidAuthority} from '#atp/syntax/nsid.ts'
import {Malformed} from '#std/malformed.ts'
import type {LexiconWish} from '../lexicons/lexicons.ts'
import {Refusal} from '../refusal.ts'
import {oneLine} from '#std/text.ts'

const minuteMs = 60_000
/** A set is looked for again after this, and past a day before somebody agrees to it. */
const wish = {freshMs: 5 * minuteMs, waitFromMs: 24 * 60 * minuteMs, waitMs: 5_000}
/** Sets in one scope. */
const setsMax = 20
const [titleLengthMax, detailLengthMax] = [100, 500]

/** A set as its author presents it; what it holds is said by nobody's words but ours. */
export interface SetName {
  nsid: Nsid
  /** The domain that vouches for it. */
  authority: string
  /** A line each, without characters that could pass for ours. */
  title: string | undefined
  detail: string | undefined
}

export interface ResolvedScope {
  /** What is granted: all that is understood, and in the place of each set what it holds. */
  granted: string
  sets: readonly SetName[]
}

/** As `Lexicons`. */
interface LexiconFinder {
  find(nsid: Nsid, wish: LexiconWish): Promise<{readonly doc: LexiconDoc} | undefined>
}

export class PermissionSets {
  readonly #lexicons: LexiconFinder

  constructor(lexicons: LexiconFinder) {
    this.#lexicons = lexicons
  }

  /**
   * Resolves the scope of an authorization request: once, before anybody is asked to agree, and what is agreed to is
   * `granted` as it is then. Throws `Refusal` `bad-scope` for one that is too large, or has a set that cannot be had.
   * `mayLook` is asked, and may throw, before each set that has to be looked for in the network.
   */
  async resolve(scope: string, mayLook?: LexiconWish['mayLook']): Promise<ResolvedScope> {
    const {scopes} = parsed(scope)
    const includes = scopes.filter((one): one is IncludeScope => one.resource === 'include')
    const direct = scopes.filter(one => one.resource !== 'include')
    if (includes.length > setsMax)
      throw new Refusal('bad-scope', `A scope may have ${setsMax} permission sets at most.`)
    const granted: Scope[] = [...direct]
    const sets: SetName[] = []
    for (const {include, set} of await Promise.all(
      includes.map(async include => ({include, set: await this.#set(include, mayLook)})),
    )) {
      const grants = grantsOf(permissionSetOf(include.nsid, set), include.aud).granted
      granted.push(...grants)
      sets.push({
        nsid: include.nsid,
        authority: nsidAuthority(include.nsid),
        title: wordsOf(set.title, titleLengthMax),
        detail: wordsOf(set.detail, detailLengthMax),
      })
    }
    const text = formatScope(granted)
    if (text.length > scopeLengthMax) throw new Refusal('bad-scope', 'All that these permission sets hold is too much.')
    parsed(text)
    return {granted: text, sets}
  }

  async #set({nsid}: IncludeScope, mayLook: LexiconWish['mayLook']): Promise<LexPermissionSet> {
    const found = await this.#lexicons.find(nsid, {...wish, ...(mayLook && {mayLook})})
    const main = found?.doc.defs.main
    if (!main) throw new Refusal('bad-scope', `The permission set ${nsid} cannot be found.`)
    if (main.type !== 'permission-set') throw new Refusal('bad-scope', `${nsid} is not a permission set.`)
    return main
  }
}

function parsed(scope: string): ReturnType<typeof parseScope> {
  try {
    return parseScope(scope)
  } catch (error) {
    if (error instanceof Malformed) throw new Refusal('bad-scope', error.message)
    throw error
  }
}

const permissionSetOf = (nsid: Nsid, set: LexPermissionSet): Parameters<typeof grantsOf>[0] => {
  const {title, detail, permissions} = set
  return {type: 'permission-set', nsid, title, titles: {}, detail, details: {}, permissions}
}

/** A stranger's words, if there are any. */
const wordsOf = (text: string | undefined, lengthMax: number): string | undefined =>
  oneLine(text ?? '', lengthMax) || undefined
