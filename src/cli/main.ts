/** Entry of the CLI. */
process.stdout.write('oa: nothing to see yet\n')
