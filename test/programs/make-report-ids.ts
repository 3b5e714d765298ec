/** Makes so many reports from one moment on, and prints their ids.  make-report-ids.ts FOLDER AT_MS COUNT */
import { makeReportFiles } from '../../src/host/report-writer.ts'

const [folder = '', at = '0', count = '1'] = process.argv.slice(2)
while (Date.now() < Number(at));
const ids = Array.from({ length: Number(count) }, () => makeReportFiles(folder).id)
process.stdout.write(`${JSON.stringify(ids)}\n`)
