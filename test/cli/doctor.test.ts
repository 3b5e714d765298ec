import assert from 'node:assert/strict'
import { chmodSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { CheckView } from '../../src/contract/shapes.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'
import { otherVersion } from '../support/other-version.ts'

test('doctor: all well is exit 0, with a daemon and without; a look makes nothing', async (t) => {
  const house = makeHouse(t)
  const before = await examine(house)
  assert.deepEqual([before.code, wrong(before.checks)], [0, []])
  assert.equal(lstatSync(house.home, { throwIfNoEntry: false }), undefined)
  const daemon = await startDaemon(t, { house })
  const during = await examine(house)
  assert.deepEqual([during.code, wrong(during.checks)], [0, []])
  assert.match(whyOf(during.checks, 'daemon'), new RegExp(`process ${daemon.pid} answers`))
  assert.match(whyOf(during.checks, 'lock'), new RegExp(`held by process ${daemon.pid}`))
  await daemon.stop()
  const after = await examine(house)
  assert.deepEqual([after.code, wrong(after.checks)], [0, []])
})

test('doctor: each check has a name, a verdict and a reason, and what is wrong a mend', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  chmodSync(house.home, 0o755)
  writeFileSync(house.paths.config, '{"tik": 1}')
  const { code, checks } = await examine(house)
  assert.equal(code, 2)
  assert.deepEqual(wrong(checks), ['modes', 'config'])
  for (const { name, status, why, mend } of checks) {
    assert.match(why, /^[^\n]+$/, name)
    if (status !== 'ok') assert.match(mend ?? '', /./, name)
  }
  const { stdout } = await runCurfew(house, ['doctor'])
  assert.match(
    stdout,
    /^fail {2}config +\S+config\.json: tik: unknown key; did you mean "tick"\?\n +→ edit /m,
  )
  assert.equal(
    stdout.split('\n').filter((line) => /^(ok|warn|fail) /.test(line)).length,
    checks.length,
  )
})

test('doctor: warnings alone are exit 1; --fix mends loose modes and says so', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  const loose = [
    house.home,
    house.paths.store,
    house.paths.log,
    join(house.paths.log, 'curfew.log'),
    house.paths.socket,
  ]
  for (const path of loose) chmodSync(path, (lstatSync(path).mode & 0o777) | 0o044)
  writeFileSync(join(house.paths.wrappers, 'heartbeat-1-x.json'), '{}', { mode: 0o644 })
  const found = await examine(house)
  assert.deepEqual([found.code, wrong(found.checks)], [1, ['modes']])
  const fixed = await runCurfew(house, ['doctor', '--fix'])
  assert.equal(fixed.code, 0)
  assert.match(fixed.stdout, /^ok +modes +mended: \S+ and 5 more can be read by others$/m)
  for (const path of loose) assert.equal(lstatSync(path).mode & 0o077, 0, path)
  assert.equal((await examine(house)).code, 0)
  assert.equal((await daemon.status()).daemon.running, true)
})

test('doctor --fix: a home that others may write becomes private, and is then usable', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.home)
  chmodSync(house.home, 0o777)
  assert.equal((await runCurfew(house, ['start'])).code, 6)
  const { code, value } = await runJson(house, ['doctor', '--fix', '--json'])
  const home = SHAPES.doctor.parse(value).checks.find(({ name }) => name === 'home')
  assert.partialDeepStrictEqual({ code, home }, { code: 0, home: { status: 'ok', fixed: true } })
  assert.equal((await runCurfew(house, ['start'])).code, 0)
})

test('doctor: a daemon of another version is said', async (t) => {
  const daemon = await startDaemon(t)
  const other = { entry: otherVersion(t, { protocol: 1, version: '0.0.9' }) }
  const skewed = await runCurfew(daemon.house, ['doctor'], other)
  assert.equal(skewed.code, 1)
  assert.match(
    skewed.stdout,
    /^warn +daemon +it is version \S+, this is 0\.0\.9\n +→ `curfew restart`/m,
  )
  assert.equal((await runCurfew(daemon.house, ['doctor'])).code, 0)
})

test('doctor: a config that the daemon refused is said, as is a marker of the dead, which is no fault', async (t) => {
  const daemon = await startDaemon(t)
  writeFileSync(daemon.house.paths.config, '{"tick": 0}', { mode: 0o600 })
  await daemon.event('config_refused')
  const { code, checks } = await examine(daemon.house)
  assert.deepEqual([code, wrong(checks)], [2, ['config']])
  await daemon.kill()
  writeFileSync(daemon.house.paths.config, '{}')
  const after = await examine(daemon.house)
  assert.equal(after.code, 0)
  assert.match(
    whyOf(after.checks, 'lock'),
    /a left-over marker: process \d+ is gone; the next start takes over/,
  )
})

async function examine(
  house: House,
): Promise<{ code: number | null; checks: readonly CheckView[] }> {
  const { code, value } = await runJson(house, ['doctor', '--json'])
  return { code, checks: SHAPES.doctor.parse(value).checks }
}

function wrong(checks: readonly CheckView[]): string[] {
  return checks.filter(({ status }) => status !== 'ok').map(({ name }) => name)
}

function whyOf(checks: readonly CheckView[], name: string): string {
  return checks.find((check) => check.name === name)?.why ?? `no check ${name}`
}
