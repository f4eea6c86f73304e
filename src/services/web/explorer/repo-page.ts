/** A repository as what it is: a signed tree. The upper levels drawn, and all of it verified when asked. */
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {cidFromText, codecs} from '#atp/data/cid.ts'
import {Malformed} from '#std/malformed.ts'
import {namesBlock} from '#atp/data/cid.ts'
import {toHex} from '#std/bytes.ts'
import {isMap, type Value} from '#atp/data/value.ts'
import {isNodeLike} from '#atp/mst/node.ts'
import {isTid, tidMicros} from '#atp/syntax/tid.ts'
import {html, safeHref, type Html} from '../html.ts'
import type {Visit} from '../routes.ts'
import {wholeTimeOf} from '../app/views/time.ts'
import {accountTabs, nameOf} from './account-page.ts'
import {cborView} from './cbor-view.ts'
import {card, countText, explorerPage, facts, failure, failurePage, mark, sizeText} from './explorer-frame.ts'
import type {Home, RepoReader, Told} from './repo-reader.ts'
import {readTree, treeDrawing, type DrawnTree} from './repo-tree.ts'
import {accountPath, blobPath, blockPath, collectionPath} from './target.ts'
import {valueView} from './value-view.ts'
import type {Checked, RepoCheck} from './whole-repo.ts'

export async function repoPage(visit: Visit, reader: RepoReader, home: Home, checked?: Checked): Promise<Response> {
  const {did, pds} = home
  const tree = await readTree(reader, home)
  return explorerPage(visit, {
    title: `Repository of ${nameOf(home)}`,
    crumbs: [
      [nameOf(home), accountPath(did)],
      ['repository', ''],
    ],
    tabs: {current: `${accountPath(did)}/-/repo`, all: accountTabs(did)},
    islands: ['explorer/islands/verify.ts'],
    main: html`<header class="x-title"><h1>The repository of ${nameOf(home)}</h1></header>
      ${tree.ok ? treeCards(tree.value, did) : failure('The tree cannot be read', tree.detail)}
      ${card(
        'All of it, verified',
        html`<p>
            Reads the whole export from ${new URL(pds).host} and checks every block against its CID, the signature of the
            commit, and the tree: canonical, complete, in order.
          </p>
          <form class="x-row" action="${accountPath(did)}/-/verify" data-verify="${accountPath(did)}/-/verify/events">
            <button>Verify the whole repository</button>
            <a class="button quiet" href="${safeHref(`${pds}/xrpc/com.atproto.sync.getRepo?did=${did}`)}" rel="noopener noreferrer">Download CAR</a>
          </form>
          <div data-verify-result role="status">${checked && checkedView(checked, did, home.key !== undefined)}</div>`,
      )}`,
  })
}

function treeCards(tree: DrawnTree, did: string): Html {
  const {commit, commitCid, commitSize, signatureOk, levels, isWhole} = tree
  const nodes = levels.flatMap(({nodes}) => nodes).filter(({size}) => size !== undefined)
  const entries = nodes.reduce((sum, {entryCount}) => sum + entryCount, 0)
  const bytes = nodes.reduce((sum, {size}) => sum + (size ?? 0), 0)
  return html`<div class="x-columns">
      ${card(
        'Head commit',
        facts([
          ['cid', html`<a class="x-mono" href="${blockPath(did, commitCid)}">${commitCid}</a>`],
          ['revision', html`<code>${commit.rev}</code>`],
          ['of', isTid(commit.rev) ? wholeTimeOf(tidMicros(commit.rev) / 1000) : undefined],
          [
            'root of the tree',
            html`<a class="x-mono" href="${blockPath(did, String(commit.data))}">${String(commit.data)}</a>`,
          ],
          ['size', sizeText(commitSize)],
          [
            'signature',
            html`${mark(signatureOk, signatureOk === undefined ? 'no key to check it by' : signatureOk ? 'by the account’s key' : 'not by the account’s key')} <span class="x-mono x-clip">${toHex(commit.sig)}</span>`,
          ],
        ]),
      )}
      ${card(
        isWhole ? 'The whole tree' : 'The top of the tree',
        html`${facts([
          ['levels', levels.length],
          ['nodes', `${nodes.length}, ${sizeText(bytes)}`],
          ['records', isWhole ? entries : `${entries} so far; verifying counts them all`],
        ])}
        ${histogram(
          'Entries on each level',
          levels.map(({level, nodes}) => [`level ${level}`, nodes.reduce((sum, node) => sum + node.entryCount, 0)]),
        )}`,
      )}
    </div>
    ${card(
      'The tree',
      html`<div class="x-scroll" tabindex="0">${treeDrawing(levels)}</div>
      <p class="x-soft">A box is a node, as wide as it has entries; a line is a link to what lies between two of its keys.</p>`,
    )}`
}

/** Bars side by side with their figures, as a table would say it. */
function histogram(label: string, rows: readonly (readonly [name: string, count: number])[]): Html {
  const most = Math.max(1, ...rows.map(([, count]) => count))
  return html`<table class="x-bars">
    <caption>${label}</caption>
    <tbody>
      ${rows.map(
        ([name, count]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${((count / most) * 100).toFixed(2)}" height="8" rx="1" /></svg>
            </td>
            <td class="x-count">${count.toLocaleString('en-GB')}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

/** What a verification came to: also what the island puts in its place. */
export function checkedView(checked: Checked, did: string, hasKey: boolean): Html {
  if (!checked.ok) return html`<p>${mark(false, 'not verified')} ${checked.detail}</p>`
  const {verdict} = checked.check
  if (!verdict.ok) return html`<p>${mark(false, verdict.reason)} The repository does not hold: ${verdict.detail}</p>`
  return verifiedView(checked.check, did, hasKey)
}

function verifiedView({verdict, size, ms, heights, collections}: RepoCheck, did: string, hasKey: boolean): Html {
  if (!verdict.ok) return html``
  const perSecond = Math.round(verdict.blockCount / Math.max(ms / 1000, 0.001))
  return html`<p>
      ${mark(hasKey || undefined, hasKey ? 'verified' : 'whole, but there is no key to check the signature by')}
      ${countText(verdict.recordCount, 'record')} in ${countText(verdict.nodeCount, 'node')}, ${sizeText(size)}, in
      ${ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`} (${perSecond.toLocaleString('en-GB')} blocks a second).
    </p>
    ${facts([
      ['commit', html`<code>${String(verdict.root)}</code>`],
      ['revision', html`<code>${verdict.rev}</code>`],
      ['root of the tree', html`<code>${String(verdict.data)}</code>`],
      ['order of blocks', verdict.isPreorder ? 'preorder: verified as it streamed' : 'another than preorder'],
      ['spare blocks', verdict.spareCount],
    ])}
    <div class="x-columns">
      ${histogram(
        'Records by level of the tree',
        heights.map((count, level) => [`level ${level}`, count] as const).toReversed(),
      )}
      <table class="x-bars">
        <caption>Records by collection</caption>
        <tbody>
          ${collections.map(
            ([nsid, count]) =>
              html`<tr>
                <th scope="row"><a href="${collectionPath(did, nsid)}">${nsid}</a></th>
                <td class="x-count">${count.toLocaleString('en-GB')}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}

/** One block of a repository, whatever it is. */
export async function blockPage(visit: Visit, reader: RepoReader, home: Home, text: string): Promise<Response> {
  const cid = cidFromText(text)
  const title = 'The block cannot be shown'
  if (!cid) return failurePage(visit, title, {ok: false, isAbsent: true, detail: 'That is no CID of a block.'})
  if (cid.codec === codecs.raw) return visit.redirect(blobPath(home.did, text))
  const fetched = await reader.blocks(home, [cid])
  if (!fetched.ok) return failurePage(visit, title, fetched)
  const bytes = fetched.value.get(cid)
  if (!bytes)
    return failurePage(visit, title, {ok: false, isAbsent: true, detail: 'The server does not give this block.'})
  const value = decoded(bytes)
  const kind = isNodeLike(bytes) ? 'Node of the tree' : isMap(value) && 'sig' in value ? 'Commit' : 'Record'
  return explorerPage(visit, {
    title: `${kind} of ${nameOf(home)}`,
    crumbs: [
      [nameOf(home), accountPath(home.did)],
      ['repository', `${accountPath(home.did)}/-/repo`],
      ['block', ''],
    ],
    main: html`<header class="x-title"><h1>${kind}</h1><p class="x-mono x-soft">${text}</p>
        <p class="x-row">${mark(namesBlock(cid, bytes), 'its bytes hash to this CID')} <span class="x-mark">${sizeText(bytes.length)}</span></p></header>
      ${card('Value', valueView(value, home.did))} ${card('DAG-CBOR', cborView(bytes))}`,
  })
}

function decoded(bytes: Uint8Array): Value {
  try {
    return decodeCborLenient(bytes)
  } catch (error) {
    if (error instanceof Malformed) return error.message
    throw error
  }
}

export async function blobsPage(visit: Visit, reader: RepoReader, home: Home): Promise<Response> {
  const {did} = home
  const cursor = visit.url.searchParams.get('cursor')?.slice(0, 1_000) ?? undefined
  const listed: Told<{cids: string[]; cursor?: string}> = await reader.blobs(home, cursor)
  if (!listed.ok) return failurePage(visit, 'The blobs cannot be listed', listed)
  const {cids, cursor: next} = listed.value
  return explorerPage(visit, {
    title: `Blobs of ${nameOf(home)}`,
    crumbs: [
      [nameOf(home), accountPath(did)],
      ['blobs', ''],
    ],
    tabs: {current: `${accountPath(did)}/-/blobs`, all: accountTabs(did)},
    main: html`<header class="x-title"><h1>Blobs of ${nameOf(home)}</h1></header>
      ${card(
        cursor === undefined ? 'Files' : 'More files',
        cids.length > 0
          ? html`<ul class="x-blobs">
              ${cids.map(
                cid =>
                  html`<li>
                    <a href="${blobPath(did, cid)}">
                      <img src="${blobPath(did, cid)}" alt="" loading="lazy" />
                      <span class="x-mono x-clip">${cid}</span>
                    </a>
                  </li>`,
              )}
            </ul>`
          : html`<p class="x-soft">There are none.</p>`,
        'each is hashed again before it is shown',
      )}
      ${next !== undefined && cids.length >= 100 && html`<p><a class="button quiet" href="${accountPath(did)}/-/blobs?cursor=${encodeURIComponent(next)}">More</a></p>`}`,
  })
}

/** For those who have a CID and nothing else: what it says by itself, and where to look for it. */
export function cidPage(visit: Visit, text: string): Promise<Response> {
  const cid = cidFromText(text)
  if (!cid)
    return failurePage(visit, 'That is no CID', {
      ok: false,
      isAbsent: true,
      detail: 'Expected “bafy…” or “bafk…”, 59 characters.',
    })
  return explorerPage(visit, {
    title: 'A CID',
    search: text,
    main: html`<header class="x-title"><h1>A CID by itself</h1><p class="x-mono x-soft">${text}</p></header>
      ${card(
        'What it says',
        facts([
          ['version', 1],
          [
            'codec',
            cid.codec === codecs.raw
              ? 'raw: a blob, such as a picture'
              : 'dag-cbor: a record, a node of a tree, or a commit',
          ],
          ['hash', html`SHA-256 <code>${toHex(cid.digest)}</code>`],
        ]),
      )}
      ${card(
        'Where it is',
        html`<p>A hash does not say whose it is. Name an account, and its server is asked.</p>
          <form class="x-search" action="/explore/-/find">
            <input type="hidden" name="cid" value="${text}" />
            <label class="x-hidden" for="of">Handle or DID</label>
            <input id="of" name="of" placeholder="Handle or DID" required maxlength="2048" autocapitalize="off" />
            <button>Look there</button>
          </form>`,
      )}`,
  })
}

/** A server: what it says of itself, and whose data it holds. */
export async function serverPage(visit: Visit, reader: RepoReader, host: string): Promise<Response> {
  const isLocal = /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(host)
  const origin = `${isLocal ? 'http' : 'https'}://${host}`
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    return failurePage(visit, 'That is no server', {ok: false, isAbsent: true, detail: `${host} is no name of a host.`})
  }
  const cursor = visit.url.searchParams.get('cursor')?.slice(0, 1_000) ?? undefined
  const [described, listed] = await Promise.all([reader.server(origin), reader.repos(origin, cursor)])
  if (!described.ok && !listed.ok) return failurePage(visit, `${host} does not tell`, listed)
  return explorerPage(visit, {
    title: host,
    crumbs: [[host, '']],
    main: html`<header class="x-title"><h1>${host}</h1></header>
      ${
        described.ok
          ? card(
              'What it says of itself',
              facts([
                ['DID', described.value.did],
                ['handles under', described.value.availableUserDomains.join(', ')],
                ['invite code', described.value.inviteCodeRequired ? 'needed' : 'not needed'],
                ['contact', described.value.contact?.email],
              ]),
            )
          : html`<p class="x-soft">It does not describe itself: ${described.detail}</p>`
      }
      ${
        listed.ok
          ? card(
              'Repositories',
              html`<ul class="x-records">
                ${listed.value.repos.map(
                  ({did, rev, active, status}) =>
                    html`<li>
                      <a class="x-record" href="${accountPath(did)}">
                        <span class="x-record-text x-mono">${did}</span>
                        <span class="x-soft">${active === false ? (status ?? 'not active') : isTid(rev) ? wholeTimeOf(tidMicros(rev) / 1000) : rev}</span>
                      </a>
                    </li>`,
                )}
              </ul>`,
              `${listed.value.repos.length} on this page`,
            )
          : failure('Its repositories cannot be listed', listed.detail)
      }
      ${
        listed.ok &&
        listed.value.cursor !== undefined &&
        listed.value.repos.length >= 100 &&
        html`<p><a class="button quiet" href="?cursor=${encodeURIComponent(listed.value.cursor)}">More</a></p>`
      }`,
  })
}
