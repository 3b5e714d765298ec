// The start of Node, and its end.
process.exitCode = 0
