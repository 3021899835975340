/**
 * Preloaded into the sandbox. The SDK takes a stack trace of every promise that a workflow makes, frame by frame through the
 * source map: a third of a workflow task's time at the usual ten frames, a fifth at four (measured). Our errors are told by code and
 * place; the upper frame says where a bug is.
 */
Error.stackTraceLimit = 1;
