/**
 * Preloaded into every process of the tests. Node parses the `exports` of a package.json for each file that imports the
 * package and for each file of it: of drizzle-orm's, 178 kB for some three hundred files, more than half of what importing
 * the gateway takes. The answer is always the same.
 */
import { type ResolveFnOutput, registerHooks } from 'node:module';

const INSIDE = '/node_modules/drizzle-orm/';
const found = new Map<string, ResolveFnOutput>();

registerHooks({
  resolve(specifier, context, nextResolve) {
    const { parentURL = '', conditions } = context;
    if (specifier.startsWith('.') && parentURL.includes(INSIDE) && parentURL.endsWith('.js')) {
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
    }
    if (!/^drizzle-orm(\/|$)/.test(specifier) || !conditions.includes('import')) return nextResolve(specifier, context);
    const known = found.get(specifier) ?? nextResolve(specifier, context);
    found.set(specifier, known);
    return { ...known, shortCircuit: true };
  },
});
