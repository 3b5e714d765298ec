import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isSameMark, sweepFile } from '../../src/host/heartbeat-file.ts'
import { placeHeartbeat } from '../support/heartbeats.ts'
import { programPath, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const UNREMOVABLE = '/sys/kernel/uevent_seqnum'
const needsSysfs = existsSync(UNREMOVABLE)
  ? false
  : 'skipped: needs a file that not even root removes'

test('W5: a file that is as it was seen goes', (t) => {
  const folder = tempDir(t)
  const path = placeHeartbeat(folder)
  assert.deepEqual(sweepFile(path, statSync(path)), { kind: 'swept' })
  assert.deepEqual(readdirSync(folder), [])
})

test('W5: a file that was refreshed since stays', (t) => {
  const folder = tempDir(t)
  const path = placeHeartbeat(folder)
  const seen = statSync(path)
  utimesSync(path, 1, 1)
  assert.deepEqual(sweepFile(path, seen), { kind: 'changed' })
  assert.deepEqual(readdirSync(folder).length, 1)
})

test('W5: a file that went by itself is missing, and that is all', (t) => {
  const path = join(tempDir(t), 'heartbeat-1-a.json')
  assert.deepEqual(sweepFile(path, { ino: 1, size: 1, mtimeMs: 1 }), { kind: 'missing' })
})

test('W5: a symlink goes, what it leads to stays; a folder stays', (t) => {
  const folder = tempDir(t)
  const [target, link, inner] = ['target', 'link', 'inner'].map((name) => join(folder, name))
  writeFileSync(target ?? '', 'precious')
  symlinkSync(target ?? '', link ?? '')
  mkdirSync(inner ?? '')
  assert.equal(sweepFile(link ?? '', lstatSync(link ?? '')).kind, 'swept')
  assert.equal(sweepFile(inner ?? '', lstatSync(inner ?? '')).kind, 'changed')
  assert.deepEqual(readdirSync(folder), ['inner', 'target'])
  assert.equal(readFileSync(target ?? '', 'utf8'), 'precious')
})

test('W5: what cannot be removed is said', { skip: needsSysfs }, () => {
  const swept = sweepFile(UNREMOVABLE, lstatSync(UNREMOVABLE))
  assert.match(swept.kind === 'kept' ? swept.reason : swept.kind, /^cannot be removed \(\w+\)$/)
})

test('W5: a wrapper that refreshes all the time never loses what it wrote last', async (t) => {
  const folder = tempDir(t)
  const writer = startProgram(t, programPath('refresh-heartbeat.ts'), [folder, 'w'])
  const path = (await writer.line('writing ')).slice('writing '.length)
  const kinds = { swept: 0, changed: 0, missing: 0, kept: 0 }
  let lastSwept: { ino: number; size: number; mtimeMs: number } | undefined
  const sweepAgain = (): void => {
    const seen = lstatSync(path, { throwIfNoEntry: false })
    if (seen === undefined) return
    const { kind } = sweepFile(path, seen)
    kinds[kind] += 1
    if (kind === 'swept') lastSwept = seen
  }
  const isEnough = (): boolean => {
    for (let times = 0; times < 200; times += 1) sweepAgain()
    return kinds.changed >= 20 && kinds.swept >= 20
  }
  await waitFor(isEnough, { what: 'sweeps that met a refresh half way', everyMs: 1 })
  writer.send('stop')
  const { last } = JSON.parse((await writer.line('wrote ')).slice('wrote '.length))
  const now = lstatSync(path, { throwIfNoEntry: false })
  const isThere = now !== undefined
  const wasSweptAsSeen = lastSwept !== undefined && isSameMark(lastSwept, last)
  assert.ok(isThere || wasSweptAsSeen || last.ino === undefined, JSON.stringify({ kinds, last }))
  assert.equal(kinds.kept, 0)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('.tmp-')),
    [],
  )
})
