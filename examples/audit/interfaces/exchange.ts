import { defineInterface, method } from 'veridian';

/** Takes whatever capability comes along. */
export const Exchange = defineInterface('Exchange', {
  give: method({}, {}),
});
