import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { runCurfew } from '../support/cli.ts'
import { askHouse, startDaemon, type TestDaemon } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'
import { waitFor } from '../support/wait-for.ts'

/** Nothing but a watcher or a signal can bring a change in so soon. */
const LONG_TICK = { CURFEW_TICK: '1h' }

const WAYS: Record<string, (house: House, text: string) => void> = {
  'written in place': ({ paths }, text) => writeFileSync(paths.config, text),
  'saved over by rename': ({ paths, home }, text) => {
    writeFileSync(join(home, 'config.json.new'), text)
    renameSync(join(home, 'config.json.new'), paths.config)
  },
  'written in pieces, as editors do': ({ paths }, text) => {
    writeFileSync(paths.config, '')
    for (const piece of text.match(/.{1,4}/gs) ?? []) appendFileSync(paths.config, piece)
  },
  'removed and made anew': ({ paths }, text) => {
    rmSync(paths.config, { force: true })
    writeFileSync(paths.config, text)
  },
}

for (const [name, save] of Object.entries(WAYS)) {
  test(`config: a file that is ${name} is read again, a bad one is refused until it is mended`, async (t) => {
    const daemon = await startWith(t, '{"staleAfter": "80s"}')
    const { house } = daemon

    save(house, '{"staleAfter": "70s", "jobs": {"keepMost": 5}}')
    const first = await daemon.event('config_reloaded')
    assert.deepEqual(first.data['changed'], ['staleAfter', 'jobs.keepMost'])

    save(house, '{"staleAfter": -5}')
    const refused = await daemon.event('config_refused', first.id)
    assert.match(refused.message, /old values stay: .*staleAfter: expected a duration .*, got -5/)
    const { config } = await daemon.status()
    assert.equal(config.ok, false)
    assert.match(config.problem ?? '', /config\.json: staleAfter: expected a duration/)
    const shown = await runCurfew(house, ['status'])
    assert.equal(shown.code, 0)
    assert.match(shown.stdout, /^ {2}config +\S+config\.json: staleAfter: expected a duration/m)
    assert.equal((await runCurfew(house, ['doctor'])).code, 2)

    save(house, '{"staleAfter": "60s", "jobs": {"keepMost": 5}}')
    const mended = await daemon.event('config_reloaded', refused.id)
    assert.deepEqual(
      mended.data['changed'],
      ['staleAfter'],
      'the values of before the bad file had stayed',
    )
    assert.deepEqual((await daemon.status()).config, { ok: true, problem: null })
  })
}

test('config: SIGHUP and the verb read it again, also with nothing to watch', async (t) => {
  const daemon = await startWith(t, '{"reportsKept": 7}')
  daemon.program.child.kill('SIGHUP')
  const first = await daemon.event('config_reloaded')
  assert.deepEqual(first.data['changed'], [])
  assert.match(first.message, /nothing changed/)
  assert.deepEqual(await daemon.ask('reload'), { reloaded: true, problem: null, changed: [] })
})

test('config: a file that appears, or goes, while the daemon runs counts', async (t) => {
  const house = makeHouse(t)
  const daemon = await startDaemon(t, { house, env: LONG_TICK })
  writeFileSync(house.paths.config, '{"reportsKept": 7}')
  const came = await daemon.event('config_reloaded')
  rmSync(house.paths.config)
  const went = await daemon.event('config_reloaded', came.id)
  assert.deepEqual([came.data['changed'], went.data['changed']], [['reportsKept'], ['reportsKept']])
})

test('config: a new tick counts at once', async (t) => {
  const daemon = await startWith(t, '{}', {})
  writeFileSync(daemon.house.paths.config, '{"tick": "60ms"}')
  await daemon.event('config_reloaded')
  rmSync(daemon.house.paths.lockDatabase)
  assert.equal((await daemon.program.ended).code, 0, 'nothing but the tick finds that out')
})

test('config: binary, cut off or huge, a file that cannot be used is refused while the daemon serves on', async (t) => {
  const daemon = await startWith(t, '{"reportsKept": 7}')
  const { config } = daemon.house.paths
  let last = 0
  for (const spoil of [
    () => writeFileSync(config, Buffer.from([0, 159, 146, 150, 0x1b, 0x5b, 0x32, 0x4a])),
    () => truncateSync(config, 1),
    () => writeFileSync(config, Buffer.alloc(2 * 1024 * 1024, 0x20)),
    () => writeFileSync(config, '['.repeat(100_000)),
    () => {
      rmSync(config)
      mkdirSync(config)
    },
  ]) {
    spoil()
    const refused = await daemon.event('config_refused', last)
    assert.match(refused.message, /^[\x20-\x7e…→�]+$/u, 'one line, nothing that moves a cursor')
    last = refused.id
    assert.equal((await daemon.status()).config.ok, false)
  }
})

test('config: a daemon in the background reads its file again too', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  writeFileSync(house.paths.config, '{}')
  assert.equal((await runCurfew(house, ['start'])).code, 0)
  writeFileSync(house.paths.config, '{"tik": 1}')
  const problem = await waitFor(async () => (await askHouse(house, 'status', {})).config.problem, {
    what: 'the bad config to be refused',
  })
  assert.match(problem ?? '', /tik: unknown key; did you mean "tick"\?$/)
})

async function startWith(
  t: TestContext,
  config: string,
  env: NodeJS.ProcessEnv = LONG_TICK,
): Promise<TestDaemon> {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  writeFileSync(house.paths.config, config)
  return await startDaemon(t, { house, env })
}
