/** A run, a remote or a branch was asked for that there is not: wrong use. */
export class WrongName extends Error {}
