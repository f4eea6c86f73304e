/** A repository as what it is: a signed tree. The upper levels drawn, and all of it verified when asked. */
import {toHex} from '#std/bytes.ts'
import {isTid, tidMicros} from '#atp/syntax/tid.ts'
import {html, safeHref, type Html} from '#pages/html.ts'
import type {Visit} from '../../visit.ts'
import {wholeTimeOf} from '#pages/time.ts'
import {accountTabs, nameOf} from '../account/account-page.ts'
import {card, countText, explorerPage, facts, failure, mark, sizeText} from '../explorer-frame.ts'
import type {Home, RepoReader} from '../repo-reader.ts'
import {readTree, treeDrawing, type DrawnTree} from './repo-tree.ts'
import {accountPath, blockPath, collectionPath} from '../target.ts'
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
    main: html`<header class="x-title"><h1>Repository of ${nameOf(home)}</h1></header>
      ${tree.ok ? treeCards(tree.value, did) : failure('The repository could not be read', tree.detail)}
      ${card(
        'Verify everything',
        html`<p>
            Downloads the whole repository from ${new URL(pds).host} and checks every block against its CID, the commit’s
            signature, and that the tree is complete and in order.
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
          ['created', isTid(commit.rev) ? wholeTimeOf(tidMicros(commit.rev) / 1000) : undefined],
          [
            'root of the tree',
            html`<a class="x-mono" href="${blockPath(did, String(commit.data))}">${String(commit.data)}</a>`,
          ],
          ['size', sizeText(commitSize)],
          [
            'signature',
            html`${mark(signatureOk, signatureOk === undefined ? 'no key to check it with' : signatureOk ? 'by the account’s key' : 'not by the account’s key')} <span class="x-mono x-clip">${toHex(commit.sig)}</span>`,
          ],
        ]),
      )}
      ${card(
        isWhole ? 'The whole tree' : 'The top of the tree',
        html`${facts([
          ['levels', levels.length],
          ['nodes', `${nodes.length}, ${sizeText(bytes)}`],
          ['records', isWhole ? entries : `at least ${entries}; verify to count all`],
        ])}
        ${histogram(
          'Entries on each level',
          levels
            .filter(({nodes}) => nodes.some(({size}) => size !== undefined))
            .map(({level, nodes}) => [`level ${level}`, nodes.reduce((sum, node) => sum + node.entryCount, 0)]),
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
  if (!verdict.ok) return html`<p>${mark(false, verdict.reason)} The repository is not valid: ${verdict.detail}</p>`
  return verifiedView(checked.check, did, hasKey)
}

function verifiedView({verdict, size, ms, heights, collections}: RepoCheck, did: string, hasKey: boolean): Html {
  if (!verdict.ok) return html``
  const perSecond = Math.round(verdict.blockCount / Math.max(ms / 1000, 0.001))
  return html`<p>
      ${mark(hasKey || undefined, hasKey ? 'verified' : 'complete, but there is no key to check the signature with')}
      ${countText(verdict.recordCount, 'record')} in ${countText(verdict.nodeCount, 'node')}, ${sizeText(size)}, in
      ${ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`} (${perSecond.toLocaleString('en-GB')} blocks a second).
    </p>
    ${facts([
      ['commit', html`<code>${String(verdict.root)}</code>`],
      ['revision', html`<code>${verdict.rev}</code>`],
      ['root of the tree', html`<code>${String(verdict.data)}</code>`],
      ['order of blocks', verdict.isPreorder ? 'preorder: verified while streaming' : 'not preorder'],
      ['unused blocks', verdict.spareCount],
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
