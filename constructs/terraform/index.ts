/** Deployment of systems with Terraform: what `import … from 'veridian/terraform'` gives. */
export { TerraformOutput, TerraformStack } from 'cdktf';
export { QemuVm, type QemuVmDisk, type QemuVmPort, type QemuVmProps } from './qemu-vm.js';
