/** `/export`: all operations as JSON lines, page by page, by sequence number or by time. */
import {answer, auditEntry, refusal, sequencedEntry} from './answers.ts'
import type {OperationStore, Sequenced} from './store/operation-store.ts'

const exportMax = 1_000

/** `after` is a seq, answered in the newer form, or a time, answered in the older one. */
export async function exported(
  store: Pick<OperationStore, 'after' | 'takenAfter'>,
  search: URLSearchParams,
): Promise<Response> {
  const countText = search.get('count') || String(exportMax)
  if (!/^\d+$/.test(countText) || Number(countText) < 1) return refusal(400, 'Invalid count parameter')
  const count = Math.min(Number(countText), exportMax)
  const after = search.get('after') ?? ''
  if (/^\d+$/.test(after)) {
    const seq = Math.min(Number(after), Number.MAX_SAFE_INTEGER)
    return lines((await store.after(seq, count)).map(sequencedEntry))
  }
  const ms = after === '' ? -Infinity : Date.parse(after)
  if (Number.isNaN(ms)) return refusal(400, 'Invalid after parameter')
  return lines((await byTime(store, ms, count)).map(auditEntry))
}

/**
 * A page that ends between two moments: whoever goes on from the time of its last line would else miss what was taken in
 * the same millisecond. A page of one moment alone has no better end.
 */
async function byTime(
  store: Pick<OperationStore, 'takenAfter'>,
  ms: number,
  count: number,
): Promise<readonly Sequenced[]> {
  const found = await store.takenAfter(Math.max(ms, Number.MIN_SAFE_INTEGER), count + 1)
  if (found.length <= count) return found
  const nextMs = found[count].takenMs
  const whole = found.filter(({takenMs}) => takenMs < nextMs)
  return whole.length > 0 ? whole : found.slice(0, count)
}

const lines = (entries: readonly object[]): Response =>
  answer(entries.map(entry => JSON.stringify(entry)).join('\n'), 'application/jsonlines')
