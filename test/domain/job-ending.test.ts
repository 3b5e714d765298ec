import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type EndFacts,
  type EndWritten,
  judgeEnding,
  type JobVerdict,
} from '../../src/domain/job-ending.ts'

const FACTS: EndFacts = {
  written: null,
  fence: 'started',
  began: true,
  waiter: 'gone',
  otherBoot: false,
  intent: null,
  signalSent: false,
  oomKills: null,
  command: 'make',
}
const TIMEOUT = { kind: 'timeout', limitMs: 90_000 } as const
const KILL = { kind: 'kill', signal: 'SIGTERM' } as const

const CASES: readonly [string, Partial<EndFacts>, string, (number | string | null)?][] = [
  ['exit 0', { written: exit(0) }, 'succeeded', 0],
  ['exit 7', { written: exit(7) }, 'failed', 7],
  ['exit 137 is no signal', { written: exit(137) }, 'failed', 137],
  ['a signal', { written: signal('SIGSEGV') }, 'signalled', 'SIGSEGV'],
  ['SIGKILL by anybody', { written: signal('SIGKILL') }, 'signalled', 'SIGKILL'],
  [
    'SIGKILL where nothing ran out of memory',
    { written: signal('SIGKILL'), oomKills: 0 },
    'signalled',
    'SIGKILL',
  ],
  ['SIGKILL for want of memory', { written: signal('SIGKILL'), oomKills: 1 }, 'oom', 'SIGKILL'],
  ['a child of it was killed for want of memory', { written: exit(1), oomKills: 1 }, 'failed', 1],
  [
    'a timeout',
    { written: signal('SIGTERM'), intent: TIMEOUT, signalSent: true },
    'timed_out',
    'SIGTERM',
  ],
  [
    'a timeout that it met with exit 0',
    { written: exit(0), intent: TIMEOUT, signalSent: true },
    'timed_out',
    0,
  ],
  ['a kill', { written: signal('SIGKILL'), intent: KILL, signalSent: true }, 'killed', 'SIGKILL'],
  [
    'an end of its own before any signal went out',
    { written: exit(3), intent: KILL, signalSent: false },
    'failed',
    3,
  ],
  [
    'no such command',
    { written: { kind: 'unstartable', stage: 'exec', errno: 'ENOENT' } },
    'unstartable',
  ],
  [
    'no such folder',
    { written: { kind: 'unstartable', stage: 'cwd', errno: 'ENOENT' } },
    'unstartable',
  ],
  ['a waiter that was killed', {}, 'lost'],
  ['a waiter that was killed before it said a word', { began: false }, 'lost'],
  ['another boot', { otherBoot: true }, 'lost'],
  [
    'another boot, the limit passed meanwhile',
    { otherBoot: true, intent: TIMEOUT, signalSent: true },
    'lost',
  ],
  [
    'another boot, and no fence that the disk still knows',
    { otherBoot: true, fence: 'none' },
    'lost',
  ],
  ['another boot, after the end was written', { otherBoot: true, written: exit(4) }, 'failed', 4],
]

for (const [name, facts, status, detail = null] of CASES) {
  test(`J2: ${name}: ${status}`, () => {
    const verdict = judgeEnding({ ...FACTS, ...facts })
    assert.ok(verdict.kind === 'ended', verdict.kind)
    assert.equal(verdict.status, status)
    assert.equal(verdict.exitCode, typeof detail === 'number' ? detail : null)
    assert.equal(verdict.signal, typeof detail === 'string' ? detail : null)
  })
}

test('a waiter that lives means: not yet', () => {
  assert.deepEqual(judgeEnding({ ...FACTS, waiter: 'alive' }), { kind: 'running' })
})

test('J3: without a fence, or with one that cancels, nothing has run', () => {
  for (const fence of ['none', 'cancelled'] as const) {
    assert.deepEqual(judgeEnding({ ...FACTS, fence }), { kind: 'not_started' })
  }
})

test('reasons are whole and name what was asked for', () => {
  const reason = (facts: Partial<EndFacts>): string => reasonOf(judgeEnding({ ...FACTS, ...facts }))
  assert.equal(reason({ written: exit(7) }), 'exit code 7')
  assert.equal(
    reason({ written: signal('SIGTERM'), intent: TIMEOUT, signalSent: true }),
    'ran longer than its limit of 90 s; it ended with signal SIGTERM',
  )
  assert.equal(
    reason({ written: exit(0), intent: KILL, signalSent: true }),
    'killed with SIGTERM; it ended with exit code 0',
  )
  assert.match(
    reason({ written: { kind: 'unstartable', stage: 'exec', errno: 'ENOENT' } }),
    /^make: there is no such command/,
  )
  assert.match(
    reason({ written: { kind: 'unstartable', stage: 'cwd', errno: 'EACCES' } }),
    /folder .* \(EACCES\)$/,
  )
  assert.match(
    reason({ written: { kind: 'unstartable', stage: 'new', errno: 'EPERM' } }),
    /\(EPERM\)$/,
  )
  assert.match(
    reason({ intent: TIMEOUT, signalSent: true }),
    /^its waiter was killed .* \(ran longer/,
  )
})

test('J2: no number is ever invented: a code or a signal is given only as it was written', () => {
  fc.assert(
    fc.property(anyFacts(), (facts) => {
      const verdict = judgeEnding(facts)
      if (verdict.kind !== 'ended') return
      const { written } = facts
      assert.equal(verdict.exitCode, written?.kind === 'exited' ? written.code : null)
      assert.equal(verdict.signal, written?.kind === 'signalled' ? written.signal : null)
      assert.equal(verdict.status === 'lost', written === null)
      assert.notEqual(verdict.reason, '')
    }),
  )
})

function anyFacts(): fc.Arbitrary<EndFacts> {
  const written = fc.option(
    fc.oneof(
      fc.integer({ min: 0, max: 255 }).map(exit),
      fc.constantFrom('SIGTERM', 'SIGKILL', 'SIGSEGV').map(signal),
      fc
        .constantFrom('cwd', 'exec')
        .map((stage): EndWritten => ({ kind: 'unstartable', stage, errno: 'EACCES' })),
    ),
  )
  return fc.record({
    written,
    fence: fc.constantFrom('none' as const, 'started' as const, 'cancelled' as const),
    began: fc.boolean(),
    waiter: fc.constantFrom('alive' as const, 'gone' as const),
    otherBoot: fc.boolean(),
    intent: fc.option(fc.constantFrom(TIMEOUT, KILL)),
    signalSent: fc.boolean(),
    oomKills: fc.option(fc.nat({ max: 2 })),
    command: fc.constant('make'),
  })
}

function exit(code: number): EndWritten {
  return { kind: 'exited', code }
}

function signal(name: string): EndWritten {
  return { kind: 'signalled', signal: name }
}

function reasonOf(verdict: JobVerdict): string {
  return verdict.kind === 'ended' ? verdict.reason : verdict.kind
}
