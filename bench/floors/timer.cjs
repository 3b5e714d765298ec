// A process that does nothing but look at something now and then.
const everyMs = Number(process.argv[2] ?? 30_000)
setInterval(() => process.uptime(), everyMs)
