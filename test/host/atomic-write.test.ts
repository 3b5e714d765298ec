import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { syncFolder, TEMP_NAME, writeAtomically } from '../../src/host/atomic-write.ts'
import { needsSmallDisk, startOnSmallDisk } from '../support/small-disk.ts'
import { programPath, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'

for (const durable of [true, false]) {
  test(`a file is made, then replaced whole (durable: ${durable})`, (t) => {
    const path = join(tempDir(t), 'a.json')
    writeAtomically(path, 'first, and long', { durable })
    assert.equal(readFileSync(path, 'utf8'), 'first, and long')
    const inode = statSync(path).ino
    writeAtomically(path, new Uint8Array([1, 0, 255]), { durable })
    assert.deepEqual([...readFileSync(path)], [1, 0, 255])
    assert.notEqual(statSync(path).ino, inode)
  })
}

test('check 1: it is private whatever the umask, and as open as it is told', (t) => {
  const folder = tempDir(t)
  writeAtomically(join(folder, 'private'), 'x', { durable: false })
  writeAtomically(join(folder, 'open'), 'x', { durable: false, mode: 0o700 })
  assert.equal(statSync(join(folder, 'private')).mode & 0o777, 0o600)
  assert.equal(statSync(join(folder, 'open')).mode & 0o777, 0o700)
})

test('check 4: a link at that name is replaced; what it led to is untouched', (t) => {
  const folder = tempDir(t)
  const [victim, path] = [join(folder, 'victim'), join(folder, 'a.json')]
  writeFileSync(victim, 'precious')
  symlinkSync(victim, path)
  writeAtomically(path, 'ours', { durable: true })
  assert.equal(readFileSync(victim, 'utf8'), 'precious')
  assert.ok(lstatSync(path).isFile())
})

test('L9: what fails leaves the old file and no temp file', (t) => {
  const folder = tempDir(t)
  mkdirSync(join(folder, 'taken', 'by-a-folder'), { recursive: true })
  assert.throws(
    () => writeAtomically(join(folder, 'taken'), 'x', { durable: true }),
    /EISDIR|ENOTEMPTY|EEXIST/,
  )
  assert.deepEqual(readdirSync(folder), ['taken'])
  assert.throws(() => writeAtomically(join(folder, 'gone', 'a'), 'x', { durable: true }), /ENOENT/)
  assert.throws(() => syncFolder(join(folder, 'gone')), /ENOENT/)
})

test('the name of a temp file tells whose it is', () => {
  assert.equal(TEMP_NAME.exec('.tmp-4242-0123456789ab')?.[1], '4242')
  for (const name of [
    '.tmp-x-0123456789ab',
    'x.tmp-1-0123456789ab',
    '.tmp-1-0123456789ab.json',
    '.tmp-1-012',
  ]) {
    assert.equal(TEMP_NAME.exec(name), null, name)
  }
})

test('S7: whoever reads while it is written sees the old or the new content, never another', async (t) => {
  const path = join(tempDir(t), 'state.json')
  writeAtomically(path, contentOf(0), { durable: false })
  const writer = startProgram(t, programPath('rewrite-file.ts'), [path, '400'])
  const seen = new Set<string>()
  const done = writer.nextLine()
  let over = false
  const end = done.finally(() => {
    over = true
  })
  while (!over) {
    for (let look = 0; look < 200; look++) {
      const content = readFileSync(path, 'utf8')
      assert.equal(content, contentOf(Number(content.slice(0, content.indexOf(':')))))
      seen.add(content)
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(await end, 'done')
  assert.ok(seen.size > 1)
  assert.deepEqual(readdirSync(join(path, '..')), ['state.json'])
})

test(
  'D4: on a full disk the old content stays, nothing else is left, and it works again when there is room',
  { skip: needsSmallDisk() },
  async (t) => {
    const program = startOnSmallDisk(t, 256, 'fill-atomic.ts')
    assert.deepEqual(JSON.parse(await program.nextLine()), {
      error: 'ENOSPC',
      whileFull: 'old',
      names: ['a.json', 'ballast'],
      after: 'x'.repeat(100_000).length,
    })
  },
)

test(
  'a folder that may not be written is an error that names the file',
  { skip: process.getuid?.() === 0 ? 'root may write anywhere' : false },
  (t) => {
    const folder = tempDir(t)
    chmodSync(folder, 0o500)
    assert.throws(() => writeAtomically(join(folder, 'a'), 'x', { durable: true }), /EACCES/)
    chmodSync(folder, 0o700)
    assert.ok(!existsSync(join(folder, 'a')))
  },
)

/** Long enough to need several pages, and different in every byte that matters. */
function contentOf(round: number): string {
  return `${round}:${String(round % 10).repeat(20_000)}`
}
