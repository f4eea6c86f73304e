/** A person, a browser, and the whole network behind it: signs up, writes with a picture, likes, and finds it all again. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {silentLog} from '#std/log.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {createGuard} from '#runtime/strangers/guard.ts'
import {listen} from '#runtime/http/listener.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {openNetwork} from '../../src/bin/network.ts'
import {freePorts, networkEnv, urlOf} from '../network-env.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {findChromium} from './chromium.ts'
import {Driver} from './driver.ts'

useNativeCrypto()

const chromium = findChromium()

/** Chooses a picture drawn on the spot, as the file dialog would. */
const choosePicture = `(async () => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 2400, height: 1200})
  const context = canvas.getContext('2d')
  context.fillStyle = 'teal'
  context.fillRect(0, 0, 2400, 1200)
  const blob = await new Promise(resolve => canvas.toBlob(resolve, 'image/png'))
  const transfer = new DataTransfer()
  transfer.items.add(new File([blob], 'teal.png', {type: 'image/png'}))
  const chooser = document.querySelector('form.composer input[type="file"][multiple]')
  chooser.files = transfer.files
  chooser.dispatchEvent(new Event('change'))
})()`

test(
  'a person signs up, writes with a picture, likes it, and sees it all',
  {skip: chromium ? false : 'no Chromium in PATH or at CHROMIUM_PATH', timeout: 120_000},
  async () => {
    const ports = await freePorts()
    const env = networkEnv(temporaryFolder('browser'), ports)
    const [world, guarded] = [
      nodeWorld({userAgent: 'test'}),
      nodeWorld({userAgent: 'test', guard: createGuard({allowLoopback: true})}),
    ]
    const {members} = await openNetwork(env, {world, guarded, log: silentLog})
    for (const {service} of members) await service.start()
    const listeners = await Promise.all(
      members
        .filter(({service: {name}}) => name === 'web' || name === 'appview')
        .map(({service, port}) => listen(service, {port, log: silentLog})),
    )
    try {
      await using page = await Driver.open(chromium!)
      const at = urlOf(ports.web)

      await page.goto(`${at}/sign-up`)
      await page.fill('[name="name"]', 'Alice')
      await page.until(`document.querySelector('[data-verdict]').textContent.includes('is free')`)
      await page.fill('[name="email"]', 'alice@example.com')
      await page.fill('[name="password"]', 'correct horse')
      await page.click('main form button')
      await page.until(
        `location.pathname === '/timeline' && document.querySelector('.empty') && document.querySelector('.slots.improved')`,
      )

      await page.fill('form.composer textarea', 'Hello from a browser, see example.com')
      assert.equal(await page.evaluate(`document.querySelector('[data-counter]').textContent`), '263')
      await page.evaluate(choosePicture)
      await page.until(`document.querySelector('.slot:not([hidden]) img')?.naturalWidth === 2000`)
      await page.fill('.slot:not([hidden]) [name="alt"]', 'All teal')
      await page.click('form.composer .composer-foot button')
      await page.until(`document.querySelector('.post .text')?.textContent.includes('Hello from a browser')`)
      await page.until(`document.querySelector('.post .pictures img')?.naturalWidth > 0`)
      assert.equal(await page.evaluate(`document.querySelector('.post .pictures img').alt`), 'All teal')
      assert.equal(await page.evaluate(`document.querySelector('.post .text a').href`), 'https://example.com/')

      await page.click('.post button.like')
      await page.until(`document.querySelector('.post button.like[aria-pressed="true"] .count').textContent === '1'`)
      await page.click('.post .when')
      await page.until(`document.querySelector('.tallies')?.textContent.includes('1 like')`)

      await page.goto(`${at}/profile/alice.test`)
      await page.until(`document.querySelector('.counts').textContent.includes('1 post')`)
      await page.goto(`${at}/search?q=browser`)
      await page.until(`document.querySelector('.post .text')`)
      assert.deepEqual(page.complaints, [])
    } finally {
      for (const listener of listeners) await listener.stop()
      for (const {service} of members.toReversed()) await service.stop()
      await Promise.all([world.close(), guarded.close()])
    }
  },
)
