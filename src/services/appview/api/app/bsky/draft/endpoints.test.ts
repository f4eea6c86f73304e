/** What the methods of app.bsky.draft answer, given what stands behind them. */
import type {Tid} from '#atp/syntax/tid.ts'
import {alice, endpointTable, pageOf, rkeyOf, time} from '../../../../../../../test/appview-endpoints.ts'
import {endpoint as createDraft} from './createDraft.ts'
import {endpoint as deleteDraft} from './deleteDraft.ts'
import {endpoint as getDrafts} from './getDrafts.ts'
import {endpoint as updateDraft} from './updateDraft.ts'

const draft = {posts: [{text: 'not yet'}]}
const id = rkeyOf(1) as Tid
type Note = (...asked: unknown[]) => void
const noting = (name: string, gives?: unknown) => (note: Note) => ({
  state: {
    async [name](...asked: unknown[]) {
      note(...asked)
      return gives as never
    },
  },
})

endpointTable(createDraft, {
  auth: 'viewer',
  rows: [
    {
      it: 'keeps a draft and gives its name',
      deps: noting('createDraft', id),
      input: {draft},
      gives: {id},
      asks: [[alice, JSON.stringify(draft)]],
    },
    {it: 'keeps no more than so many', deps: noting('createDraft', 'full'), input: {draft}, fails: 'DraftLimitReached'},
  ],
})

endpointTable(updateDraft, {
  auth: 'viewer',
  rows: [
    {
      it: 'changes a draft',
      deps: noting('updateDraft'),
      input: {draft: {id, draft}},
      asks: [[alice, id, JSON.stringify(draft)]],
    },
  ],
})

endpointTable(deleteDraft, {
  auth: 'viewer',
  rows: [{it: 'removes a draft', deps: noting('removeDraft'), input: {id}, asks: [[alice, id]]}],
})

endpointTable(getDrafts, {
  auth: 'viewer',
  rows: [
    {
      it: 'gives each as it was kept, and when',
      deps: () => ({
        state: {
          drafts: async (_: unknown, ...rest: unknown[]) =>
            pageOf({tid: id, body: JSON.stringify(draft), createdMs: Date.parse(time) - 1000})(...rest),
        },
      }),
      gives: {drafts: [{id, draft, createdAt: '2025-12-31T23:59:59.000Z', updatedAt: time}]},
    },
  ],
})
