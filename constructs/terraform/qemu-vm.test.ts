import { spawnSync } from 'node:child_process';
import { TerraformStack } from 'cdktf';
import { expect, test } from 'vitest';
import { App } from '../app.js';
import { DefinitionErrors } from '../definition-error.js';
import { machine, shop, untyped } from '../fixture.js';
import { MiB } from '../sizes.js';
import { lowerStack } from '../stack.js';
import { System } from '../system.js';
import { QemuVm, type QemuVmProps } from './qemu-vm.js';

function stackOf(props: Omit<QemuVmProps, 'system'> = {}) {
  const { app, system } = shop();
  const stack = new TerraformStack(app, 'local');
  new QemuVm(stack, 'web', { system, ...props });
  return { app, system, stack };
}

/** Codes and values of what is wrong with an app. */
function mistakes(app: App): string[] {
  try {
    app.synth();
  } catch (error) {
    if (error instanceof DefinitionErrors) return error.errors.map(({ code, value }) => `${code} ${value}`);
    throw error;
  }
  return [];
}

test('machines are one resource of Terraform’s own provider', () => {
  const { terraform, machines } = lowerStack(stackOf({ count: 3, ports: [{ host: 8080, guest: 80 }] }).stack);
  expect(machines).toMatchObject([
    { name: 'web', system: 'shop', count: 3, ports: [{ host: 8080, guest: 80 }], source: { file: expect.any(String) } },
  ]);
  expect(terraform.provider).toBeUndefined();
  expect(terraform.terraform).toEqual({
    backend: { local: { path: '../../.veridian/deploy/local/terraform.tfstate' } },
  });
  const { web } = (terraform.resource as Record<string, Record<string, object>>).terraform_data ?? {};
  expect(web).toMatchObject({
    count: 3,
    triggers_replace: {
      name: `web-${'$'}{count.index}`,
      system: '../shop',
      memory: machine.memory,
      ports: [{ host: expect.stringContaining('8080 + count.index'), guest: 80 }],
    },
  });
});

test('the text has no path of this machine, and is the same each time', () => {
  const text = () => JSON.stringify(lowerStack(stackOf({ disks: [{ name: 'data', size: MiB(1) }] }).stack));
  expect(text()).toBe(text());
  expect(text()).not.toContain(process.cwd());
  expect(text()).not.toMatch(/"\/(?!\/)/);
});

test('a disk is a resource that outlives the machine', () => {
  const { terraform } = lowerStack(stackOf({ disks: [{ name: 'data', size: MiB(1) }] }).stack);
  const data = (terraform.resource as Record<string, Record<string, object>>).terraform_data ?? {};
  expect(Object.keys(data).sort()).toEqual(['web', 'web-disk-data']);
  expect(data.web).toMatchObject({ depends_on: ['terraform_data.web-disk-data'] });
});

test('a backend that a user chose stays', async () => {
  const { stack } = stackOf();
  const { LocalBackend } = await import('cdktf');
  new LocalBackend(stack, { path: '../../state/mine.tfstate' });
  expect(lowerStack(stack).terraform.terraform).toEqual({ backend: { local: { path: '../../state/mine.tfstate' } } });
});

test('two machines cannot forward one port', () => {
  const { app, system, stack } = stackOf({ count: 3, ports: [{ host: 8080, guest: 80 }] });
  new QemuVm(stack, 'api', { system, ports: [{ host: 8082, guest: 80 }] });
  expect(mistakes(app)).toEqual(['VRD0014 8082']);
  const { app: other } = stackOf({ count: 2, ports: [{ host: 65_535, guest: 80 }] });
  expect(mistakes(other)).toEqual(['VRD0014 65536']);
});

test('arguments are checked', () => {
  expect(mistakes(stackOf(untyped({ cuont: 3 })).app)).toEqual(['VRD0002 cuont']);
  expect(mistakes(stackOf({ count: 0 }).app)).toEqual(['VRD0003 0']);
  expect(mistakes(stackOf({ memory: MiB(1) }).app)).toEqual([`VRD0003 ${MiB(1)}`]);
});

test('it has its place, and boots a system of its own app', () => {
  const { app, system } = shop();
  new QemuVm(app, 'web', { system });
  expect(mistakes(app)).toEqual(['VRD0006 App ']);
  const foreign = new System(new App(), 'other', { machine });
  const { app: other, stack } = stackOf();
  new QemuVm(stack, 'api', { system: foreign });
  expect(mistakes(other)).toEqual(['VRD0006 other']);
});

test('a definition without a stack does not load the package of stacks', () => {
  const script = `import { App } from "veridian"; import { createRequire } from "node:module"; new App();
    console.log(Object.keys(createRequire(import.meta.url).cache).filter((name) => name.includes('cdktf')).length);`;
  const args = ['--conditions=veridian-source', '--import', 'tsx', '--input-type=module', '-e'];
  const loaded = (text: string) => spawnSync(process.execPath, [...args, text], { encoding: 'utf8' }).stdout.trim();
  expect(loaded(script)).toBe('0');
  expect(Number(loaded(`import "veridian/terraform"; ${script}`))).toBeGreaterThan(10);
});
