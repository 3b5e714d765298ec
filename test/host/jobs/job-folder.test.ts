import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { test } from 'node:test'
import { RECORD_BYTES } from '../../../src/formats/exit-record.ts'
import {
  createAttemptFolder,
  createJobFolder,
  listJobFolders,
  readSpec,
  removeJobFolder,
  rewriteJob,
  sweepRemovedJobs,
} from '../../../src/host/jobs/job-folder.ts'
import { lookAtRun } from '../../../src/host/jobs/look-at-run.ts'
import { runPaths } from '../../../src/host/jobs/run-paths.ts'
import { tempDir } from '../../support/temp-dir.ts'

const CONTENT = {
  spec: { argv: ['make', 'é'], cwd: '/tmp' },
  environment: { PATH: '/bin', SECRET: 'canary' },
}

test('J4: a new job has all that a lost store needs, for its owner only', (t) => {
  const jobs = `${tempDir(t)}/jobs`
  const paths = createJobFolder(jobs, 12, CONTENT)
  assert.deepEqual(paths, runPaths(jobs, 12))
  assert.deepEqual(readSpec(paths), CONTENT.spec)
  assert.equal(readFileSync(paths.environment, 'utf8'), 'PATH=/bin\0SECRET=canary\0')
  assert.equal(lstatSync(paths.exit).size, RECORD_BYTES)
  assert.deepEqual(readdirSync(paths.job).toSorted(), ['env', 'exit', 'spec.json'])
  for (const path of [jobs, paths.job]) assert.equal(lstatSync(path).mode & 0o777, 0o700)
  for (const path of [paths.spec, paths.environment, paths.exit])
    assert.equal(lstatSync(path).mode & 0o777, 0o600)
  assert.equal(lookAtRun(paths).fence, 'none')
})

test('J5: values of the environment are in one file, and gone with the job', (t) => {
  const jobs = `${tempDir(t)}/jobs`
  const { job } = createJobFolder(jobs, 1, CONTENT)
  const withCanary = readdirSync(job).filter((name) =>
    readFileSync(`${job}/${name}`).includes('canary'),
  )
  assert.deepEqual(withCanary, ['env'])
  removeJobFolder(jobs, 1)
  assert.deepEqual(readdirSync(jobs), [])
})

test('J4: the remains of a submission that was never recorded make way; a job that ran does not', (t) => {
  const jobs = `${tempDir(t)}/jobs`
  mkdirSync(`${jobs}/3/deep`, { recursive: true })
  writeFileSync(`${jobs}/3/spec.json`, '{"ar')
  const paths = createJobFolder(jobs, 3, CONTENT)
  assert.deepEqual(readSpec(paths), CONTENT.spec)
  writeFileSync(paths.started, '')
  assert.throws(() => createJobFolder(jobs, 3, CONTENT), /creating folder .*\/3: EEXIST/)
})

test('J10: a damaged spec is no spec, and strangers in the folder are no jobs', (t) => {
  const jobs = `${tempDir(t)}/jobs`
  assert.deepEqual(listJobFolders(jobs), [])
  for (const id of [2, 10, 1]) createJobFolder(jobs, id, CONTENT)
  for (const name of ['0', '01', 'x', '.removed-4', '3 ', '-5', '12345678901234567'])
    mkdirSync(`${jobs}/${name}`)
  assert.deepEqual(listJobFolders(jobs), [1, 2, 10])
  const paths = runPaths(jobs, 2)
  writeFileSync(paths.spec, '{"argv": [')
  assert.equal(readSpec(paths), undefined)
  rmSync(paths.spec)
  assert.equal(readSpec(paths), undefined)
})

test('J8: what has not run yet may be rewritten', (t) => {
  const paths = createJobFolder(`${tempDir(t)}/jobs`, 1, CONTENT)
  rewriteJob(paths, { spec: { argv: ['true'] } })
  assert.deepEqual(readSpec(paths), { argv: ['true'] })
  rewriteJob(paths, { environment: { A: '1' } })
  assert.equal(readFileSync(paths.environment, 'utf8'), 'A=1\0')
  assert.deepEqual(readdirSync(paths.job).toSorted(), ['env', 'exit', 'spec.json'])
})

test('J8: a further attempt has a fence, a record and a log of its own', (t) => {
  const jobs = `${tempDir(t)}/jobs`
  const first = createJobFolder(jobs, 1, CONTENT)
  writeFileSync(first.started, '')
  const second = createAttemptFolder(jobs, 1, 2)
  assert.notEqual(second.run, first.run)
  assert.equal(second.environment, first.environment)
  assert.equal(lookAtRun(second).fence, 'none')
  assert.equal(lstatSync(second.exit).size, RECORD_BYTES)
  writeFileSync(second.started, '')
  writeFileSync(second.exit, 'what a waiter wrote')
  createAttemptFolder(jobs, 1, 2)
  assert.equal(
    readFileSync(second.exit, 'utf8'),
    'what a waiter wrote',
    'once it runs it is not touched again',
  )
})

test('J9: removing twice, half or what is not there is no failure', (t) => {
  const jobs = `${tempDir(t)}/jobs`
  const paths = createJobFolder(jobs, 1, CONTENT)
  rmSync(paths.environment)
  removeJobFolder(jobs, 1)
  removeJobFolder(jobs, 1)
  mkdirSync(`${jobs}/.removed-7/attempt-2`, { recursive: true })
  sweepRemovedJobs(jobs)
  assert.deepEqual(readdirSync(jobs), [])
  assert.equal(existsSync(jobs), true)
})

test('J5: what no environment can hold is refused, and nothing is left of it', (t) => {
  const jobs = `${tempDir(t)}/jobs`
  for (const environment of [{ 'A=B': '1' }, { A: 'x\0y' }, { '': '1' }, { 'A\0': '' }]) {
    assert.throws(() => createJobFolder(jobs, 1, { ...CONTENT, environment }), /storing variable/)
  }
  createJobFolder(jobs, 1, CONTENT)
  assert.deepEqual(listJobFolders(jobs), [1])
})
