import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { logPath, submit, untilEnds } from '../support/daemon-jobs.ts'
import { needs, needsLinux } from '../support/needs.ts'
import { rounds } from '../support/rounds.ts'

const MIB = 1024 * 1024
const WRITTEN_MIB = rounds(1024)
const CAP_MIB = 4

test(
  `J7: a job writes ${WRITTEN_MIB} MiB to a cap of ${CAP_MIB}: head and tail stay, and the daemon neither works nor grows`,
  { skip: needs(needsLinux()), timeout: 300_000 },
  async (t) => {
    const { house, pid } = await startDaemon(t, { env: { CURFEW_JOBS_LOG_CAP: `${CAP_MIB}MiB` } })
    await untilEnds(house, await submit(house, 'true'))
    const before = costOf(pid)
    const line = `perl -e 'print "first\\n"; my $x = ("x" x 1023 . "\\n") x 1024; print $x for 1 .. ${WRITTEN_MIB}; print "last\\n"'`
    const id = await submit(house, line)
    const end = await untilEnds(house, id, 240_000)
    assert.equal(end.status, 'succeeded', JSON.stringify(end))
    const after = costOf(pid)
    const { size, blocks } = statSync(logPath(house, id))
    assert.equal(size, WRITTEN_MIB * MIB + 'first\nlast\n'.length)
    assert.ok(blocks * 512 < WRITTEN_MIB * MIB * 0.5, `${blocks * 512} bytes are left on disk`)
    const { text, lost_bytes: lost } = await askHouse(house, 'logs', { id, lines: 1 })
    assert.equal(text, 'last\n')
    const whole = await askHouse(house, 'logs', { id, lines: 10_000 })
    assert.ok(whole.lost_bytes + lost > 0, 'what was cut out is said')
    assert.equal(readFileSync(logPath(house, id)).subarray(0, 6).toString(), 'first\n')
    const ratio = (after.cpuMs - before.cpuMs) / ((end.cpu_seconds ?? 0) * 1000)
    t.diagnostic(
      `the daemon worked ${ratio.toFixed(3)} × as much as the job, and grew by ${(after.bytes - before.bytes) / MIB} MiB`,
    )
    assert.ok(ratio < 0.5, `${ratio}`)
    assert.ok(after.bytes - before.bytes < 32 * MIB)
  },
)

function costOf(pid: number): { readonly cpuMs: number; readonly bytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, bytes: Number(rss) * 1024 }
}
