import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type EventBody,
  type EventLevel,
  type StoredEvent,
  tell,
  tellStored,
} from '../../src/domain/event.ts'

const TOLD: readonly [EventBody, EventLevel, string][] = [
  [
    { type: 'daemon_started', pid: 7, version: '1.2.3', previous: null },
    'info',
    'daemon 1.2.3 started as process 7',
  ],
  [
    { type: 'daemon_started', pid: 7, version: '1.2.3', previous: 'one that was killed' },
    'info',
    'daemon 1.2.3 started as process 7; before it: one that was killed',
  ],
  [{ type: 'daemon_stopping', why: 'signal SIGTERM' }, 'info', 'daemon is leaving: signal SIGTERM'],
  [{ type: 'daemon_stopped', clean: true, why: 'done' }, 'info', 'daemon left in order: done'],
  [
    { type: 'daemon_stopped', clean: false, why: 'late' },
    'info',
    'daemon left with work cut short: late',
  ],
  [{ type: 'lock_lost', why: 'marker gone' }, 'error', 'this home is no longer ours: marker gone'],
  [
    { type: 'transition', from: null, to: 'WAKE', why: 'start', facts: null },
    'info',
    'WAKE: start',
  ],
  [
    { type: 'transition', from: 'WAKE', to: 'DROWSY', why: 'idle', facts: null },
    'info',
    'WAKE → DROWSY: idle',
  ],
  [{ type: 'woken', by: 'wake.signal' }, 'info', 'woken by wake.signal'],
  [{ type: 'config_reloaded', changed: [] }, 'info', 'config read again: nothing changed'],
  [
    { type: 'config_reloaded', changed: ['tick', 'log.level'] },
    'info',
    'config read again: changed tick, log.level',
  ],
  [{ type: 'step_failed', step: 'log', problem: 'ENOSPC' }, 'error', 'step "log" failed: ENOSPC'],
  [{ type: 'clock_set', byMs: -86_400_000 }, 'warn', 'the clock was set back by 86400 s'],
  [{ type: 'clock_set', byMs: 2_500 }, 'warn', 'the clock was set forward by 2.5 s'],
  [{ type: 'machine_slept', forMs: 3_600_000 }, 'info', 'the machine slept for 3600 s'],
  [{ type: 'events_lost', count: 3, why: 'full' }, 'error', '3 events could not be kept: full'],
]

for (const [body, level, text] of TOLD) {
  test(`S7: told with its facts: ${text}`, () => {
    assert.deepEqual(tell(body), { level, text })
    assert.deepEqual(tellStored(stored(body)), { level, text })
  })
}

test('J10: an event of a newer version, or of nobody, is told as what it is and stops nothing', () => {
  const unknown = ['moon_landed', 'constructor', '__proto__', 'toString', ''].map((type) => ({
    type,
  }))
  const torn = [
    { type: 'config_reloaded' },
    { type: 'config_reloaded', changed: 5 },
    { type: 'woken', by: null },
  ]
  for (const body of [...unknown, ...torn]) {
    const told = tellStored(foreign(body))
    assert.equal(typeof told.text, 'string')
    assert.ok(['info', 'warn', 'error'].includes(told.level))
  }
  assert.match(tellStored(foreign({ type: 'moon_landed' })).text, /moon_landed/)
})

test('J10: whatever facts a damaged record has, it can be told', () => {
  const types = fc.constantFrom(...TOLD.map(([body]) => body.type))
  fc.assert(
    fc.property(types, fc.dictionary(fc.string(), fc.jsonValue()), (type, facts) => {
      assert.equal(typeof tellStored(foreign({ ...facts, type })).text, 'string')
    }),
  )
})

function stored(body: EventBody): StoredEvent {
  return { id: 1, atMs: 0, body }
}

/** As it comes from a file that nobody vouches for. */
function foreign(body: object): StoredEvent {
  return JSON.parse(JSON.stringify({ id: 1, atMs: 0, body }))
}
