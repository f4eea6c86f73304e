/** A block by its CID: of a repository, or for those who have nothing but the CID. */
import {refused} from '#std/result.ts'
import {toHex} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {cidFromText, codecs, namesBlock} from '#atp/data/cid.ts'
import {isMap, type Value} from '#atp/data/value.ts'
import {isNodeLike} from '#atp/mst/node.ts'
import {html} from '#pages/html.ts'
import type {Visit} from '../../visit.ts'
import {nameOf} from '../account/account-page.ts'
import {cborView} from '../record/cbor-view.ts'
import {card, explorerPage, facts, failurePage, mark, sizeText} from '../explorer-frame.ts'
import type {Home, RepoReader} from '../repo-reader.ts'
import {accountPath, blobPath} from '../target.ts'
import {valueView} from '../record/value-view.ts'

/** One block of a repository, whatever it is. */
export async function blockPage(visit: Visit, reader: RepoReader, home: Home, text: string): Promise<Response> {
  const cid = cidFromText(text)
  const title = 'The block could not be loaded'
  if (!cid) return failurePage(visit, title, refused('absent', 'That is not the CID of a block.'))
  if (cid.codec === codecs.raw) return visit.redirect(blobPath(home.did, text))
  const fetched = await reader.blocks(home, [cid])
  if (!fetched.ok) return failurePage(visit, title, fetched)
  const bytes = fetched.value.get(cid)
  if (!bytes) return failurePage(visit, title, refused('absent', 'The PDS does not have this block.'))
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
        <p class="x-row">${mark(namesBlock(cid, bytes), 'the bytes match this CID')} <span class="x-mark">${sizeText(bytes.length)}</span></p></header>
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

/** For those who have a CID and nothing else: what it says by itself, and where to look for it. */
export function cidPage(visit: Visit, text: string): Promise<Response> {
  const cid = cidFromText(text)
  if (!cid)
    return failurePage(visit, 'That is not a CID', {
      ok: false,
      reason: 'absent',
      detail: 'Expected “bafy…” or “bafk…”, 59 characters.',
    })
  return explorerPage(visit, {
    title: 'CID',
    search: text,
    main: html`<header class="x-title"><h1>CID</h1><p class="x-mono x-soft">${text}</p></header>
      ${card(
        'What it tells',
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
        'Find it',
        html`<p>A CID does not say whose data it names. Enter an account to look for it there.</p>
          <form class="x-search" action="/explore/-/find">
            <input type="hidden" name="cid" value="${text}" />
            <label class="x-hidden" for="of">Handle or DID</label>
            <input id="of" name="of" placeholder="Handle or DID" required maxlength="2048" autocapitalize="off" />
            <button>Look it up</button>
          </form>`,
      )}`,
  })
}
