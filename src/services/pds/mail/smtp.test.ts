/** Mail by SMTP, to a server of the test that notes what it is told. */
import assert from 'node:assert/strict'
import {createServer} from 'node:net'
import {once} from 'node:events'
import {test} from 'node:test'
import {smtpAdvice, smtpMailer} from './smtp.ts'

test('a message goes to the mail server as it is, and a refusal is an error', async () => {
  const lines: string[] = []
  const server = createServer(socket => {
    let inBody = false
    socket.setEncoding('latin1').write('220 test\r\n')
    socket.on('error', () => {})
    socket.on('data', (chunk: string) => {
      for (const line of chunk.split('\r\n').filter(text => text !== '')) {
        lines.push(line)
        if (inBody) {
          if (line === '.') {
            inBody = false
            socket.write('250 taken\r\n')
          }
        } else if (line === 'DATA') {
          inBody = true
          socket.write('354 go on\r\n')
        } else socket.write(line.includes('nobody@') ? '550 unknown\r\n' : '250 ok\r\n')
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as {port: number}
  try {
    const mailer = smtpMailer(new URL(`smtp://127.0.0.1:${port}`), 'pds@example.com')
    await mailer.send({to: 'alice@example.com', subject: 'A code', text: 'AAAAA-BBBBB', html: '<b>AAAAA-BBBBB</b>'})
    assert.ok(lines.includes('MAIL FROM:<pds@example.com>'))
    assert.ok(lines.includes('RCPT TO:<alice@example.com>'))
    assert.ok(lines.includes('Subject: A code'))
    assert.ok(lines.includes('AAAAA-BBBBB') && lines.includes('<b>AAAAA-BBBBB</b>'), 'as text and as HTML')
    assert.ok(lines.includes('Auto-Submitted: auto-generated'))
    await mailer.check?.()
    await assert.rejects(mailer.send({to: 'nobody@example.com', subject: 'x', text: 'x', html: 'x'}), /550/)
    // Nor does an address lead to another.
    await mailer.send({to: 'x,carol@example.com', subject: 'x', text: 'x', html: 'x'})
    assert.ok(!lines.includes('RCPT TO:<carol@example.com>'))
    // A subject or an address cannot add lines of its own.
    await mailer.send({to: 'bob@example.com', subject: 'A\r\nBcc: x@example.com', text: 'x', html: 'x'})
    assert.ok(!lines.some(line => line.includes('RCPT TO:<x@example.com>') || line.startsWith('Bcc:')))
  } finally {
    server.close()
  }
})

test('what a mail server has against mail is told with what to do', async () => {
  const rows: [object, RegExp][] = [
    [{code: 'EAUTH', response: '535 no'}, /user and password.*It said: 535 no/],
    [{code: 'EDNS', message: 'getaddrinfo ENOTFOUND'}, /leads nowhere/],
    [{code: 'ETLS', message: 'self-signed'}, /certificate/],
    [{code: 'EENVELOPE', response: '550 x'.repeat(200)}, /PDS_MAIL_FROM/],
    [new Error('something else'), /took no mail\. It said: something else/],
  ]
  for (const [error, says] of rows) {
    assert.match(smtpAdvice(error), says)
    assert.ok(smtpAdvice(error).length < 500)
  }
  const nowhere = smtpMailer(new URL('smtp://user:hunter2@127.0.0.1:1'), 'pds@example.com')
  const error: unknown = await nowhere.check?.().catch((thrown: unknown) => thrown)
  assert.match(smtpAdvice(error), /cannot be reached|broke/)
  assert.ok(!smtpAdvice(error).includes('hunter2'))
})
