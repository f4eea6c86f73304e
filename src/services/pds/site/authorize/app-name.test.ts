import assert from 'node:assert/strict'
import {test} from 'node:test'
import {toText} from '#pages/html.ts'
import {placesOfClient} from './app-name.ts'

const id = (...uris: string[]) => `http://localhost?${new URLSearchParams(uris.map(uri => ['redirect_uri', uri]))}`

test('apps on one’s own computer are told apart by where they listen', () => {
  const rows: [id: string, shown: string][] = [
    ['http://localhost', ''],
    [id('http://127.0.0.1:3900/cb'), '127.0.0.1:3900/cb'],
    [id('http://127.0.0.1:3901/cb?a=b'), '127.0.0.1:3901/cb'],
    [id('http://[::1]/'), '[::1]/'],
    [id('http://127.0.0.1/a', 'http://127.0.0.1/b'), '127.0.0.1/a, 127.0.0.1/b'],
    [
      id(...['a', 'b', 'c', 'd'].map(path => `http://127.0.0.1/${path}`)),
      '127.0.0.1/a, 127.0.0.1/b, 127.0.0.1/c and elsewhere',
    ],
    [id('http://127.0.0.1/<b>'), '127.0.0.1/%3Cb%3E'],
    [id('nonsense'), ''],
  ]
  for (const [client, shown] of rows) {
    const places = placesOfClient(client)
    const text = places ? toText(places) : ''
    assert.equal(text, shown && ` <span class="soft">(${shown})</span>`, client)
  }
  assert.ok(toText(placesOfClient(id(`http://127.0.0.1/${'x'.repeat(500)}`))!).length < 130, 'bounded')
})
