/** The picture of a proof: from the key in the DID document down to the record, each step with its hash. */
import {html, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import {card, facts, mark, sizeText} from '../explorer-frame.ts'
import type {Proof, ProofStep} from './proof.ts'
import {blockPath} from '../target.ts'

const titles = {commit: 'Commit', node: 'Node', record: 'Record', missing: 'Missing block'} as const

/** `cid` is the record's as the server shows it: a proof of another one would prove nothing. */
export function proofView(proof: Proof, {did, path, cid}: {did: string; path: string; cid: string}): Html {
  const {verdict, commit, steps, signatureOk} = proof
  const isOther = verdict.ok && verdict.cid !== null && String(verdict.cid) !== cid
  const holds = verdict.ok && !isOther
  const words = !verdict.ok
    ? `Not valid: ${verdict.detail} (${verdict.reason}).`
    : verdict.cid === null
      ? 'Valid: it proves that there is no such record.'
      : isOther
        ? 'It proves another record than the one the server shows.'
        : 'Valid: this record is in this account’s repository, signed by its key.'
  return html`<section class="x-verdict ${holds ? 'x-good' : 'x-bad'}" role="status">
      ${icon(holds ? 'check' : 'cross')}
      <p>${words}</p>
    </section>
    <ol class="x-proof">
      <li class="x-proof-step ${!signatureOk && 'x-broken'}">
        <h3>${icon('key')} Signing key</h3>
        <p>From the DID document of <code>${did}</code>.</p>
        <p class="x-mono x-clip">${proof.key}</p>
        <p>${mark(signatureOk, signatureOk ? 'signed the commit' : 'did not sign this commit')}</p>
      </li>
      ${steps.map(step => stepView(step, did))}
    </ol>
    ${card(
      'How it was checked',
      html`<p>
          Here, by this server, without trusting anyone: the proof came as a CAR of ${proof.blockCount} blocks,
          ${sizeText(proof.carSize)}, from com.atproto.sync.getRecord. Each block was hashed and compared with the CID that
          the step above names; the signature covers the commit, the commit the root, and so on down.
        </p>
        ${facts([
          ['key in the tree', html`<code>${path}</code>`],
          ['level in the tree', proof.height],
          ['revision', commit && html`<code>${commit.rev}</code>`],
          [
            'signature',
            commit && html`<code>${Array.from(commit.sig, byte => byte.toString(16).padStart(2, '0')).join('')}</code>`,
          ],
        ])}`,
    )}`
}

const stepView = (step: ProofStep, did: string): Html =>
  html`<li class="x-proof-step ${!step.ok && 'x-broken'} x-is-${step.kind}">
    <h3>
      ${icon(step.kind === 'record' ? 'check' : step.kind === 'commit' ? 'pin' : 'tree')}
      ${titles[step.kind]}${step.level !== undefined && html` <span class="x-soft">level ${step.level}</span>`}
      <span class="x-soft x-size">${step.size > 0 && sizeText(step.size)}</span>
    </h3>
    <p>${step.says}</p>
    ${step.entryCount !== undefined && cells(step.entryCount)}
    <p class="x-mono x-clip"><a href="${blockPath(did, step.cid)}">${step.cid}</a></p>
    <p>
      ${
        step.computed === undefined
          ? mark(false, 'not given')
          : step.ok
            ? mark(true, 'its bytes hash to this CID')
            : html`${mark(false, 'its bytes hash to another CID')} <span class="x-mono x-clip">${step.computed}</span>`
      }
    </p>
  </li>`

const cellsMax = 48

/** A node's entries as a row of little boxes. */
const cells = (count: number): Html =>
  html`<svg class="x-cells" viewBox="0 0 ${Math.max(1, Math.min(count, cellsMax)) * 10} 10" aria-hidden="true">
    ${Array.from({length: Math.min(count, cellsMax)}, (_, i) => html`<rect x="${i * 10 + 1}" y="1" width="8" height="8" rx="2" />`)}
  </svg>`
