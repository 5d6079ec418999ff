/** Stands in for parts of packages that nobody here calls; see `UNUSED_PARTS` in the build's configuration. */
export {};
