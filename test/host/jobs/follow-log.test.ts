import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { followLog } from '../../../src/host/jobs/follow-log.ts'
import { type RunPaths, runPaths } from '../../../src/host/jobs/run-paths.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { waitFor } from '../../support/wait-for.ts'
import { makeRig, missing } from './job-rig.ts'

const never = new Promise<never>(() => undefined)

test(
  'J11: following a job gives every byte once and ends with it',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const script = 'i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done'
    const started = await rig.start(['sh', '-c', script])
    const seen = follow(started.paths, started.over)
    await seen.done
    const expected = Array.from({ length: 20_000 }, (_, at) => `line ${at}\n`).join('')
    assert.equal(
      seen.text() === expected,
      true,
      `${seen.text().length} of ${expected.length} characters`,
    )
  },
)

test('J11: a log that is not there yet, grows, is truncated, is replaced', async (t) => {
  const paths = runPaths(tempDir(t), 1)
  mkdirSync(paths.run)
  let end = (): void => undefined
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  const seen = follow(paths, over)
  writeFileSync(paths.log, 'one\n')
  await seen.until('one\n')
  appendFileSync(paths.log, 'two\n')
  await seen.until('two\n')
  truncateSync(paths.log)
  appendFileSync(paths.log, 'new\n')
  await seen.until('new\n')
  appendFileSync(paths.log, 'last of the old\n')
  renameSync(paths.log, `${paths.log}.1`)
  writeFileSync(paths.log, 'first of the next\n')
  await seen.until('first of the next\n')
  appendFileSync(paths.log, 'end\n')
  end()
  await seen.done
  assert.equal(seen.text(), 'one\ntwo\nnew\nlast of the old\nfirst of the next\nend\n')
})

test('J11: from the middle, and what comes when the job is already over', async (t) => {
  const paths = runPaths(tempDir(t), 1)
  mkdirSync(paths.run)
  writeFileSync(paths.log, 'old\nnew\n')
  const seen = follow(paths, Promise.resolve(), 4)
  await seen.done
  assert.equal(seen.text(), 'new\n')
})

test('J11: who no longer wants to follow is let go at once', async (t) => {
  const paths = runPaths(tempDir(t), 1)
  mkdirSync(paths.run)
  const stop = new AbortController()
  const seen = follow(paths, never, 0, stop.signal)
  writeFileSync(paths.log, 'x')
  await seen.until('x')
  stop.abort()
  await seen.done
})

test(
  'J7: a follower that is slower than the cap is told what it missed',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const cap = 200_000
    const script =
      'i=0; while [ $i -lt 60 ]; do head -c 50000 /dev/zero | tr "\\0" x; sleep 0.02; i=$((i+1)); done'
    const started = await rig.start(['sh', '-c', script], { logCapBytes: cap })
    let [shown, lost] = [0, 0]
    for await (const piece of followLog(started.paths, { from: 0, over: started.over })) {
      if (piece.kind === 'cut') lost += piece.lost
      else shown += piece.bytes.length
      if (piece.kind === 'output') assert.equal(piece.bytes.includes(0), false, 'a hole was shown')
      if (shown > 0 && lost === 0) await started.over
    }
    assert.equal(shown + lost, 60 * 50_000)
    assert.ok(lost > 0)
  },
)

function follow(paths: RunPaths, over: Promise<unknown>, from = 0, signal?: AbortSignal) {
  let text = ''
  const run = async (): Promise<void> => {
    const options = { from, over, ...(signal === undefined ? {} : { signal }) }
    for await (const piece of followLog(paths, options)) {
      text += piece.kind === 'output' ? String(piece.bytes) : `[${piece.lost}]`
    }
  }
  return {
    done: run(),
    text: () => text,
    until: (end: string) => waitFor(() => text.endsWith(end), { what: `"${end}" after "${text}"` }),
  }
}
