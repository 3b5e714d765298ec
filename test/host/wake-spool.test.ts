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
import { join } from 'node:path'
import { test } from 'node:test'
import { prepareHome } from '../../src/host/home.ts'
import { type Paths, resolvePaths } from '../../src/host/paths.ts'
import { consumeWakeSignals } from '../../src/host/wake-spool.ts'
import type { Cleaning } from '../support/cleaning.ts'
import { tempDir } from '../support/temp-dir.ts'

test('X2: every signal is taken once, by its name', (t) => {
  const paths = madeHome(t)
  assert.deepEqual(consumeWakeSignals(paths), [])
  for (const name of ['a', 'b']) writeFileSync(join(paths.wake, name), '')
  writeFileSync(paths.wakeSignal, '')
  assert.deepEqual(consumeWakeSignals(paths).toSorted(), ['a', 'b', 'wake.signal'])
  assert.deepEqual(consumeWakeSignals(paths), [])
  assert.equal(existsSync(paths.wakeSignal), false)
})

test('X2: whatever lies there counts and goes: a folder, a FIFO, a link, a name of any bytes', (t) => {
  const paths = madeHome(t)
  const victim = join(tempDir(t), 'victim')
  writeFileSync(victim, 'precious')
  mkdirSync(join(paths.wake, 'folder', 'deep'), { recursive: true })
  execFileSync('mkfifo', [join(paths.wake, 'fifo')])
  symlinkSync(victim, join(paths.wake, 'link'))
  symlinkSync(join(victim, '..'), join(paths.wake, 'folder', 'link'))
  writeFileSync(Buffer.concat([Buffer.from(`${paths.wake}/`), Buffer.from([0x66, 0x1b, 0x5b])]), '')
  mkdirSync(paths.wakeSignal)
  assert.equal(consumeWakeSignals(paths).length, 5)
  assert.deepEqual(readdirSync(paths.wake), [])
  assert.equal(readFileSync(victim, 'utf8'), 'precious')
})

test('check 4: a spool that became a link is not emptied', (t) => {
  const paths = madeHome(t)
  const outside = tempDir(t)
  writeFileSync(join(outside, 'precious'), '')
  rmSync(paths.wake, { recursive: true })
  symlinkSync(outside, paths.wake)
  assert.deepEqual(consumeWakeSignals(paths), [])
  assert.deepEqual(readdirSync(outside), ['precious'])
})

test('W8: a spool that is gone is empty', (t) => {
  const paths = madeHome(t)
  rmSync(paths.wake, { recursive: true })
  writeFileSync(paths.wakeSignal, '')
  assert.deepEqual(consumeWakeSignals(paths), ['wake.signal'])
  writeFileSync(paths.wake, '')
  assert.deepEqual(consumeWakeSignals(paths), [])
})

function madeHome(t: Cleaning): Paths {
  const paths = resolvePaths(join(tempDir(t), 'home'), {})
  prepareHome(paths)
  return paths
}
