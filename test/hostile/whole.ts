/** True under `npm run test:hostile`: everything is tried, not a part. */
export const whole = process.env['VIVA_TEST_HOSTILE'] === 'whole';
