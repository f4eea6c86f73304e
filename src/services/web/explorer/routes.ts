/** The paths of the explorer. What is not about an account, or not a record, stands behind `/-/`. */
import {refused} from '#std/result.ts'
import {Channel} from '#std/waiting/async.ts'
import {timeLimit} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import {isAtIdentifier} from '#atp/syntax/at-identifier.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import type {Client} from '#xrpc/client.ts'
import {html, toText} from '#pages/html.ts'
import type {Message, Viewers} from '#pages/live-events.ts'
import {get, type Route, type Visit} from '../visit.ts'
import {accountPage, historyPage, identityPage} from './account/account-page.ts'
import {blobResponse} from './repo/blob.ts'
import {blobsPage} from './repo/blobs-page.ts'
import {blockPage, cidPage} from './repo/block-page.ts'
import {collectionPage} from './record/collection-page.ts'
import {card, explorerPage, failurePage} from './explorer-frame.ts'
import {recordPage} from './record/record-page.ts'
import {checkedView, repoPage} from './repo/repo-page.ts'
import type {Home, RepoReader, Untold} from './repo-reader.ts'
import {serverPage} from './server-page.ts'
import {accountPath, blockPath, serverPath, targetOf} from './target.ts'
import type {CheckProgress, RepoChecks} from './repo/whole-repo.ts'

interface Deps {
  reader: RepoReader
  checks: RepoChecks
  viewers: Viewers
  appview: Client
  world: Pick<World, 'now' | 'sleep'>
  /** The PDS of this network, to begin from. */
  pdsUrl: string
  /** Aborts when the service stops. */
  stopping: AbortSignal
}

type Handler = (visit: Visit) => Promise<Response> | Response

/** How long a page may take that verifies a whole repository without a script. */
const pageCheckMs = 60_000
const nobody: Untold = refused('absent', 'That is neither a handle nor a DID.')

export function explorerRoutes({reader, checks, viewers, appview, world, pdsUrl, stopping}: Deps): readonly Route[] {
  const localHost = new URL(pdsUrl).host

  /** A page of an account on its server, or why there is none. */
  const atHome = (handle: (visit: Visit, home: Home) => Promise<Response> | Response): Handler => {
    return async visit => {
      const {account} = visit.params
      const found = isAtIdentifier(account) ? await reader.home(account) : nobody
      return found.ok ? handle(visit, found.value) : failurePage(visit, account.slice(0, 80), found, account)
    }
  }
  const ofAccount = (handle: typeof accountPage): Handler => {
    return async visit => {
      const {account} = visit.params
      const found = isAtIdentifier(account) ? await reader.account(account) : nobody
      return found.ok ? handle(visit, reader, found.value) : failurePage(visit, account.slice(0, 80), found, account)
    }
  }

  return [
    get('/explore', visit => {
      const search = visit.url.searchParams.get('q')
      if (search === null || search.trim() === '') return startPage(visit, localHost)
      const target = targetOf(search)
      if (target !== undefined) return visit.redirect(target)
      const detail = 'Expected a handle, a DID, an at-uri, a link to a post or profile, a server, or a CID.'
      return failurePage(visit, 'Not recognized', refused('absent', detail), search)
    }),
    get('/explore/-/cid/:cid', visit => cidPage(visit, visit.params.cid)),
    get('/explore/-/find', visit => {
      const [of, cid] = [visit.url.searchParams.get('of') ?? '', visit.url.searchParams.get('cid') ?? '']
      const account = of.trim().replace(/^@/, '')
      return isAtIdentifier(account)
        ? visit.redirect(blockPath(account, encodeURIComponent(cid)))
        : failurePage(visit, 'Account not found', nobody)
    }),
    get('/explore/-/server/:host', visit => serverPage(visit, reader, visit.params.host)),
    get('/explore/:account', ofAccount(accountPage)),
    get('/explore/:account/-/identity', ofAccount(identityPage)),
    get('/explore/:account/-/history', ofAccount(historyPage)),
    get(
      '/explore/:account/-/repo',
      atHome((visit, home) => repoPage(visit, reader, home)),
    ),
    get(
      '/explore/:account/-/verify',
      atHome(async (visit, home) => {
        using limit = timeLimit(world, pageCheckMs, visit.signal, stopping)
        return repoPage(visit, reader, home, await checks.check(home, limit.signal))
      }),
    ),
    get(
      '/explore/:account/-/verify/events',
      atHome((visit, home) => viewers.stream(visit.request, stopping, signal => checkMessages(checks, home, signal))),
    ),
    get(
      '/explore/:account/-/blobs',
      atHome((visit, home) => blobsPage(visit, reader, home)),
    ),
    get(
      '/explore/:account/-/blob/:cid',
      atHome((visit, home) => blobResponse(reader, home, visit.params.cid)),
    ),
    get(
      '/explore/:account/-/block/:cid',
      atHome((visit, home) => blockPage(visit, reader, home, visit.params.cid)),
    ),
    get(
      '/explore/:account/:collection',
      atHome((visit, home) => {
        const {collection} = visit.params
        return isNsid(collection)
          ? collectionPage(visit, reader, home, collection, world.now())
          : failurePage(visit, 'Not a collection', {
              ...nobody,
              detail: 'A collection is named by an NSID, such as app.bsky.feed.post.',
            })
      }),
    ),
    get(
      '/explore/:account/:collection/:rkey',
      atHome((visit, home) => {
        const {collection, rkey} = visit.params
        return isNsid(collection) && isRecordKey(rkey)
          ? recordPage(visit, reader, {appview, world}, home, {collection, rkey})
          : failurePage(visit, 'Not a record', {...nobody, detail: 'That is not a record key.'})
      }),
    ),
  ]
}

function startPage(visit: Visit, localHost: string): Promise<Response> {
  const mine = visit.session?.did
  return explorerPage(visit, {
    title: 'Explorer',
    main: html`<header class="x-title">
        <h1>Everything here is signed and public</h1>
        <p class="x-soft">
          Look up any account, on this network or on the whole Atmosphere: its identity, its records, its repository,
          and the proof that each record is in it.
        </p>
      </header>
      <div class="x-columns">
        ${mine && card('You', html`<p><a class="button" href="${accountPath(mine)}">Your own repository</a></p>`)}
        ${card(
          'This network',
          html`<p>The accounts on this PDS.</p>
            <p><a class="button quiet" href="${serverPath(localHost)}">${localHost}</a></p>`,
        )}
        ${card('Stream', html`<p>New events as they happen, with filters.</p><p><a class="button quiet" href="/live">Open the stream</a></p>`)}
        ${card(
          'What you can look up',
          html`<ul class="x-plain">
            <li><code>alice.test</code> a handle</li>
            <li><code>did:plc:…</code> a DID</li>
            <li><code>at://…/app.bsky.feed.post/3k…</code> a record</li>
            <li><code>https://bsky.app/profile/…/post/…</code> a link</li>
            <li><code>pds.example.com:443</code> a server</li>
            <li><code>bafyrei…</code> a CID</li>
          </ul>`,
        )}
      </div>`,
  })
}

/** Progress as it comes, the newest only, and at last the result as a piece of the page. */
async function* checkMessages(checks: RepoChecks, home: Home, signal: AbortSignal): AsyncGenerator<Message, void> {
  const progress = new Channel<CheckProgress>(1)
  const done = checks
    .check(home, signal, now => {
      progress.takeAll()
      progress.offer(now)
    })
    .finally(() => progress.close())
  done.catch(() => {})
  for await (const data of progress) yield {event: 'progress', data}
  yield {event: 'done', data: toText(checkedView(await done, home.did, home.key !== undefined))}
}
