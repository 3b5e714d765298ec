import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chownSync,
  chmodSync,
  linkSync,
  mkdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import { readSmallFile, type SmallFile } from '../../src/host/read-small-file.ts'
import { onEnd } from '../support/cleaning.ts'
import { tempDir } from '../support/temp-dir.ts'

const asRoot = process.getuid?.() === 0
const needsRoot = asRoot ? false : 'skipped: needs root'
const LIMITS = { maxBytes: 1000 }

test('a plain file is read, with what identifies this version of it', (t) => {
  const path = place(t)
  writeFileSync(path, 'häuser 🏠\n')
  const { dev, ino, mtimeMs, size } = statSync(path)
  const expected: SmallFile = {
    kind: 'ok',
    text: 'häuser 🏠\n',
    facts: { dev, ino, mtimeMs, size },
  }
  assert.deepEqual(readSmallFile(path, LIMITS), expected)
})

test('an empty file is an empty text', (t) => {
  const path = place(t)
  writeFileSync(path, '')
  assert.equal(textOf(readSmallFile(path, LIMITS)), '')
})

test('what is not there is missing, also below a file', (t) => {
  const path = place(t)
  assert.deepEqual(readSmallFile(path, LIMITS), { kind: 'missing' })
  writeFileSync(path, '')
  assert.deepEqual(readSmallFile(`${path}/below`, LIMITS), { kind: 'missing' })
})

test('W3: the limit is exact, and what is over it is not read', (t) => {
  const path = place(t)
  writeFileSync(path, 'x'.repeat(1000))
  assert.equal(textOf(readSmallFile(path, LIMITS))?.length, 1000)
  writeFileSync(path, 'x'.repeat(1001))
  assert.equal(reasonOf(readSmallFile(path, LIMITS)), 'has 1001 bytes, more than 1000')
})

test('a limit beyond the shared memory works too', (t) => {
  const path = place(t)
  writeFileSync(path, 'x'.repeat(300_000))
  assert.equal(textOf(readSmallFile(path, { maxBytes: 300_000 }))?.length, 300_000)
})

test('a text stays what it was after the next file is read', (t) => {
  const path = place(t)
  writeFileSync(path, 'first')
  const first = readSmallFile(path, LIMITS)
  writeFileSync(path, 'other')
  assert.equal(textOf(readSmallFile(path, LIMITS)), 'other')
  assert.equal(textOf(first), 'first')
})

test('W3: invalid UTF-8 is bad, and its facts are still told', (t) => {
  const path = place(t)
  writeFileSync(path, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))
  const file = readSmallFile(path, LIMITS)
  assert.equal(reasonOf(file), 'is not UTF-8 text')
  assert.equal(file.kind === 'bad' && file.facts?.size, 4)
})

test('W3: a link is not followed', (t) => {
  const path = place(t)
  writeFileSync(`${path}-target`, 'secret')
  symlinkSync(`${path}-target`, path)
  assert.equal(reasonOf(readSmallFile(path, LIMITS)), 'is a symbolic link')
})

test('W3: folders, FIFOs, sockets and devices neither hang nor throw', async (t) => {
  const path = place(t)
  mkdirSync(`${path}-folder`)
  execFileSync('mkfifo', [`${path}-fifo`])
  await listen(t, `${path}-socket`)
  assert.equal(reasonOf(readSmallFile(`${path}-folder`, LIMITS)), 'is a folder')
  assert.equal(reasonOf(readSmallFile(`${path}-fifo`, LIMITS)), 'is a FIFO')
  assert.equal(reasonOf(readSmallFile(`${path}-socket`, LIMITS)), 'is a socket or a device')
  assert.equal(reasonOf(readSmallFile('/dev/zero', LIMITS)), 'is a device')
})

test("another user's file is bad", { skip: needsRoot }, (t) => {
  const path = place(t)
  writeFileSync(path, 'theirs')
  chownSync(path, 65534, 65534)
  assert.equal(reasonOf(readSmallFile(path, LIMITS)), 'belongs to user 65534')
  assert.equal(textOf(readSmallFile(path, { ...LIMITS, ownerUid: 65534 })), 'theirs')
})

test(
  'a file that may not be read is bad',
  { skip: asRoot ? 'skipped: root reads everything' : false },
  (t) => {
    const path = place(t)
    writeFileSync(path, 'x')
    chmodSync(path, 0)
    assert.equal(reasonOf(readSmallFile(path, LIMITS)), 'cannot be read (EACCES)')
  },
)

test('a second name of a file is as good as the first', (t) => {
  const path = place(t)
  writeFileSync(`${path}-target`, 'x')
  linkSync(`${path}-target`, path)
  assert.equal(textOf(readSmallFile(path, LIMITS)), 'x')
})

function place(t: TestContext): string {
  return `${tempDir(t)}/file`
}

function textOf(file: SmallFile): string | undefined {
  return file.kind === 'ok' ? file.text : undefined
}

function reasonOf(file: SmallFile): string | undefined {
  return file.kind === 'bad' ? file.reason : undefined
}

async function listen(t: TestContext, path: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onEnd(t, () => new Promise((resolve) => server.close(resolve)))
}
