import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configProblem, DEFAULTS, loadConfig } from '../src/config.ts'
import { EXIT_CODES } from '../src/domain/problem.ts'

const NONE = { kind: 'none' } as const

test('with nothing said, the defaults of the contract hold', async () => {
  const result = await loadConfig(NONE, { HOME: '/h', PATH: '/bin' })
  assert.ok(result.ok)
  const { config, sources, warnings } = result.loaded
  assert.deepEqual([sources, warnings], [{}, []])
  assert.equal(config, DEFAULTS)
  const { tick, staleAfter, drowsyAfter, bedtimeAfter, asleepAfter } = config
  assert.deepEqual(
    [tick, staleAfter, drowsyAfter, bedtimeAfter, asleepAfter],
    [30e3, 90e3, 300e3, 1800e3, 7200e3],
  )
  assert.deepEqual(config.jobs, {
    timeout: 3600e3,
    killGrace: 10e3,
    logCap: 64 * 2 ** 20,
    keepFor: 3600e3,
    keepMost: 1000,
    keepBytes: 2 ** 30,
    groups: {},
  })
  assert.equal(config.followUp.expire, 7 * 86400e3)
  assert.deepEqual(config.board, {
    lease: 1800e3,
    busyLimit: 0,
    hooks: { create: null, complete: null, timeout: 10e3 },
  })
})

test('names that are ours without being config are neither read nor warned about', async () => {
  const names = ['HOME', 'SESSION', 'AGENT', 'WRAPPER', 'JOB', 'REPORTS', 'READY_FD']
  const environment = Object.fromEntries(names.map((name) => [`CURFEW_${name}`, 'x']))
  const result = await loadConfig(NONE, environment)
  assert.ok(result.ok)
  assert.deepEqual(result.loaded, { config: DEFAULTS, sources: {}, warnings: [] })
})

test('file and environment are laid over the defaults in that order', async () => {
  const file = { kind: 'text', path: '/c.json', text: '{"tick":"1s","reportsKept":3}' } as const
  const result = await loadConfig(file, { CURFEW_TICK: '2s' })
  assert.ok(result.ok)
  assert.deepEqual([result.loaded.config.tick, result.loaded.config.reportsKept], [2000, 3])
  assert.deepEqual(result.loaded.sources, { tick: 'environment', reportsKept: 'file' })
  assert.equal(DEFAULTS.tick, 30_000)
})

test('a file that cannot be read is a problem, whatever the environment says', async () => {
  const file = { kind: 'unreadable', path: '/c.json', reason: 'EACCES' } as const
  const result = await loadConfig(file, { CURFEW_TICK: '2s' })
  assert.deepEqual(result, { ok: false, problems: ['config file /c.json: EACCES'], warnings: [] })
})

test('a bad config is one line and exit 6', () => {
  assert.equal(EXIT_CODES[configProblem(['tick: no']).kind], 6)
  assert.equal(configProblem(['tick: no']).message, 'tick: no')
  assert.equal(configProblem(['tick: no', 'log: no', 'on: no']).message, 'tick: no (and 2 more)')
  assert.match(configProblem([]).message, /cannot be used/)
})
