import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { JobDetailView } from '../../src/contract/jobs.ts'
import { systemClock } from '../../src/host/clock.ts'
import { openStoreReadOnly } from '../../src/store/open-store.ts'
import { onEnd } from '../support/cleaning.ts'
import { startDaemon, type TestDaemon } from '../support/daemon.ts'
import { submit, untilEnds, untilJob } from '../support/daemon-jobs.ts'
import { makeHouse } from '../support/house.ts'
import { needs, needsRoot } from '../support/needs.ts'

const PERL = '/usr/bin/perl'
const skip = needs(needsRoot(), existsSync(PERL) ? false : `needs ${PERL}`)

const LAUNCHERS = {
  'cannot be started': 'echo it is broken >&2; exit 3',
  'dies over every job': 'echo ready scan; head -c 8 > /dev/null; exit 3',
}

for (const [what, line] of Object.entries(LAUNCHERS)) {
  test(`J3: a launcher that ${what} is tried again less and less often`, { skip }, async (t) => {
    const daemon = await startWithPerl(t, line)
    const { house } = daemon
    const id = await submit(house, 'exit 7')
    const job = await untilJob(house, id, failedOnce, 'to have failed once')
    assert.equal(job.status, 'queued')
    writeFileSync(join(house.folder, 'mended'), '')
    const end = await untilEnds(house, id)
    assert.equal(end.exit_code, 7)
    const said = (await daemon.events()).filter(({ type }) => type === 'job_troubled')
    assert.ok(said.length <= 2, `told ${said.length} times`)
  })
}

test('J6: what a slow launcher takes is no running time of the job', { skip }, async (t) => {
  const { house } = await startWithPerl(t, 'sleep 0.01; exec "$0" "$@"')
  const go = join(house.folder, 'go')
  const id = await submit(house, `until [ -e ${go} ]; do sleep 0.01; done`)
  await untilJob(house, id, ({ status }) => status === 'running', 'to be begun')
  const mended = { atMs: Date.now(), awakeMs: systemClock.monotonicMs() }
  writeFileSync(join(house.folder, 'mended'), '')
  const job = await untilJob(house, id, ({ pid }) => pid !== null, 'to run')
  assert.ok(Date.parse(job.started_at ?? '') >= mended.atMs)
  const store = openStoreReadOnly(house.paths.store)
  onEnd(t, () => store.close())
  const [active] = await store.jobs.active()
  assert.ok((active?.run.clock.since?.awakeMs ?? 0) >= Math.floor(mended.awakeMs))
  writeFileSync(go, '')
  const end = await untilEnds(house, id)
  assert.deepEqual([end.status, end.started_at], ['succeeded', job.started_at])
})

/** With a perl that does that until it is mended; nobody else sees it. */
async function startWithPerl(t: TestContext, line: string): Promise<TestDaemon> {
  const house = makeHouse(t)
  const [real, fake] = ['real', 'fake'].map((name) => join(house.folder, name))
  copyFileSync(PERL, real ?? '')
  const mended = `[ -e "$CURFEW_HOME/../mended" ] && exec ${real} "$@"`
  writeFileSync(fake ?? '', `#!/bin/sh\n${mended}\n${line}\n`)
  chmodSync(fake ?? '', 0o755)
  const cover = `mount --bind ${fake} ${PERL} && exec "$@"`
  return startDaemon(t, { house, under: ['unshare', '-m', 'sh', '-c', cover, 'sh'] })
}

function failedOnce({ reason }: JobDetailView): boolean {
  return reason?.endsWith('after a start that failed') === true
}
