/** Named points at which a test may kill this process, to prove that nothing happens twice and nothing is lost. */

let armed: string | null = null;

/** Set from the process's configuration; production configurations have none. */
export function armFailpoint(name: string | null): void {
  armed = name;
}

/** Ends the process as `kill -9` would if this point is armed; costs one comparison otherwise. */
export function failpoint(name: string): void {
  if (armed === name) process.kill(process.pid, 'SIGKILL');
}
