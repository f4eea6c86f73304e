import assert from 'node:assert/strict'
import {test} from 'node:test'
import {toText} from '../html.ts'
import {chosenTheme, themeCookie, themeOf, themeSwitch} from './theme.ts'

const asked = (cookie: string): Request => new Request('http://localhost/', {headers: {cookie}})

test('a theme is light or dark, and else as the system is', () => {
  assert.deepEqual(['light', 'dark', 'system', '', 'Dark', '<b>', undefined].map(themeOf), [
    'light',
    'dark',
    'system',
    'system',
    'system',
    'system',
    'system',
  ])
})

test('what was chosen is read from the cookie that was set', () => {
  for (const theme of ['light', 'dark'] as const) {
    const [pair] = themeCookie(theme, false).split(';')
    assert.equal(chosenTheme(asked(pair)), theme)
  }
  assert.equal(chosenTheme(asked('')), 'system')
  assert.equal(chosenTheme(asked('wholesky-theme=purple')), 'system')
})

test('to go back to the system takes the cookie away', () => {
  assert.match(themeCookie('system', false), /^wholesky-theme=; .*Max-Age=0/)
  assert.match(themeCookie('dark', true), /; Secure$/)
})

test('the switch shows what is chosen, says what each button does, and comes back', () => {
  const text = toText(themeSwitch({theme: 'dark', path: '/search?q="', token: 'secret'}))
  const buttons = [...text.matchAll(/value="(\w+)"[^>]*aria-label="([^"]*)"[^>]*aria-pressed="(\w+)"/g)]
  assert.deepEqual(
    buttons.map(([, value, label, pressed]) => [value, label, pressed]),
    [
      ['system', 'Theme: Same as system', 'false'],
      ['light', 'Theme: Light', 'false'],
      ['dark', 'Theme: Dark', 'true'],
    ],
  )
  assert.match(text, /name="back" value="\/search\?q=&quot;"/)
  assert.match(text, /name="form-token" value="secret"/)
})
