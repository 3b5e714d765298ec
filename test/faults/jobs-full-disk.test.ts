import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { JOB_ENV, submit, untilEnds, untilJob } from '../support/daemon-jobs.ts'
import { needs, needsCommand, needsRoot } from '../support/needs.ts'
import { tempDir } from '../support/temp-dir.ts'
import { makeDisk } from '../support/tmpfs.ts'
import { waitFor } from '../support/wait-for.ts'

const onDisk = { skip: needs(needsRoot(), needsCommand('unshare'), needsCommand('nsenter')) }
/** Leaves not one free block. */
const FILL = 'cat /dev/zero > "$HOME/filler" 2>/dev/null || true'

test(
  'J2, J4, D4: on a full disk a submission is refused whole, and what ends meanwhile is told truly once there is room',
  onDisk,
  async (t) => {
    const disk = await makeDisk(t, 8192)
    const gate = join(tempDir(t), 'gate')
    const env = { CURFEW_TICK: '100ms' }
    const daemon = await startDaemon(t, { house: disk, env, under: disk.under, anyPid: true })
    const line = `mkfifo ${gate}; echo ready; read x < ${gate}; echo and some output; exit 9`
    const id = await submit(disk, line, { session: 's', cwd: '/' })
    await untilJob(disk, id, ({ pid }) => pid !== null, 'to run')
    await waitFor(async () => (await askHouse(disk, 'logs', { id })).text === 'ready\n', {
      what: 'it to wait',
    })
    await disk.run(FILL)

    const { socket } = disk.paths
    for (let tries = 0; tries < 5; tries += 1) {
      const refused = await callDaemon(
        'run',
        { command: ['true'], cwd: '/', env: JOB_ENV },
        { socket },
      )
      assert.ok(refused.kind === 'problem', JSON.stringify(refused))
      assert.match(refused.problem.message, /ENOSPC|full/)
    }
    assert.deepEqual(
      (await askHouse(disk, 'jobs', {})).map((job) => job.id),
      [id],
    )
    const folders = readdirSync(disk.paths.jobs).filter((name) => /^\d+$/.test(name))
    assert.deepEqual(folders, [String(id)], 'nothing half made is left')

    writeFileSync(gate, '\n')
    await waitFor(async () => (await daemon.status()).warnings.length > 0, {
      what: 'the daemon to say so',
    })
    await disk.run('rm "$HOME/filler"')
    const end = await untilEnds(disk, id)
    assert.deepEqual([end.status, end.exit_code], ['failed', 9])
    const [owed] = await askHouse(disk, 'followups', {})
    assert.equal(owed?.job, id, 'its session is owed a word, as ever')
    await waitFor(async () => (await daemon.status()).warnings.length === 0, {
      what: 'the daemon to be well',
    })
    assert.equal(
      (await untilEnds(disk, await submit(disk, 'true', { cwd: '/' }))).status,
      'succeeded',
    )
    await daemon.ask('stop')
    await daemon.program.ended
  },
)
