/** Which settings of the operator's hold after a restart. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import type {StoredSetting} from '../store/operator-store.ts'
import {OperatorSettings, type OperatorValues} from './settings.ts'

/** Settings over one store, opened again and again by whatever the configuration says then. */
function stored(first: readonly StoredSetting[] = []) {
  const kept = new Map(first.map(setting => [setting.name, setting]))
  const store = {
    settings: async () => [...kept.values()],
    set: async (setting: StoredSetting) => void kept.set(setting.name, setting),
  }
  const open = (requestCrawl: boolean, newHostsPerDayMax: number): Promise<OperatorSettings> =>
    OperatorSettings.load(store, {requestCrawl, newHostsPerDayMax})
  return {open, kept}
}

const valuesOf = ({requestCrawl, newHostsPerDayMax}: OperatorValues): unknown[] => [requestCrawl, newHostsPerDayMax]

test('what is set holds at once and after a restart, until the configuration says something else', async () => {
  const {open, kept} = stored()
  const settings = await open(true, 50)
  deepEqual(valuesOf(settings), [true, 50])
  await settings.set('requestCrawl', false)
  await settings.set('newHostsPerDayMax', 7)
  deepEqual(valuesOf(settings), [false, 7])
  deepEqual(
    [...kept.values()],
    [
      {name: 'requestCrawl', value: 'false', over: 'true'},
      {name: 'newHostsPerDayMax', value: '7', over: '50'},
    ],
  )
  const again = await Promise.all([open(true, 50), open(true, 51), open(false, 50)])
  deepEqual(again.map(valuesOf), [
    [false, 7],
    [false, 51],
    [false, 7],
  ])
})

test('a setting that there is no more is passed over', async () => {
  const {open} = stored([
    {name: 'constructor', value: '1', over: '2'},
    {name: 'old', value: '1', over: '2'},
  ])
  deepEqual(valuesOf(await open(true, 50)), [true, 50])
})
