/** Inside a build context, as the engine takes it. */
export const isDockerfilePath = (path: string): boolean => /^[A-Za-z0-9._][A-Za-z0-9_./-]{0,200}$/.test(path) && !path.split('/').includes('..');
