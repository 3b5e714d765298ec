import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readKillSignal } from '../../src/domain/job-signals.ts'

test('a signal has its name in any spelling, or the number that it has everywhere', () => {
  for (const text of ['TERM', 'term', 'SIGTERM', 'sigTerm', '15']) {
    assert.deepEqual(readKillSignal(text), { kind: 'end', signal: 'SIGTERM' })
  }
})

test('some end a job, some only tell it something', () => {
  assert.equal(readKillSignal('KILL').kind, 'end')
  assert.equal(readKillSignal('INT').kind, 'end')
  assert.deepEqual(readKillSignal('USR1'), { kind: 'tell', signal: 'SIGUSR1' })
})

test('what would stop it behind our back, or is no signal, is refused with what to do', () => {
  for (const text of ['STOP', 'CONT', 'TSTP']) {
    assert.match(JSON.stringify(readKillSignal(text)), /curfew pause/)
  }
  for (const text of ['', '10', 'SIG', 'KILL ', '-9', 'constructor']) {
    assert.match(JSON.stringify(readKillSignal(text)), /expected a signal: SIGTERM/, text)
  }
})
