import assert from 'node:assert/strict'
import {test} from 'node:test'
import {nameOfUserAgent} from './user-agent.ts'

const names: [text: string, name: string][] = [
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15',
    'Safari on macOS',
  ],
  ['Chrome/140', 'Chrome'],
  ['my-tool/1.0', 'my-tool/1.0'],
  ['', 'An unknown browser'],
  ['a\u202eb\n\tc', 'a b c'],
  ['x'.repeat(300), `${'x'.repeat(59)}…`],
]
for (const [text, name] of names) test(`${name} is what it is called`, () => assert.equal(nameOfUserAgent(text), name))
