/** A gateway that crashes at every start. */
process.stderr.write('Error: the heart has stopped (sk-sol-secret00000000)\n');
process.exit(9);
