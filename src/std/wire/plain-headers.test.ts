import assert from 'node:assert/strict'
import {test} from 'node:test'
import {PlainHeaders} from './plain-headers.ts'

type Act = (headers: Headers) => unknown

const acts: Readonly<Record<string, Act>> = {
  'append joins, and is found in any case': headers => {
    headers.append('Vary', 'A')
    headers.append('vary', ' B ')
    return [headers.get('VARY'), headers.has('vArY'), headers.get('x-none'), headers.has('x-none')]
  },
  'set takes the place of all before': headers => {
    headers.append('a', '1')
    headers.append('a', '2')
    headers.set('A', '3')
    return [...headers]
  },
  'delete leaves nothing': headers => {
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    headers.append('b', '1')
    headers.delete('Set-Cookie')
    headers.delete('none')
    return [...headers]
  },
  'cookies stay apart': headers => {
    headers.append('set-cookie', 'a=1')
    headers.append('b', '1')
    headers.append('set-cookie', 'b=2')
    const before = [headers.getSetCookie(), headers.get('set-cookie'), [...headers]]
    headers.set('set-cookie', 'c=3')
    return [before, headers.getSetCookie()]
  },
  'a walk is sorted': headers => {
    for (const name of ['b', 'c', 'a']) headers.set(name, `of ${name}`)
    const seen: unknown[] = []
    headers.forEach((value, name, all) => seen.push([value, name, all === headers]))
    return [seen, [...headers.keys()], [...headers.values()], [...headers.entries()]]
  },
  'a copy is the same': headers => {
    headers.set('x-a', 'é')
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    return [[...new Headers(headers)], [...new Response(null, {headers}).headers]]
  },
}

for (const [name, act] of Object.entries(acts)) {
  test(`plain headers do as the standard class does: ${name}`, () => {
    assert.deepEqual(act(new PlainHeaders()), act(new Headers()))
  })
}

test('what would break the line is refused, as by the standard class', () => {
  for (const [name, value] of [
    ['a b', '1'],
    ['', '1'],
    ['a:', '1'],
    ['a', '1\r\nb: 2'],
    ['a', '1\n2'],
    ['a', '\0'],
    ['a', '✓'],
  ]) {
    for (const headers of [new PlainHeaders(), new Headers()]) {
      assert.throws(() => headers.set(name, value), TypeError, JSON.stringify([name, value]))
      assert.throws(() => headers.append(name, value), TypeError)
    }
  }
})

test('they are headers, and a list in the order in which they came', () => {
  const headers = new PlainHeaders(['b', '1', 'a', '2'])
  headers.set('c', '3')
  assert.ok(headers instanceof Headers)
  assert.deepEqual(headers.list, ['b', '1', 'a', '2', 'c', '3'])
})
