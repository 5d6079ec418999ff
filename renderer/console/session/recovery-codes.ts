/** So few recovery codes that it is time to make new ones. */
const FEW = 3;

export function areFewLeft(left: number): boolean {
  return left <= FEW;
}
