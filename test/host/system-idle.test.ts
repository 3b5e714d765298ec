import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askSystemIdle } from '../../src/host/system-idle.ts'
import { DARWIN_IDLE_QUESTION, readDarwinIdle } from '../../src/host/system-idle-darwin.ts'
import { LINUX_IDLE_QUESTION, readLinuxIdle } from '../../src/host/system-idle-linux.ts'

const NOW = 1_763_632_200_000

test('S6: logind says that somebody is there', () => {
  assert.deepEqual(readLinuxIdle('b false\nt 1763632100000000\n', NOW), { kind: 'active' })
})

test('S6: a session that never told logind anything is not somebody at the machine', () => {
  assert.equal(readLinuxIdle('b false\nt 0\n', NOW).kind, 'unknown')
  assert.equal(readLinuxIdle('b false\n', NOW).kind, 'unknown')
})

test('S6: logind says that nobody is there, and since when', () => {
  const answer = readLinuxIdle('b true\nt 1763632100000000\n', NOW)
  assert.deepEqual(answer, { kind: 'idle', forMs: 100_000 })
})

test('S6: nobody, with no session to date it, or a date in the future', () => {
  assert.deepEqual(readLinuxIdle('b true\nt 0\n', NOW), { kind: 'idle', forMs: null })
  assert.deepEqual(readLinuxIdle('b true\nt 1763632300000000\n', NOW), {
    kind: 'idle',
    forMs: null,
  })
  assert.deepEqual(readLinuxIdle('b true\n', NOW), { kind: 'idle', forMs: null })
})

test('S6: an answer that cannot be read is no idleness', () => {
  for (const text of ['', 'garbage', 'Failed to get property', 't 5\n', 'b maybe\n']) {
    assert.equal(readLinuxIdle(text, NOW).kind, 'unknown', JSON.stringify(text))
  }
})

const IOREG = `+-o IOHIDSystem  <class IOHIDSystem, id 0x100000441, registered, matched, active, busy 0 (3 ms), retain 24>
    {
      "IOClass" = "IOHIDSystem"
      "HIDIdleTime" = 125000000000
      "HIDParameters" = {"HIDMouseAcceleration"=45056}
    }
`

test('S6: ioreg tells how long keyboard and mouse have been still', () => {
  assert.deepEqual(readDarwinIdle(IOREG), { kind: 'idle', forMs: 125_000 })
  assert.deepEqual(readDarwinIdle('"HIDIdleTime" = 1500000'), { kind: 'active' })
  assert.equal(readDarwinIdle('').kind, 'unknown')
  assert.equal(readDarwinIdle('"HIDIdleTime" = "x"').kind, 'unknown')
})

test('S6: of several counts the shortest is taken', () => {
  const two = '"HIDIdleTime" = 900000000000\n"HIDIdleTime" = 120000000000\n'
  assert.deepEqual(readDarwinIdle(two), { kind: 'idle', forMs: 120_000 })
})

test('S6: tools are asked by their absolute path', () => {
  for (const { file } of [LINUX_IDLE_QUESTION, DARWIN_IDLE_QUESTION]) assert.match(file, /^\/usr\//)
})

test('S6: whatever this machine has, the question is answered', async () => {
  const { kind } = await askSystemIdle()
  assert.ok(['active', 'idle', 'unknown'].includes(kind), kind)
})
