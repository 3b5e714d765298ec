import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { SHORT_DAY } from '../support/night.ts'

test('S5, X2: asleep means gone: exit 0, nothing held, and a start brings it back with nothing lost', async (t) => {
  const daemon = await startDaemon(t, { env: SHORT_DAY })
  const { house } = daemon
  assert.deepEqual(await daemon.program.ended, { code: 0, signal: null })
  assert.deepEqual([existsSync(house.paths.marker), existsSync(house.paths.socket)], [false, false])
  const { code, value } = await runJson(house, ['status', '--json'])
  assert.equal(code, 0)
  assert.partialDeepStrictEqual(SHAPES.status.parse(value), {
    state: 'ASLEEP',
    daemon: { running: false },
  })
  const told = SHAPES.events.parse((await runJson(house, ['events', '--json'])).value).toReversed()
  writeFileSync(house.paths.wakeSignal, '')
  const next = await startDaemon(t, { house })
  assert.equal((await next.event('woken')).message, 'woken by wake.signal')
  assert.equal((await next.status()).state, 'WAKE')
  assert.deepEqual((await next.events()).slice(0, told.length), told)
})

test('S7: every transition is told with from, to and why, and lifecycle.json is never torn', async (t) => {
  const daemon = await startDaemon(t, { env: { ...SHORT_DAY, CURFEW_EXIT_WHEN_ASLEEP: 'false' } })
  const { house } = daemon
  const seen = new Set<string>()
  let looks = 0
  while (!seen.has('ASLEEP')) {
    seen.add(SHAPES.lifecycle.parse(JSON.parse(readFileSync(house.paths.lifecycle, 'utf8'))).state)
    looks += 1
    await new Promise(setImmediate)
  }
  assert.ok(looks > 100, `${looks} looks`)
  const transitions = (await daemon.events()).filter(({ type }) => type === 'transition')
  let state: unknown = null
  for (const { data } of transitions) {
    assert.equal(data['from'], state, 'one goes on where the other ended')
    state = data['to']
  }
  assert.equal(state, 'ASLEEP')
  for (const { data } of transitions) assert.match(String(data['why']), /./)
  assert.equal((await runCurfew(house, ['stop'])).code, 0)
})
