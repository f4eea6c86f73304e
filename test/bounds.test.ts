/**
 * Every method of every service has a bound on what it answers: the page that its lexicon bounds, the parameters that
 * it bounds, or one that is named here with where it is kept. A method that is added without one fails.
 */
import assert from 'node:assert/strict'
import {globSync} from 'node:fs'
import {test} from 'node:test'
import {ArraySchema, ObjectSchema} from '../src/lex/schema/structure.ts'
import {IntegerSchema} from '../src/lex/schema/scalar.ts'
import type {Procedure, Query} from '../src/lex/schema/method.ts'
import type {Schema} from '../src/lex/schema/schema.ts'

/** Lists that the lexicon does not bound, and what does. */
const named: Readonly<Record<string, string>> = {
  'appview app.bsky.feed.getFeedGenerators': 'feedsMax of the endpoint, on its parameter',
  'appview app.bsky.graph.getSuggestedFollowsByActor': 'suggestedMax of the endpoint',
  'appview app.bsky.feed.getPostThread': 'repliesMax, heightMax and depthMax in skeletons/threads.ts',
  'appview app.bsky.labeler.getServices': 'didsMax of the endpoint, on its parameter',
  'appview app.bsky.unspecced.getConfig': 'nothing is listed',
  'appview app.bsky.unspecced.getPostThreadOtherV2': 'repliesMax in skeletons/threads.ts',
  'appview app.bsky.unspecced.getPostThreadV2': 'repliesMax and heightMax in skeletons/threads.ts and the endpoint',
  'appview app.bsky.unspecced.getTaggedSuggestions': 'nothing is listed',
  'feeds app.bsky.feed.describeFeedGenerator': 'urisMax in skeletons/skeletons.ts',
  'pds com.atproto.admin.getAccountInfos': 'the length of a URL, 16 kB',
  'pds com.atproto.identity.getRecommendedDidCredentials': 'the keys of the configuration, and one handle',
  'pds com.atproto.repo.applyWrites': 'as many results as writes were sent, 150 kB of JSON',
  'pds com.atproto.repo.describeRepo': 'collectionsMax in repo-store.sqlite.ts',
  'pds com.atproto.server.createInviteCodes': 'the parameters, given by the operator',
  'pds com.atproto.server.describeServer': 'the domains of the configuration',
  'pds com.atproto.server.getAccountInviteCodes': 'as many as the account was given',
  'pds com.atproto.server.listAppPasswords': 'as many as the account has made',
  'relay com.atproto.sync.listReposByCollection': '2,000 at a time, as its lexicon says',
}

/** The lists of an answer that have no bound of their own. */
function lists(schema: Schema | undefined): string[] {
  if (!(schema instanceof ObjectSchema)) return []
  return Object.entries(schema.properties).flatMap(([name, member]) =>
    member instanceof ArraySchema && member.rules.maxLength === undefined ? [name] : [],
  )
}

interface Served {
  readonly name: string
  readonly lexicon: Query | Procedure
}

const served: Served[] = []
for (const path of globSync('src/services/*/api/{app,com,chat,tools}/**/*.ts')) {
  const [, service, nsid] = /services\/(\w+)\/api\/(.+)\.ts$/.exec(path) ?? []
  if (!nsid || nsid.endsWith('.test')) continue
  const module = (await import(`../src/lex/gen/${nsid}.ts`)) as Record<string, unknown>
  const lexicon = Object.values(module).find(
    (one): one is Query => typeof one === 'object' && one !== null && 'params' in one && 'nsid' in one,
  )
  if (lexicon) served.push({name: `${service} ${lexicon.nsid}`, lexicon})
}

test('every method has a bound on what it lists, and none is named for nothing', () => {
  assert.ok(served.length > 140, `${served.length} methods`)
  const needed = new Set<string>()
  for (const {name, lexicon} of served) {
    const {limit, ...others} = (lexicon.params?.properties ?? {}) as Record<string, Schema>
    const unbounded = lists(lexicon.output?.schema)
    if (lexicon.nsid === 'app.bsky.feed.getPostThread') unbounded.push('thread')
    if (unbounded.length === 0) continue
    if (limit instanceof IntegerSchema && limit.rules.maximum !== undefined && limit.rules.maximum <= 1000) continue
    const given = Object.values(others).filter(one => one instanceof ArraySchema)
    if (given.length > 0 && given.every(one => one.rules.maxLength !== undefined && one.rules.maxLength <= 100))
      continue
    needed.add(name)
  }
  assert.deepEqual(Object.keys(named).toSorted(), [...needed].toSorted())
})
