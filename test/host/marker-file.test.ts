import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import { test, type TestContext } from 'node:test'
import { bootId, lookAt } from '../../src/host/identity.ts'
import { judgeHolder, readMarker, removeMarker, type Shown } from '../../src/host/marker-file.ts'
import { startCommand } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'

const FIELDS = { pid: 12, hostname: 'here', started_at: '2026-11-20T10:00:00Z', schema_version: 1 }

test('L8: the marker that was shown is removed', async (t) => {
  const { home, path } = place(t)
  writeFileSync(path, JSON.stringify(FIELDS))
  assert.equal(removeMarker(path, await shown(path)), 'removed')
  assert.deepEqual(readdirSync(home), [])
})

test('L8: a marker written since stays as it is', async (t) => {
  const { home, path } = place(t)
  writeFileSync(path, JSON.stringify(FIELDS))
  const before = await shown(path)
  const since = JSON.stringify({ ...FIELDS, pid: 13 })
  writeFileSync(path, since)
  assert.equal(removeMarker(path, before), 'changed')
  assert.equal(readFileSync(path, 'utf8'), since)
  assert.deepEqual(readdirSync(home), ['.locked'])
})

test('L8: a marker that went away meanwhile is missing', async (t) => {
  const { path } = place(t)
  writeFileSync(path, JSON.stringify(FIELDS))
  const before = await shown(path)
  rmSync(path)
  assert.equal(removeMarker(path, before), 'missing')
})

const garbage: readonly [string, (path: string) => unknown][] = [
  ['text', (path) => writeFileSync(path, 'no marker')],
  ['binary', (path) => writeFileSync(path, Buffer.of(0, 255))],
  ['an empty folder', (path) => mkdirSync(path)],
  ['a FIFO', (path) => execFileSync('mkfifo', [path])],
  ['a link', (path) => symlinkSync('/etc/passwd', path)],
]

for (const [name, plant] of garbage) {
  test(`L6, L8: ${name} in the marker's place is shown as garbage and removed`, async (t) => {
    const { home, path } = place(t)
    plant(path)
    assert.equal(removeMarker(path, await shown(path)), 'removed')
    assert.deepEqual(readdirSync(home), [])
    assert.ok(existsSync('/etc/passwd'))
  })

  test(`L8: a marker written since in the place of ${name} stays`, async (t) => {
    const { path } = place(t)
    plant(path)
    const before = await shown(path)
    rmSync(path, { recursive: true })
    writeFileSync(path, JSON.stringify(FIELDS))
    assert.equal(removeMarker(path, before), 'changed')
    assert.equal(readFileSync(path, 'utf8'), JSON.stringify(FIELDS))
  })
}

test('L8: a folder with something in it makes room and keeps what it holds', async (t) => {
  const { home, path } = place(t)
  mkdirSync(`${path}/precious`, { recursive: true })
  assert.equal(removeMarker(path, await shown(path)), 'removed')
  const [aside, ...more] = readdirSync(home)
  assert.deepEqual(more, [])
  assert.ok(existsSync(`${home}/${aside}/precious`))
})

test('nothing there is nothing', async (t) => {
  const { path } = place(t)
  assert.deepEqual(await readMarker(path), { kind: 'none' })
  assert.deepEqual(judgeHolder({ kind: 'none' }, 'here').verdict, 'free')
})

test('L4, L8: only a process that was seen alive counts as a living holder', async (t) => {
  const { path } = place(t)
  const program = startCommand(t, 'sleep', ['60'])
  const look = lookAt(program.pid)
  const process_start = look.state === 'alive' ? look.processStart : ''
  const hostname = os.hostname()
  const full = { ...FIELDS, pid: program.pid, hostname, process_start, boot_id: bootId() }
  writeFileSync(path, JSON.stringify(full))
  const { verdict, seenAlive } = judgeHolder(await readMarker(path), hostname)
  assert.deepEqual({ verdict, seenAlive }, { verdict: 'held', seenAlive: true })
  await program.kill()
  assert.equal(judgeHolder(await readMarker(path), hostname).seenAlive, false)
})

function place(t: TestContext): { home: string; path: string } {
  const home = tempDir(t)
  return { home, path: `${home}/.locked` }
}

async function shown(path: string): Promise<Shown> {
  const seen = await readMarker(path)
  if (seen.kind === 'none') throw new Error('there is nothing to show')
  return seen
}
