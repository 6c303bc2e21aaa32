import { expect, test } from 'vitest';
import { machineNamed, machineNames, machines, machinesByName, machineVariants, userSpace } from './index.js';

const MiB = 1024 ** 2;

test('a machine is known by its name, with what it is made with', () => {
  expect([...machinesByName.keys()]).toEqual(['q35', 'virt', 'riscv-virt']);
  const props = { memory: 96 * MiB };
  expect(machineNamed('q35', props)).toEqual(machines.q35(props));
  expect(machineNamed('virt,gic=3,granule=64K', props)).toEqual(machines.virt({ ...props, gic: 3, granule: 65536 }));
  expect(machineNamed('riscv-virt,paging=sv48', props)).toEqual(machines.riscvVirt({ ...props, paging: 'sv48' }));
  for (const name of ['', 'pdp11', 'virt,', 'virt,gic', 'virt,gic=4', 'q35,gic=3', 'virt,constructor=name', 'VIRT'])
    expect(machineNamed(name, props), name).toBeUndefined();
  expect(machineNamed('q35,nodes=2', props)).toEqual(machines.q35({ ...props, nodes: 2 }));
});

test('every name that is offered is a machine, and variants are those that differ in one thing', () => {
  for (const name of machineNames) expect(machineNamed(name, {})?.name, name).toBe(name.split(',')[0]);
  expect(machineVariants).toEqual([
    'q35',
    'q35,nodes=2',
    'virt',
    'virt,nodes=2',
    'virt,granule=16K',
    'virt,granule=64K',
    'virt,virtualization=on',
    'virt,gic=3',
    'riscv-virt',
    'riscv-virt,nodes=2',
    'riscv-virt,paging=sv48',
  ]);
  expect(new Set(machineVariants.map((name) => JSON.stringify(machineNamed(name, {})))).size).toBe(11);
});

test('pages are as large as the machine says', () => {
  const pages = ['q35', 'virt', 'virt,granule=4K', 'virt,granule=16K', 'virt,granule=64K', 'riscv-virt'].map((name) => {
    const machine = machineNamed(name, {});
    return machine && userSpace(machine).pageSize;
  });
  expect(pages).toEqual([4096, 4096, 4096, 16384, 65536, 4096]);
  expect(() => machines.virt({ granule: 8192 })).toThrow('virt cannot have a granule of 8192 bytes');
});
