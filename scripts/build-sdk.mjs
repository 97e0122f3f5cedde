#!/usr/bin/env node
/** `node scripts/build-sdk.mjs DIRECTORY`: the SDK as a package there, ready for `npm pack`. ES modules, CommonJS and types. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { root } from './root.mjs';

const out = resolve(process.argv[2] ?? join(root, 'dist', 'sdk-package'));
const source = join(root, 'clients', 'sdk');

function compile(folder, options) {
  const program = ts.createProgram([join(source, 'index.ts')], {
    target: ts.ScriptTarget.ES2022, lib: ['lib.es2024.d.ts'], types: ['node'], typeRoots: [join(root, 'node_modules', '@types')], strict: true,
    exactOptionalPropertyTypes: true, skipLibCheck: true, declaration: true, rootDir: source, outDir: join(out, folder), ...options,
  });
  const problems = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (problems.length > 0) throw new Error(ts.formatDiagnostics(problems, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' }));
}

mkdirSync(out, { recursive: true });
compile('cjs', { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext });
compile('esm', { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler });
// ES modules name files whole; the sources, which are CommonJS in this repository, do not.
const esm = join(out, 'esm');
for (const name of readdirSync(esm)) {
  writeFileSync(join(esm, name), readFileSync(join(esm, name), 'utf8').replace(/(from '|import\(["'])(\.\/[a-z-]+)(?=["'])/g, '$1$2.js'));
}
writeFileSync(join(esm, 'package.json'), '{ "type": "module" }\n');
cpSync(join(source, 'package.json'), join(out, 'package.json'));
process.stdout.write(`${out}\n`);
