import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import { ownUmask } from '../../src/host/own-umask.ts'
import { onEnd } from '../support/cleaning.ts'
import { needsLinux } from '../support/needs.ts'

test('our umask is told as it is, and stays so', (t) => {
  const before = process.umask(0o027)
  onEnd(t, () => process.umask(before))
  assert.equal(ownUmask(), '0027')
  assert.equal(process.umask(0o022), 0o027)
  assert.equal(ownUmask(), '0022')
})

test('also in a thread, which may not set it', { skip: needsLinux() }, async () => {
  const path = new URL('../../src/host/own-umask.ts', import.meta.url).href
  const code = `import('${path}').then(({ ownUmask }) => require('node:worker_threads').parentPort.postMessage(ownUmask()))`
  const [told] = await once(new Worker(code, { eval: true }), 'message')
  assert.equal(told, ownUmask())
})
