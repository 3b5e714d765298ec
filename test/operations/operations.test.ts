import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULTS } from '../../src/config.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { listEvents } from '../../src/operations/list-events.ts'
import { reload } from '../../src/operations/reload.ts'
import { status } from '../../src/operations/status.ts'
import { stop } from '../../src/operations/stop.ts'
import { makeDeps } from '../support/deps.ts'

test('status says who answers, in which state and since when', async (t) => {
  const deps = makeDeps(t)
  const view = await status(deps)
  assert.deepEqual(SHAPES.status.parse(view), view)
  assert.partialDeepStrictEqual(view, {
    state: 'WAKE',
    since: '2027-01-15T08:00:01.000Z',
    reason: 'somebody works',
    last_activity: '2027-01-15T08:00:02.000Z',
    daemon: {
      running: true,
      pid: process.pid,
      host: 'here',
      version: '1.2.3',
      started_at: '2027-01-15T08:00:00.000Z',
    },
    config: { ok: true, problem: null },
    warnings: [],
  })
})

test('D4: status says what is not well', async (t) => {
  const view = await status(
    makeDeps(t, {
      config: () => ({ config: DEFAULTS, sources: {}, warnings: [], problem: 'tick: no' }),
      warnings: () => ['step "log" fails: ENOSPC'],
    }),
  )
  assert.deepEqual(view.config, { ok: false, problem: 'tick: no' })
  assert.deepEqual(view.warnings, ['step "log" fails: ENOSPC'])
})

test('stop names the process that has to be gone, and hands on why', (t) => {
  const why: string[] = []
  const deps = makeDeps(t, { stop: (reason) => why.push(reason) })
  const { pid, processStart } = deps.self
  assert.deepEqual(stop(deps, {}), { stopping: true, pid, process_start: processStart })
  stop(deps, { why: 'tired \u001b[31m\u202eof this' })
  assert.deepEqual(why, ['asked to stop', 'tired \\x1b[31m\\u{202e}of this'])
})

test('reload says what changed, or why the old values stay', async (t) => {
  const good = makeDeps(t, { reload: async () => ({ changed: ['tick'], problem: null }) })
  assert.deepEqual(await reload(good), { reloaded: true, problem: null, changed: ['tick'] })
  const bad = makeDeps(t, { reload: async () => ({ changed: [], problem: 'tick: no' }) })
  assert.deepEqual(await reload(bad), { reloaded: false, problem: 'tick: no', changed: [] })
})

test('S7: events are shown with their sentence and their facts', async (t) => {
  const deps = makeDeps(t)
  await deps.kept.appendEvents([
    { atMs: 1_800_000_000_000, body: { type: 'woken', by: 'x' } },
    { atMs: 1_800_000_000_500, body: { type: 'clock_set', byMs: -5000 } },
  ])
  const [newest, oldest] = await listEvents(deps, { limit: 10 })
  assert.deepEqual(newest, {
    id: 2,
    at: '2027-01-15T08:00:00.500Z',
    type: 'clock_set',
    level: 'warn',
    message: 'the clock was set back by 5 s',
    data: { byMs: -5000 },
  })
  assert.equal(oldest?.message, 'woken by x')
  for (const event of await listEvents(deps, { limit: 1, afterId: 1 }))
    assert.deepEqual(event, newest)
})
