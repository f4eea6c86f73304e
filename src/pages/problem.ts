/** Pages for what went wrong: what happened, in plain words, and what to do now. */
import type {UpstreamError} from '#xrpc/errors.ts'
import {html, type Html} from './html.ts'
import {mark} from './look/icons.ts'
import type {Visit} from './routes.ts'

export interface Problem {
  status: number
  title: string
  text: string
  /** Where to go from here. */
  way?: {path: string; label: string}
}

const problemCard = ({title, text, way}: Problem): Html =>
  html`<section class="empty" role="alert">
    <p class="empty-sign">${mark}</p>
    <h1>${title}</h1>
    <p>${text}</p>
    ${way && html`<p><a class="button quiet" href="${way.path}">${way.label}</a></p>`}
  </section>`

export const problemPage = (visit: Pick<Visit<unknown>, 'page'>, problem: Problem): Promise<Response> =>
  visit.page({title: problem.title, at: '', main: problemCard(problem)}, {status: problem.status})

/** What to say of a call that failed. `retry` is the page that it failed for. */
export function problemOf(error: UpstreamError, retry: string): Problem {
  const again = {path: retry, label: 'Try again'}
  if (error.error === 'UpstreamFailure' || error.error === 'UpstreamTimeout' || error.status === 502) {
    const text = `A server of the network does not respond. It may be starting. (${error.message})`
    return {status: 502, title: 'Server not available', text, way: again}
  }
  if (error.status === 429) {
    return {status: 429, title: 'Too many requests', text: 'Wait a minute, then try again.', way: again}
  }
  if (error.status === 501 || error.error === 'MethodNotImplemented') {
    return {status: 501, title: 'Not supported', text: 'The servers of this network do not support this.', way: again}
  }
  const status = error.status >= 400 && error.status < 500 ? error.status : 502
  return {status, title: 'Something went wrong', text: error.message, way: again}
}
